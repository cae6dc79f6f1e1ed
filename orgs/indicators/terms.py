"""Whether committees are elected anew in time."""

from collections.abc import Iterable
from datetime import date

import numpy as np
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.coverage.days import day_number
from federation.coverage.declare import Direction, Evidence, Indicator, Own, Shape, indicators
from federation.coverage.units import Units
from orgs.indicators.reading import LIMIT, terms_of_all_days
from orgs.models import Term


def latest_terms(units: Units) -> np.ndarray:
    """Of the latest term begun: stands (1), past due, known from a report only; columns.

    The due day itself is past due: a term is half-open [starts_on, due_on).
    """
    today = day_number(units.on)
    places, starts, limits, from_report, _next = units.load(terms_of_all_days)
    begun = starts <= today
    table = np.zeros((len(units), 3), dtype=np.int64)
    # The latest stands last and stays.
    columns = np.stack([np.ones_like(places), limits <= today, from_report], axis=1)
    table[places[begun]] = columns[begun]
    return table


@indicators.register
class TermsOverdue(Indicator):
    """Organisations whose latest term is past its due day; every level has an own part.

    A reported election date makes a term when it is imported, so terms alone are counted here; the
    denominator is the organisations with a term, an organisation without one is unknown.
    """

    code = "ORG-08"
    version = 2  # a delay with approval moves the day
    label = _("超期未换届数")
    shape = Shape.COUNT
    unit = _("个")
    direction = Direction.DOWN
    counts = ("orgs.Organisation", "orgs.Term")
    numerator_is = _("最近一届已届满、尚未换届的组织")
    denominator_is = _("有届次记录的组织")
    rule = _(
        "届满当天起算超期，经批准延期的从延期届满当天起算；没有届次记录的组织列为没有数据，不进分母。"
    )
    source = _("妇联改革文件：按时换届")

    def own(self, units: Units) -> Own:
        has_term, overdue, from_report = (units.read(latest_terms) > 0).T
        return Own(
            numerator=overdue,
            denominator=has_term,
            counted=has_term & ~from_report,
            reported=has_term & from_report,
            unknown=~has_term,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        terms = Term.objects.filter(organisation__in=list(organisation_ids), starts_on__lte=on)
        return {term.organisation_id: told(term) for term in terms.order_by("starts_on")}


def told(term: Term) -> Evidence:
    """When a term is due, with its approved delay."""
    days = {"day": term.due_on.isoformat()}
    value = _now("%(day)s 届满") % days
    if term.delayed_until_on:
        days["until"] = term.delayed_until_on.isoformat()
        value = _now("%(day)s 届满，经批准延期至 %(until)s") % days
    source = _now("村（社区）报表") if term.from_report else _now("届次登记")
    return Evidence(value, source, term.starts_on)


@indicators.register
class TermsRenewed(Indicator):
    """Terms due in the calendar year to date that were followed by the next one in time.

    In time: the next term began on or before the due day, or the day to which a delay was
    approved. An organisation without any term is unknown; one with none due has no part.
    """

    code = "ORG-07"
    label = _("按期换届率")
    counts = ("orgs.Organisation", "orgs.Term")
    numerator_is = _("届满（或经批准延期届满）前已换届的届次")
    denominator_is = _("本年初至统计日届满的届次")
    rule = _("经批准延期的按延期后的日期；没有届次记录的组织列为没有数据，不进分母。")
    source = _("妇联改革文件：按时、按程序换届")

    def own(self, units: Units) -> Own:
        places, _starts, limits, from_report, following = units.load(terms_of_all_days)
        new_year = day_number(date(units.on.year, 1, 1))
        is_due = (limits >= new_year) & (limits <= day_number(units.on))
        due = units.tally(places[is_due])
        confirmed = units.tally(places[is_due & (from_report == 0)]) > 0
        has_term = units.read(latest_terms)[:, 0] > 0
        return Own(
            numerator=units.tally(places[is_due & (following <= limits)]),
            denominator=due,
            counted=confirmed,
            reported=(due > 0) & ~confirmed,
            unknown=~has_term & (due == 0),
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        due = Term.objects.alias(limit=LIMIT).filter(
            organisation__in=list(organisation_ids),
            limit__gte=date(on.year, 1, 1),
            limit__lte=on,
        )
        return {term.organisation_id: told(term) for term in due.order_by("starts_on")}
