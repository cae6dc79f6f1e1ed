"""One frame of rows on its way from cells to checked columns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from federation.exchange.cleaners.base import CleaningError
from federation.exchange.cleaners.text import DITTO
from federation.exchange.placing import Placement
from federation.exchange.reading import Frame, SheetStart
from federation.exchange.understanding.mapping import Layout

#: first row, last row (from 1), and the row whose cell stands in them too
Span = tuple[int, int, int]


@dataclass
class Work:
    """The rows of one frame that may be data. Positions count from 0 within ``numbers``."""

    numbers: list[int]
    cells: dict[str, list[Any]]
    everything: list[list[Any]]
    placed: list[Placement] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=dict)
    faults: dict[int, list[tuple[str, str, dict[str, Any]]]] = field(default_factory=dict)
    doubts: dict[int, list[tuple[str | None, str, dict[str, Any]]]] = field(default_factory=dict)

    def blame(self, position: int, field_key: str, code: str, params: dict[str, Any]) -> None:
        """Note what is wrong with a cell."""
        self.faults.setdefault(position, []).append((field_key, code, params))

    def doubt(
        self, position: int, field_key: str | None, code: str, params: dict[str, Any]
    ) -> None:
        """Note what must be shown beside a row."""
        self.doubts.setdefault(position, []).append((field_key, code, params))

    def note(
        self, field_key: str, problems: dict[int, CleaningError], doubts: dict[int, Any]
    ) -> None:
        """Take over what a cleaner found in a column."""
        for position, problem in problems.items():
            likely = {"likely": problem.likely} if problem.likely else {}
            self.blame(position, field_key, problem.code, problem.params | likely)
        for position, found in doubts.items():
            self.doubt(position, field_key, found.code, found.params)

    def row(self, position: int) -> list[Any]:
        """All cells of one row, mapped or not."""
        return [column[position] for column in self.everything]


class Filler:
    """Repeats what a merged cell or 同上 stands for, from frame to frame.

    Only where the file says so: a blank cell below a name is a blank cell. Personal columns are
    never filled: one ID number cannot belong to two rows.
    """

    def __init__(self, start: SheetStart, layout: Layout, fillable: list[str]) -> None:
        self.columns = {key: layout.columns[key] for key in fillable if key in layout.columns}
        self.spans: dict[int, list[tuple[int, int]]] = {}
        self._merged: dict[tuple[int, int], Any] = {}
        self._last: dict[str, Any] = {}
        #: the rows (from 1) whose cell says 同上, by key, and the row that each repeats
        self._repeats: dict[str, dict[int, int]] = {}
        for top, left, bottom, _ in start.merges:
            if bottom > top >= layout.header.end and left in self.columns.values():
                self.spans.setdefault(left, []).append((top, bottom))

    def fill(self, frame: Frame) -> None:
        """Fill the columns of a frame in place."""
        for key, index in self.columns.items():
            if index >= len(frame.columns):
                continue
            column = frame.columns[index]
            for span in self.spans.get(index, ()):
                self._spread(column, index, span, frame.first)
            if not DITTO.isdisjoint(column):
                self._note(key, column, frame.first)
                self._repeat(column, self._last.get(key, ""))
            self._last[key] = column[-1] if column else ""

    def filled(self) -> dict[str, list[Span]]:
        """By key where cells stand for another one."""
        found = {
            key: _spans(self.spans.get(index, ()), self._repeats.get(key, {}))
            for key, index in self.columns.items()
        }
        return {key: spans for key, spans in found.items() if spans}

    def _note(self, key: str, column: list[Any], first: int) -> None:
        """Which rows repeat the one above them."""
        told = self._repeats.setdefault(key, {})
        for row, cell in enumerate(column, first + 1):
            if isinstance(cell, str) and cell in DITTO:
                told[row] = row - 1

    def _spread(self, column: list[Any], index: int, span: tuple[int, int], first: int) -> None:
        top, bottom = span[0] - first, span[1] - first
        if bottom < 0 or top >= len(column):
            return
        if top >= 0:
            self._merged[index, span[0]] = column[top]
        value = self._merged.get((index, span[0]), "")
        for position in range(max(top, 0), min(bottom + 1, len(column))):
            if column[position] in ("", None):
                column[position] = value

    @staticmethod
    def _repeat(column: list[Any], last: Any) -> None:
        for position, cell in enumerate(column):
            if isinstance(cell, str) and cell in DITTO:
                column[position] = last
            last = column[position]


def _spans(merged: Iterable[tuple[int, int]], repeats: dict[int, int]) -> list[Span]:
    """Merged cells have their value in the first row, 同上 what stands above it."""
    spans = [(top + 1, bottom + 1, top + 1) for top, bottom in merged]
    sources: dict[int, int] = {}
    for row, above in sorted(repeats.items()):
        whole = (top for top, last, _top in spans if top <= above <= last)
        sources[row] = sources.get(above) or next(whole, above)
    for source, rows in groupby(sorted(sources), key=sources.__getitem__):
        same = list(rows)
        spans.insert(0, (same[0], same[-1], source))
    return spans


def first_rows(frame: Frame, count: int) -> list[list[Any]]:
    """The first ``count`` rows of a frame, or all that it has."""
    return list(rows_of([column[:count] for column in frame.columns], min(count, frame.count)))


def rows_of(columns: list[list[Any]], count: int) -> Iterator[list[Any]]:
    """The rows of a frame; rows of an empty frame are empty."""
    if not columns:
        return iter([[] for _ in range(count)])
    return (list(row) for row in zip(*columns, strict=True))
