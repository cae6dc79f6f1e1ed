"""The counting table of an organisation: what the registers count, what was reported, where not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from federation.coverage.counts import Compared, Count, columns, counted, reported

#: differences told one by one beside the table
MOST_TOLD = 60


@dataclass(frozen=True)
class Line:
    """One unit with a cell for every count."""

    organisation: Any
    cells: list[Compared]

    @property
    def different(self) -> list[Compared]:
        """The cells in which the report and the registers do not agree."""
        return [cell for cell in self.cells if cell.is_different]

    @property
    def shown(self) -> list[tuple[Compared, bool]]:
        """Every cell, and whether a group of headings ends with it."""
        names = [str(cell.count.group) for cell in self.cells]
        ends = [name != after for name, after in pairwise([*names, ""])]
        return list(zip(self.cells, ends, strict=True))


@dataclass(frozen=True)
class Table:
    """The units below an organisation, and the organisation itself with everything below it."""

    organisation: Any
    on: date
    lines: list[Line]
    total: Line

    @property
    def groups(self) -> list[tuple[str, list[type[Count]]]]:
        """The two rows of headings: each group with its counts."""
        grouped = groupby(columns(), key=lambda count: str(count.group))
        return [(name, list(counts)) for name, counts in grouped]

    @property
    def different(self) -> list[Line]:
        """The units whose report differs anywhere."""
        return [line for line in self.lines if line.different]

    @property
    def number_of_differences(self) -> int:
        """How many cells of the units differ."""
        return sum(len(line.different) for line in self.lines)


def table_of(organisation: Any, children: list[Any], on: date) -> Table:
    """The counting table as of ``on``; a fixed number of queries, however many units."""
    units = [*children, organisation]
    sums = counted([unit.path for unit in units], on)
    said = reported([unit.pk for unit in units], on)
    lines = [
        Line(unit, [_cell(count, numbers[place], said.get((unit.pk, count.key)))
                    for place, count in enumerate(columns())])
        for unit, numbers in zip(units, sums.tolist(), strict=True)
    ]  # fmt: skip
    return Table(organisation, on, lines[:-1], lines[-1])


def _cell(count: type[Count], number: int, told: Any) -> Compared:
    return Compared(count, number, told.number if told else None)


def told_of(lines: Iterable[Line]) -> list[tuple[Any, Compared]]:
    """Unit and cell of every difference, the largest first, no more than a page can hold."""
    found = [(line.organisation, cell) for line in lines for cell in line.different]
    return sorted(found, key=lambda one: -abs(one[1].difference))[:MOST_TOLD]
