"""What stands behind the figures of money: amounts, women, documents, and where they are from."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from federation.coverage.declare import Evidence
from federation.writing import cny, thousands
from funding.models.amounts import yuan
from funding.services.years import Year, years_of
from orgs.models import ReportedFact


def evidence_of(organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
    """Both amounts of the year, the women and the document of each organisation; four queries."""
    ids = list(organisation_ids)
    years = years_of(ids, on.year, on)
    sums, women = _reported(ids, on)
    found = {}
    for pk in ids:
        year, words, days, is_record = years[pk], [], [], False
        if year.approved is not None:
            words.append(_("安排 %(sum)s 元") % {"sum": yuan(year.approved)})
            days.append(date(on.year, 1, 1))
            is_record = True
        elif pk in sums and sums[pk].as_of.year == on.year:
            words.append(_("安排 %(sum)s 元") % {"sum": cny(sums[pk].number)})
            days.append(sums[pk].as_of)
        words += _beside(year)
        if year.women is not None:
            words.append(_women(year.women, year.women_as_of))
            days.append(year.women_as_of)
            is_record = True
        elif pk in women:
            words.append(_women(women[pk].number, women[pk].as_of))
            days.append(women[pk].as_of)
        if words:
            source = _("年度经费登记") if is_record else _("村（社区）报表")
            found[pk] = Evidence("，".join(words), source, max(days, default=None))
    return found


def _reported(ids: list[int], on: date) -> tuple[dict[int, ReportedFact], ...]:
    """The latest reported amount and number of women of each organisation; one query."""
    keys = ("budget_yuan", "women_resident")
    facts = ReportedFact.objects.filter(key__in=keys, organisation__in=ids, as_of__lte=on)
    ordered = list(facts.order_by("as_of"))
    return tuple({f.organisation_id: f for f in ordered if f.key == key} for key in keys)


def _beside(year: Year) -> list[str]:
    """到位 and the document, where there are any."""
    words = []
    if year.received is not None:
        words.append(_("到位 %(sum)s 元") % {"sum": yuan(year.received)})
    if year.document_number:
        words.append(year.document_number)
    return words


def _women(number: int | Decimal, day: date | None) -> str:
    return _("常住妇女 %(number)s 人（%(day)s）") % {"number": thousands(number), "day": day}
