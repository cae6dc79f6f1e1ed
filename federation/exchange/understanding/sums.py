"""The totals that a table gives of itself, held against the sum of the rows that were read.

A total may stand below its rows or above them, and may sum them since the last total, since the
last whole or from the top: it is right when any of these sums is what it says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from federation.exchange.cleaners.base import CellContext, Cleaner, CleaningError
from federation.exchange.cleaners.numbers import Money, Quantity, WholeNumber
from federation.exchange.cleaners.text import squash
from federation.exchange.declare import Column
from federation.exchange.frames import Work
from federation.exchange.understanding.classify import TOTAL, is_total

#: sums that differ by less than a cent are the same
_TOLERANCE = Decimal("0.01")
_HUGE = 10**15
_MOST_TOTALS = 1_000
_MOST_ROWS_NAMED = 5
_LONGEST_LABEL = 12
_NOUGHT = Decimal(0)


class SumCheck(NamedTuple):
    """A total that is not the sum of its rows.

    ``told`` stands in ``row``; the rows ``first`` to ``last`` that can be imported sum to
    ``summed``. ``rejected`` names the first rows among them that cannot; ``explains``: with their
    values the sum is right; ``unread``: some of them hold what could not be read as a number.
    """

    key: str
    row: int
    label: str
    told: Decimal
    summed: Decimal
    first: int
    last: int
    rejected: tuple[int, ...]
    explains: bool
    unread: bool


class _Total(NamedTuple):
    row: int
    label: str
    is_part: bool
    figures: dict[str, Decimal]


@dataclass
class _Stretch:
    """The rows between two totals: sums of those that go in and of those that stay out."""

    first: int = 0
    last: int = 0
    rejected: list[int] = field(default_factory=list)
    taken: dict[str, Decimal] = field(default_factory=dict)
    left: dict[str, Decimal] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    seen: dict[str, set[Any]] = field(default_factory=dict)
    final: dict[str, Any] = field(default_factory=dict)


class Sums:
    """Adds up the columns of numbers of one table as its rows are judged."""

    def __init__(self, columns: Iterable[Column], contexts: Mapping[str, CellContext]) -> None:
        self._cleaners = {
            column.key: (cleaner, contexts[column.key])
            for column in columns
            if (cleaner := _without_limits(column.clean)) is not None
        }
        self._stretches = [_Stretch()]
        self._totals: list[_Total] = []

    def take(self, work: Work, skipped: Iterable[tuple[int, str]]) -> None:
        """Add the rows of a frame that has been judged; ``skipped``: those that are no data."""
        if not self._cleaners:
            return
        why = dict(skipped)
        out = {p for p, number in enumerate(work.numbers) if number in why} if why else set()
        marks = [p for p in sorted(out) if why[work.numbers[p]] == TOTAL]
        for start, stop in pairwise([-1, *marks, len(work.numbers)]):
            self._add(work, [p for p in range(start + 1, stop) if p not in out])
            if stop < len(work.numbers):
                self._mark(work, stop)

    def _add(self, work: Work, positions: Sequence[int]) -> None:
        if not positions:
            return
        stretch = self._stretches[-1]
        stretch.first = stretch.first or work.numbers[positions[0]]
        stretch.last = work.numbers[positions[-1]]
        faulty = [p for p in positions if p in work.faults]
        good = [p for p in positions if p not in work.faults] if faulty else positions
        if len(stretch.rejected) < _MOST_ROWS_NAMED:
            stretch.rejected += [work.numbers[p] for p in faulty[:_MOST_ROWS_NAMED]]
        for key in self._cleaners:
            values = work.values[key]
            _grow(stretch.taken, key, values, good)
            if faulty:
                _grow(stretch.left, key, values, faulty)
                lost = [p for p in faulty if any(f[0] == key for f in work.faults[p])]
                stretch.unread[key] = stretch.unread.get(key, 0) + len(lost)
            seen = stretch.seen.setdefault(key, set())
            if len(seen) < 2:
                seen.update(set(values).difference({None}))
            stretch.final[key] = values[positions[-1]]

    def _mark(self, work: Work, position: int) -> None:
        label = next((squash(cell) for cell in work.row(position) if is_total(cell)), "")
        if "平均" in label or len(self._totals) >= _MOST_TOTALS:
            return
        figures = {}
        for key, (cleaner, context) in self._cleaners.items():
            figure = _figure(work.cells[key][position], cleaner, context)
            if figure is not None:
                figures[key] = figure
        is_part = "小计" in label or "本页" in label
        shown = label if len(label) <= _LONGEST_LABEL else label[-2:]
        self._totals.append(_Total(work.numbers[position], shown, is_part, figures))
        self._stretches.append(_Stretch())

    def differing(self) -> list[SumCheck]:
        """The totals that no sum of their rows agrees with, in the order of the table."""
        found = []
        for key in self._cleaners:
            column = _Column(key, self._cleaners[key][0], self._stretches, self._totals)
            found += [check for n in range(len(self._totals)) if (check := column.check(n))]
        return sorted(found, key=lambda check: check.row)


class _Column:
    """The sums of one column over any run of stretches."""

    def __init__(
        self, key: str, cleaner: Cleaner, stretches: list[_Stretch], totals: list[_Total]
    ) -> None:
        self.key, self.stretches, self.totals = key, stretches, totals
        self.is_money = isinstance(cleaner, Money)
        self.taken = list(
            accumulate((s.taken.get(key, _NOUGHT) for s in stretches), initial=_NOUGHT)
        )
        self.left = list(accumulate((s.left.get(key, _NOUGHT) for s in stretches), initial=_NOUGHT))

    def check(self, number: int) -> SumCheck | None:
        """What is wrong with a total in this column; None when nothing is."""
        total = self.totals[number]
        told = total.figures.get(self.key)
        if told is None or self._is_no_sum(number, told):
            return None
        above, below = self._spans(number)
        spans = above + below
        if any(_same(told, self._sum(self.taken, span)) for span in spans):
            return None
        explained = [
            span
            for span in spans
            if _same(told, self._sum(self.taken, span) + self._sum(self.left, span))
        ]
        likely = explained or [s for s in above if self._has_rows(s)] or below
        nearest = min(likely, key=lambda span: abs(told - self._sum(self.taken, span)))
        return self._difference(total, told, nearest, bool(explained))

    def _spans(self, number: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """What a total may sum: runs of stretches that end above it, and that begin below it."""
        end, here = len(self.stretches), number + 1
        wholes = [n for n, total in enumerate(self.totals) if not total.is_part]
        last = max((n + 1 for n in wholes if n < number), default=0)
        following = min((n + 1 for n in wholes if n > number), default=end)
        above = [(number, here), (last, here), (0, here)]
        return above, [(here, here + 1), (here, following), (here, end), (0, end)]

    def _is_no_sum(self, number: int, told: Decimal) -> bool:
        """An amount that is the same in all rows, or the balance carried on from the last one."""
        stretch = self.stretches[number]
        repeated = stretch.seen.get(self.key) == {told}
        return self.is_money and (repeated or told == stretch.final.get(self.key))

    def _has_rows(self, span: tuple[int, int]) -> bool:
        return any(stretch.first for stretch in self.stretches[slice(*span)])

    @staticmethod
    def _sum(sums: list[Decimal], span: tuple[int, int]) -> Decimal:
        return sums[span[1]] - sums[span[0]]

    def _difference(
        self, total: _Total, told: Decimal, span: tuple[int, int], explains: bool
    ) -> SumCheck | None:
        run = [stretch for stretch in self.stretches[slice(*span)] if stretch.first]
        if not run:
            return None
        rejected = [row for stretch in run for row in stretch.rejected][:_MOST_ROWS_NAMED]
        return SumCheck(
            self.key,
            total.row,
            total.label,
            told,
            self._sum(self.taken, span),
            run[0].first,
            run[-1].last,
            tuple(rejected),
            explains,
            any(stretch.unread.get(self.key) for stretch in run),
        )


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) < _TOLERANCE


def _grow(
    sums: dict[str, Decimal], key: str, values: Sequence[Any], positions: Sequence[int]
) -> None:
    more = sum(value for p in positions if (value := values[p]) is not None)
    sums[key] = sums.get(key, _NOUGHT) + more


def _without_limits(cleaner: Cleaner) -> Cleaner | None:
    """A cleaner of the same numbers that takes sums of any size; None where sums mean nothing."""
    if isinstance(cleaner, WholeNumber):
        return WholeNumber(_HUGE)
    if isinstance(cleaner, Quantity):
        return Quantity(_HUGE, cleaner.places)
    if isinstance(cleaner, Money):
        return Money(Decimal(_HUGE), Decimal(_HUGE), is_signed=True)
    return None


def _figure(cell: Any, cleaner: Cleaner, context: CellContext) -> Decimal | None:
    try:
        value = cleaner.one(cell, context)
    except CleaningError:
        return None
    return None if value is None else Decimal(value)
