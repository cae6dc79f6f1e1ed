"""The organisations behind a number: their own parts add up to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, overload

from django.utils.translation import gettext_lazy as _

from federation.access.scope import Scope
from federation.access.tree import after, organisation_model
from federation.coverage.adding import Figure, column_of, figure_in
from federation.coverage.declare import Evidence, Indicator, indicators
from federation.coverage.services.reading import figures_of_layout, stored_rows


class NoSuchIndicator(LookupError):
    """No indicator carries this code."""


class Verdict(StrEnum):
    """How an organisation counts."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"
    ASIDE = "aside"

    @property
    def label(self) -> Any:
        """In words."""
        return VERDICTS[self]


VERDICTS = {
    Verdict.IN: _("计入分子"),
    Verdict.OUT: _("未计入分子"),
    Verdict.UNKNOWN: _("没有数据"),
    Verdict.ASIDE: _("不计入分母"),
}
ALL = "all"


@dataclass(frozen=True)
class BehindRow:
    """One organisation behind a number. ``evidence`` is None where nothing is recorded."""

    organisation: Any
    figure: Figure
    verdict: Verdict
    evidence: Evidence | None
    as_of: date

    @property
    def is_reported(self) -> bool:
        """Known from a report only."""
        return self.figure.reported > 0


@dataclass(frozen=True)
class _Part:
    organisation_id: int
    figure: Figure
    verdict: Verdict
    as_of: date


class Behind(Sequence[BehindRow]):
    """The organisations behind a number in tree order; a slice reads its evidence in few queries.

    ``counts`` says how many organisations carry each verdict, whatever ``which`` selects;
    ``numerator`` and ``denominator`` are the sums over all of them.
    """

    def __init__(
        self, indicator: type[Indicator], parts: list[_Part], which: str, scope: Scope
    ) -> None:
        self.indicator, self.scope = indicator, scope
        self.counts = {
            verdict: sum(part.verdict == verdict for part in parts) for verdict in Verdict
        }
        self.numerator = sum(part.figure.numerator for part in parts)
        self.denominator = sum(part.figure.denominator for part in parts)
        self._all = parts
        self._parts = [part for part in parts if which in (ALL, part.verdict.value)]

    def only(self, which: str) -> "Behind":
        """The same number narrowed to one verdict, or all of it; no query."""
        return Behind(self.indicator, self._all, which, self.scope)

    def __len__(self) -> int:
        return len(self._parts)

    @overload
    def __getitem__(self, at: int) -> BehindRow: ...
    @overload
    def __getitem__(self, at: slice) -> list[BehindRow]: ...
    def __getitem__(self, at: int | slice) -> BehindRow | list[BehindRow]:
        if isinstance(at, slice):
            return self._rows(self._parts[at])
        return self._rows([self._parts[at]])[0]

    def _rows(self, parts: list[_Part]) -> list[BehindRow]:
        found = organisation_model().objects.in_scope(self.scope).select_related("parent")
        nodes = found.in_bulk([part.organisation_id for part in parts])
        evidence: dict[int, Evidence] = {}
        for day in sorted({part.as_of for part in parts}):
            ids = [part.organisation_id for part in parts if part.as_of == day]
            evidence |= self.indicator().evidence(ids, day)
        return [
            BehindRow(
                nodes[part.organisation_id],
                part.figure,
                part.verdict,
                self._visible(nodes[part.organisation_id], evidence.get(part.organisation_id)),
                part.as_of,
            )
            for part in parts
        ]

    def _visible(self, node: Any, evidence: Evidence | None) -> Evidence | None:
        """What tells of one human is left out for readers who may not see people there."""
        if evidence is not None and evidence.is_person:
            return evidence if self.scope.covers_people(node.path) else None
        return evidence


def rows_behind(
    indicator_code: str,
    organisation: Any,
    which: str = ALL,
    *,
    scope: Scope,
    period: str | None = None,
) -> Behind:
    """The organisations behind the figure of ``organisation``, those in ``scope`` only.

    ``which``: "all" or a Verdict value. The parts come from the stored rows themselves, so their
    sum is the number shown. Raises NoSuchIndicator.
    """
    indicator = indicators.get(indicator_code)
    if indicator is None:
        raise NoSuchIndicator(indicator_code)
    rows = stored_rows(period).filter(
        organisation__path__gte=organisation.path,
        organisation__path__lt=after(organisation.path),
    )
    stored = rows.in_scope(scope).order_by("organisation__path")
    parts = []
    for pk, as_of, layout, own in stored.values_list("organisation_id", "as_of", "layout", "own"):
        figure = figure_in(own, column_of(indicator_code, figures_of_layout(layout)))
        if figure.units:
            parts.append(_Part(pk, figure, _verdict(figure), as_of))
    return Behind(indicator, parts, which, scope)


def _verdict(figure: Figure) -> Verdict:
    if figure.unknown:
        return Verdict.UNKNOWN
    if figure.numerator:
        return Verdict.IN
    return Verdict.OUT if figure.denominator else Verdict.ASIDE
