"""Reading many months: figures of past month ends beside those of today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from federation.coverage.adding import Figure, figures_in
from federation.coverage.models import CoverageRow, FrozenMonth, Layout
from federation.coverage.periods import counting_day, last_periods

SHOWN = 25
History = dict[int, dict[str, dict[str, Figure]]]


@dataclass(frozen=True)
class Month:
    """What is known of one month: its day, whether it can still change, how it came to be.

    ``is_computed_later`` (补算): worked out afterwards from dated records. ``rules`` are the
    versions of the indicators' rules by code; empty while the month is open.
    """

    period: str
    as_of: date
    is_frozen: bool = False
    is_computed_later: bool = False
    is_restated: bool = False
    rules: dict[str, int] | None = None


def months_shown(months: int = SHOWN) -> list[Month]:
    """This month and those before it, ``months`` in all, the oldest first; one query."""
    periods = last_periods(months)
    names = Layout.objects.filter(fingerprint=OuterRef("layout")).values("figures")
    rows = FrozenMonth.objects.filter(period__in=periods).annotate(figures=Subquery(names))
    frozen = {row.period: row for row in rows}
    return [_month(period, frozen.get(period)) for period in periods]


def _month(period: str, row: FrozenMonth | None) -> Month:
    if row is None:
        return Month(period, counting_day(period))
    versions = (name.partition("@") for name in getattr(row, "figures", None) or [])
    return Month(
        period,
        counting_day(period),
        is_frozen=True,
        is_computed_later=row.is_computed_later,
        is_restated=row.restated_at is not None,
        rules={code: int(version) for code, _at, version in versions},
    )


def history(organisation_ids: Iterable[int], codes: Iterable[str], months: int = SHOWN) -> History:
    """The stored figures, with all below, of this month and those before it; one query.

    ``{organisation_id: {code: {"YYYY-MM": Figure}}}``: months without a stored row, and codes that
    were not counted then, are left out.
    """
    wanted = set(codes)
    names = Layout.objects.filter(fingerprint=OuterRef("layout")).values("figures")
    rows = CoverageRow.objects.filter(
        period__in=last_periods(months), organisation__in=list(organisation_ids)
    ).annotate(columns=Subquery(names))
    found: History = {}
    for pk, period, total, columns in rows.order_by("period").values_list(
        "organisation_id", "period", "total", "columns"
    ):
        here = found.setdefault(pk, {})
        figures = figures_in(total, columns)
        for code in wanted & figures.keys():
            here.setdefault(code, {})[period] = figures[code]
    return found
