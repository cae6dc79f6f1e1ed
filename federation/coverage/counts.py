"""What a counting table (统计表) asks for, counted from registers, and what was reported instead.

Declare a count in ``<app>/counts.py`` of the app that owns the records. It counts the own parts of
organisations, all at once; a unit of the table is told the sum of everything below it. What a table
said is kept as it was said and only compared: it never writes a register.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from os.path import commonprefix
from typing import Any, ClassVar, NamedTuple

import numpy as np

from federation.access.tree import STEP, after
from federation.coverage.units import Units, units_below
from federation.declarations import Registry

#: a difference of one, or of fewer than five in a hundred, is small
SMALL, SMALL_SHARE = 1, 20


class Count:
    """One column of a counting table: the group it stands in, and its own heading.

    ``groups`` and ``headings``: other words for them; ``alone``: headings that say both at once.
    """

    key: ClassVar[str]
    group: ClassVar[Any]
    heading: ClassVar[Any]
    order: ClassVar[int]
    groups: ClassVar[tuple[str, ...]] = ()
    headings: ClassVar[tuple[str, ...]] = ()
    alone: ClassVar[tuple[str, ...]] = ()

    def own(self, units: Units) -> np.ndarray:
        """One whole number for each of ``units``, without what is below it, as of ``units.on``."""
        raise NotImplementedError(self.key)


class Reported(NamedTuple):
    """A number somebody reported, and as of which day."""

    number: int
    as_of: date


class ReportSource:
    """Where reported numbers are kept. One app declares it."""

    key: ClassVar[str]

    def newest(self, organisation_ids: Iterable[int], on: date) -> dict[tuple[int, str], Reported]:
        """By organisation and count the last number reported up to ``on``; a few queries."""
        raise NotImplementedError(self.key)


counts: Registry[type[Count]] = Registry("counts", key="key")
report_sources: Registry[type[ReportSource]] = Registry("counts", key="key")


def columns() -> list[type[Count]]:
    """All counts, those of a group side by side."""
    return sorted(counts, key=lambda count: (count.order, count.key))


def counted(paths: Sequence[str], on: date) -> np.ndarray:
    """A row for each of the organisations at ``paths``: every count of all that is below it."""
    shared = commonprefix(list(paths))
    units = units_below(on, shared[: len(shared) // STEP * STEP])
    declared = columns()
    table = np.zeros((len(units) + 1, len(declared)), dtype=np.int64)
    order = sorted(range(len(units)), key=units.paths.__getitem__)
    for place, count in enumerate(declared):
        table[1:, place] = np.cumsum(count().own(units)[order])
    ordered = [units.paths[place] for place in order]
    first = [bisect_left(ordered, path) for path in paths]
    beyond = [bisect_left(ordered, after(path)) for path in paths]
    return table[beyond] - table[first]


def reported(organisation_ids: Iterable[int], on: date) -> dict[tuple[int, str], Reported]:
    """By organisation and count what was reported last up to ``on``."""
    ids = list(organisation_ids)
    found: dict[tuple[int, str], Reported] = {}
    for source in report_sources:
        found |= source().newest(ids, on)
    return found


@dataclass(frozen=True)
class Compared:
    """One cell: what the registers count, and what was reported, None where nothing was."""

    count: type[Count]
    counted: int
    reported: int | None = None

    @property
    def difference(self) -> int:
        """How many more were reported than are counted."""
        return 0 if self.reported is None else self.reported - self.counted

    @property
    def is_different(self) -> bool:
        """Whether the two do not agree."""
        return self.difference != 0

    @property
    def is_big(self) -> bool:
        """Whether they differ by more than one and by five in a hundred or more."""
        off = abs(self.difference)
        return off > SMALL and off * SMALL_SHARE >= self.counted

    @property
    def written(self) -> str:
        """The difference with its sign: +3, −3."""
        return f"+{self.difference}" if self.difference > 0 else f"−{abs(self.difference)}"
