"""Reading stored figures: what every dashboard does, one query for any number of organisations."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.db.models import OuterRef, Subquery

from federation.access.scope import ScopedQuerySet
from federation.coverage.adding import Figure, figures_in
from federation.coverage.models import CoverageRow, Layout
from federation.coverage.periods import current_period


@dataclass(frozen=True)
class StoredFigures:
    """The stored row of one organisation: figures by code, its own part and with all below."""

    organisation_id: int
    period: str
    as_of: date
    total: dict[str, Figure] = field(default_factory=dict)
    own: dict[str, Figure] = field(default_factory=dict)


def stored_rows(period: str | None = None) -> ScopedQuerySet:
    """The rows of ``period``; without one, of the newest that is stored and has begun.

    Until the month's first count that is the month before: old figures with their day beside them
    tell more than none.
    """
    rows: ScopedQuerySet = CoverageRow.objects.all()
    if period is not None:
        return rows.filter(period=period)
    begun = CoverageRow.objects.filter(period__lte=current_period()).order_by("-period")
    return rows.filter(period=Subquery(begun.values("period")[:1]))


@lru_cache(maxsize=64)
def figures_of_layout(fingerprint: str) -> list[str]:
    """The figures of stored rows in their order; the fingerprint is made of them, so it is kept."""
    return Layout.objects.values_list("figures", flat=True).get(fingerprint=fingerprint)


def stored_figures(
    organisation_ids: Iterable[int], period: str | None = None
) -> dict[int, StoredFigures]:
    """The stored figures of these organisations, in one query; those without a row are left out."""
    names = Layout.objects.filter(fingerprint=OuterRef("layout")).values("figures")
    rows = stored_rows(period).filter(organisation__in=list(organisation_ids))
    return {
        pk: StoredFigures(pk, written, as_of, figures_in(total, columns), figures_in(own, columns))
        for pk, written, as_of, total, own, columns in rows.annotate(
            columns=Subquery(names)
        ).values_list("organisation_id", "period", "as_of", "total", "own", "columns")
    }


def figures(
    organisation_ids: Iterable[int], period: str | None = None
) -> dict[int, dict[str, Figure]]:
    """The figures of these organisations with all below: {organisation_id: {code: Figure}}."""
    return {pk: row.total for pk, row in stored_figures(organisation_ids, period).items()}


def as_of_day(period: str | None = None) -> date | None:
    """The oldest day for which stored figures hold; None before the first count."""
    return stored_rows(period).order_by("as_of").values_list("as_of", flat=True).first()
