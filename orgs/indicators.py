"""Figures of organisations and terms, and what other rooms read about organisations and reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.coverage.declare import Direction, Evidence, Indicator, Own, Shape, indicators
from federation.coverage.units import Units
from orgs.models import Organisation, ReportedFact, Term

COMMUNITY, UNCONVERTED = "61", "62"
STANDS = Q(status__in=[Organisation.Status.ESTABLISHED, Organisation.Status.RECTIFYING])
# A place as loaded: nobody has said yet whether it has a federation.
SILENT = Q(status=Organisation.Status.NOT_BUILT, status_since_on=None)
# The cells of a report that figures fall back to.
KEYS = (
    "chair_name",
    "election_date",
    "exec_count",
    "chair_in_committee",
    "has_home",
    "women_resident",
)
YEARLY = ("budget_yuan",)


def flag(condition: Q) -> Case:
    """1 where ``condition`` holds, else 0: a number on every engine."""
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


@dataclass(frozen=True)
class Standing:
    """What the register of organisations says of the units of a count; arrays of booleans."""

    stands: np.ndarray
    is_silent: np.ndarray
    from_report: np.ndarray
    is_community: np.ndarray
    is_unconverted: np.ndarray
    committee_min: np.ndarray  # 0: no rule


def standing(units: Units) -> Standing:
    """Status and kind of the units, in one query."""
    stands = STANDS & (Q(status_since_on=None) | Q(status_since_on__lte=units.on))
    rows = units.narrow(Organisation.objects.order_by(), "").values_list(
        "pk",
        flag(stands),
        flag(SILENT),
        flag(Q(from_report=True)),
        flag(Q(kind__code=COMMUNITY)),
        flag(Q(kind__code=UNCONVERTED)),
        Coalesce("kind__committee_min", 0),
    )
    columns = units.table(rows, 6).T
    return Standing(*(column > 0 for column in columns[:5]), columns[5])


@dataclass(frozen=True)
class Reports:
    """The latest reported cell of every key, on or before the day of the count.

    Of money only what was reported for the calendar year of that day.
    """

    told: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]


def reports(units: Units) -> Reports:
    """What the units last reported, in one query."""
    of_year = Q(key__in=YEARLY, as_of__gte=date(units.on.year, 1, 1))
    facts = ReportedFact.objects.filter(Q(key__in=KEYS) | of_year, as_of__lte=units.on)
    by_key: dict[str, list[tuple[int, ...]]] = {key: [] for key in KEYS + YEARLY}
    rows = units.narrow(facts.order_by("as_of")).values_list("key", "organisation_id", "number")
    for key, organisation_id, number in rows:
        by_key[key].append((organisation_id, 1, number or 0))
    tables = {key: units.table(found, 2).T for key, found in by_key.items()}
    return Reports(
        {key: table[0] > 0 for key, table in tables.items()},
        {key: table[1] for key, table in tables.items()},
    )


def latest_facts(
    key: str, organisation_ids: Iterable[int], on: date
) -> dict[int, tuple[ReportedFact, ...]]:
    """The latest fact of ``key`` on or before ``on`` by organisation, as a tuple of one."""
    facts = ReportedFact.objects.filter(
        key=key, organisation__in=list(organisation_ids), as_of__lte=on
    )
    return {fact.organisation_id: (fact,) for fact in facts.order_by("as_of")}


@indicators.register
class VillagesWithFederation(Indicator):
    """Villages and communities with a 妇联 that stands on the day."""

    code = "ORG-02"
    label = _("村社区妇联组建率")
    applies_to = ("village",)
    counts = ("orgs.Organisation", "orgs.ReportedFact")
    numerator_is = _("已成立妇联的村（社区）")
    denominator_is = _("应建的全部村（社区）")
    rule = _("没有登记的，按最近一次上报；妇代会未改建的不算；没有数据的留在分母里。")
    source = _("妇联改革文件：传统领域组建率")

    def own(self, units: Units) -> Own:
        register, report = units.read(standing), units.read(reports)
        claims = (
            report.told["chair_name"]
            | report.told["election_date"]
            | (report.numbers["exec_count"] > 0)
        )
        silent = register.is_silent
        built = (register.stands | (silent & claims)) & ~register.is_unconverted
        only_reported = (register.stands & register.from_report) | (
            silent & (claims | report.told["exec_count"])
        )
        counted = ~silent & ~only_reported
        return Own(
            numerator=built,
            denominator=np.ones(len(units)),
            counted=counted,
            reported=only_reported,
            unknown=~counted & ~only_reported,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        ids = list(organisation_ids)
        found: dict[int, Evidence] = {}
        for unit in Organisation.objects.filter(pk__in=ids).exclude(SILENT):
            source = _now("村（社区）报表") if unit.from_report else _now("组织登记")
            found[unit.pk] = Evidence(unit.get_status_display(), source, unit.status_since_on)
        for pk, (fact,) in latest_facts("exec_count", set(ids) - set(found), on).items():
            value = _now("上报执委 %(number)s 人") % {"number": fact.number}
            found[pk] = Evidence(value, _now("村（社区）报表"), fact.as_of)
        return found


def latest_terms(units: Units) -> np.ndarray:
    """Of the latest term begun: stands (1), past due, known from a report only; one query.

    The due day itself is past due: a term is half-open [starts_on, due_on).
    """
    terms = Term.objects.filter(starts_on__lte=units.on).order_by("starts_on")
    rows = units.narrow(terms).values_list(
        "organisation_id", Value(1), flag(Q(due_on__lte=units.on)), flag(Q(from_report=True))
    )
    return units.table(rows, 3)


@indicators.register
class TermsOverdue(Indicator):
    """Organisations whose latest term is past its due day; every level has an own part.

    A reported election date makes a term when it is imported, so terms alone are counted here; the
    denominator is the organisations with a term, an organisation without one is unknown.
    """

    code = "ORG-08"
    label = _("超期未换届数")
    shape = Shape.COUNT
    unit = _("个")
    direction = Direction.DOWN
    counts = ("orgs.Organisation", "orgs.Term")
    numerator_is = _("最近一届已届满、尚未换届的组织")
    denominator_is = _("有届次记录的组织")
    rule = _("届满当天起算超期；没有届次记录的组织列为没有数据，不进分母。")
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
        return {
            term.organisation_id: Evidence(
                _now("%(day)s 届满") % {"day": term.due_on.isoformat()},
                _now("村（社区）报表") if term.from_report else _now("届次登记"),
                term.starts_on,
            )
            for term in terms.order_by("starts_on")
        }
