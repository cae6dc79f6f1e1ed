"""A workbook comes back: which of its rows stand for which others, so that none counts twice.

A row of 只需改这些 stands for the row it was copied from. Which of the two counts follows from what
the clerk did: the copy, unless she left it as it was and changed the other. The other row is known
by its address and by what stood in it, so that rows moved up or down are still found, and a row
that only came to stand at that address is never taken for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from federation.exchange.reading import Frame, Reader, SheetStart
from federation.exchange.returning.stamps import (
    Stamp,
    is_stamp,
    opened,
    print_of,
    print_of_name,
)


@dataclass(frozen=True)
class Returned:
    """What a workbook brought back.

    ``sheets``: names of the worksheets with stamps of ours; ``skips``: by worksheet the rows that
    stand elsewhere; ``unknown``: by worksheet how many stamps are not ours.
    """

    sheets: frozenset[str] = frozenset()
    skips: Mapping[str, frozenset[int]] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)

    def skipped(self, sheet: str) -> frozenset[int]:
        """The rows of a worksheet that stand elsewhere, counted from 1."""
        return self.skips.get(sheet, frozenset())


NOTHING = Returned()


class _Copy(NamedTuple):
    """A row with a stamp of ours."""

    sheet: str
    number: int
    stamp: Stamp
    is_changed: bool


def has_stamps(frame: Frame) -> bool:
    """Whether stamps stand in the first frame of a worksheet."""
    return not frame.first and any(any(map(is_stamp, column)) for column in frame.columns)


def survey(data: bytes | Path, is_ours: Callable[[Stamp], bool]) -> Returned:
    """Look through a workbook for rows with stamps. Raises Refused as reading does."""
    found = _Survey(is_ours)
    with Reader(data) as reader:
        name = ""
        for event in reader:
            if isinstance(event, SheetStart):
                name = event.name
                found.prints[name] = {}
            elif isinstance(event, Frame):
                found.take(name, event)
    return found.settled()


class _Survey:
    """Collects copies, and the print of every row, worksheet by worksheet."""

    def __init__(self, is_ours: Callable[[Stamp], bool]) -> None:
        self.is_ours = is_ours
        self.prints: dict[str, dict[int, bytes]] = {}
        self.copies: list[_Copy] = []
        self.unknown: dict[str, int] = {}
        self._numbers: dict[str, dict[bytes, list[int]]] = {}

    def take(self, name: str, frame: Frame) -> None:
        """Look at the rows of a frame."""
        marked = [column for column in frame.columns if any(map(is_stamp, column))]
        prints = self.prints[name]
        for position, cells in enumerate(zip(*frame.columns, strict=True)):
            number = frame.first + position + 1
            prints[number] = print_of(cells)
            mark = next((c[position] for c in marked if is_stamp(c[position])), None)
            if mark is not None:
                self._note(name, number, mark, cells)

    def _note(self, name: str, number: int, mark: str, cells: tuple[Any, ...]) -> None:
        stamp = opened(mark)
        if stamp is None or not self.is_ours(stamp):
            self.unknown[name] = self.unknown.get(name, 0) + 1
            return
        present = print_of(cells[stamp.said : stamp.said + stamp.width])
        self.copies.append(_Copy(name, number, stamp, present != stamp.written))

    def settled(self) -> Returned:
        """Which row of each pair stays."""
        names = {print_of_name(name): name for name in self.prints}
        skips: dict[str, set[int]] = {}
        for copy in self.copies:
            source = names.get(copy.stamp.name)
            if source is None or source == copy.sheet:
                continue
            claimed = skips.setdefault(source, set())
            number = self._place(source, copy.stamp, claimed)
            if number is not None:
                claimed.add(number)
            elif not copy.is_changed:
                skips.setdefault(copy.sheet, set()).add(copy.number)
        return Returned(
            frozenset(copy.sheet for copy in self.copies),
            {name: frozenset(rows) for name, rows in skips.items() if rows},
            self.unknown,
        )

    def _place(self, source: str, stamp: Stamp, claimed: set[int]) -> int | None:
        """Where the row a copy was made of stands now, unchanged; None where it is no more."""
        same = self._same(source).get(stamp.was, [])
        if stamp.row in same and stamp.row not in claimed:
            return stamp.row
        return next((number for number in same if number not in claimed), None)

    def _same(self, source: str) -> dict[bytes, list[int]]:
        """The rows of a worksheet by their print."""
        if source not in self._numbers:
            by_print: dict[bytes, list[int]] = {}
            for number, found in self.prints[source].items():
                by_print.setdefault(found, []).append(number)
            self._numbers[source] = by_print
        return self._numbers[source]
