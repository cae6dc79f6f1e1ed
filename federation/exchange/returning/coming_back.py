"""A workbook comes back: which of its rows stand for which others, so that none counts twice.

A row of 只需改这些 stands for the row it was copied from. Which of the two counts follows from what
the clerk did: the copy, unless she left it as it was and changed the other. Where she changed both,
they count once if they say the same, and else not before somebody decides. The other row is known
by its address and by what stood in it, so that rows moved up or down are still found, and a row
that only came to stand at that address is never taken for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from federation.exchange.reading import Frame, Reader, Refused, SheetStart
from federation.exchange.returning.both_changed import (
    Cells,
    Copied,
    Rival,
    is_changed,
    is_copy_changed,
    not_given_out,
    pairs,
    rivals,
    says_more,
)
from federation.exchange.returning.stamps import (
    Stamp,
    is_stamp,
    opened,
    print_of,
    print_of_name,
)

_NOTHING_IN_IT = print_of(())
OwnFile = Callable[[UUID], bytes | None]


@dataclass(frozen=True)
class Returned:
    """What a workbook brought back.

    ``sheets``: names of the worksheets with stamps of ours; ``skips``: by worksheet the rows that
    stand elsewhere; ``unknown``: by worksheet how many stamps are not ours. Of rows changed in both
    places, by worksheet: ``alike``, how many copies say the same, ``contested``, by row (from 1)
    what the copy says otherwise, and ``waiting``, by row of such a copy where the other one stands.
    """

    sheets: frozenset[str] = frozenset()
    skips: Mapping[str, frozenset[int]] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)
    alike: Mapping[str, int] = field(default_factory=dict)
    contested: Mapping[str, Mapping[int, list[Rival]]] = field(default_factory=dict, repr=False)
    waiting: Mapping[str, Mapping[int, tuple[str, int]]] = field(default_factory=dict)

    def skipped(self, sheet: str) -> frozenset[int]:
        """The rows of a worksheet that stand elsewhere, counted from 1."""
        return self.skips.get(sheet, frozenset())


NOTHING = Returned()


def has_stamps(frame: Frame) -> bool:
    """Whether stamps stand in the first frame of a worksheet."""
    return not frame.first and any(any(map(is_stamp, column)) for column in frame.columns)


def survey(
    data: bytes | Path, is_ours: Callable[[Stamp], bool], own_file: OwnFile = lambda _uid: None
) -> Returned:
    """Look through a workbook for rows with stamps. Raises Refused as reading does.

    ``own_file``: the workbook of a batch as it was uploaded, None where it is no longer kept. Only
    where rows were changed in both places is it read, and ``data`` once more.
    """
    found = _Survey(is_ours)
    with Reader(data) as reader:
        name = ""
        for event in reader:
            if isinstance(event, SheetStart):
                name = event.name
                found.prints[name] = {}
            elif isinstance(event, Frame):
                found.take(name, event)
    found.match()
    wanted = found.wanted(own_file)
    rows: dict[str, dict[int, Cells]] = {name: {} for name in wanted}
    for name, number, cells in _rows(data) if wanted else ():
        if number in wanted.get(name, ()):
            rows[name][number] = cells
    for name, standing in rows.items():
        found.settle(name, standing)
    return found.returned()


def _rows(data: bytes | Path) -> Iterator[tuple[str, int, tuple[Any, ...]]]:
    """Worksheet, number (from 1) and cells of every row of a workbook."""
    with Reader(data) as reader:
        name = ""
        for event in reader:
            if isinstance(event, SheetStart):
                name = event.name
            elif isinstance(event, Frame):
                for number, cells in enumerate(zip(*event.columns, strict=True), event.first + 1):
                    yield name, number, cells


def _given_out(batches: Iterable[UUID], own_file: OwnFile) -> set[bytes]:
    """The prints of all rows of the workbooks of batches; nothing unless all can be read."""
    found: set[bytes] = set()
    for uid in batches:
        data = own_file(uid)
        try:
            found.update(print_of(cells) for _name, _number, cells in _rows(data or b""))
        except Refused:
            return set()
    return found


class _Survey:
    """Collects copies, and the print of every row, worksheet by worksheet; then pairs them."""

    def __init__(self, is_ours: Callable[[Stamp], bool]) -> None:
        self.is_ours = is_ours
        self.prints: dict[str, dict[int, bytes]] = {}
        self.copies: list[Copied] = []
        self.unknown: dict[str, int] = {}
        self.alike: dict[str, int] = {}
        self.contested: dict[str, dict[int, list[Rival]]] = {}
        self.waiting: dict[str, dict[int, tuple[str, int]]] = {}
        self.skips: dict[str, set[int]] = {}
        self._unmatched: dict[str, list[Copied]] = {}
        self._is_known = False
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
        self.copies.append(Copied(name, number, stamp, cells, present != stamp.written))

    def match(self) -> None:
        """Find the rows that copies were made of, where they stand unchanged."""
        names = {print_of_name(name): name for name in self.prints}
        for copy in self.copies:
            source = names.get(copy.stamp.name)
            if source is None or source == copy.sheet:
                continue
            claimed = self.skips.setdefault(source, set())
            number = self._place(source, copy.stamp, claimed)
            if number is not None:
                claimed.add(number)
            else:
                self._unmatched.setdefault(source, []).append(copy)

    def wanted(self, own_file: OwnFile) -> dict[str, set[int]]:
        """By worksheet the rows to be looked at, where copies were changed and their rows, too."""
        open_ones = {
            name: copies
            for name, copies in self._unmatched.items()
            if any(copy.is_changed for copy in copies)
        }
        for name, copies in self._unmatched.items():
            if name not in open_ones:
                self._leave(copies)
        batches = {copy.stamp.batch for copies in open_ones.values() for copy in copies}
        given_out = _given_out(batches, own_file)
        self._is_known = bool(given_out)
        wanted = {}
        for name, copies in open_ones.items():
            places = {copy.stamp.row for copy in copies}
            found = not_given_out(self.prints[name], given_out, places)
            blank = {n for n in found if self.prints[name][n] == _NOTHING_IN_IT}
            wanted[name] = found - blank - self.skips[name]
        return wanted

    def settle(self, name: str, rows: Mapping[int, Cells]) -> None:
        """Decide which counts of copies and the rows they were made of, as both stand now."""
        copies = self._unmatched[name]
        found = pairs(copies, rows, is_known=self._is_known)
        for number, copy in found.items():
            self._decide(name, number, copy, rows[number])
        paired = {id(copy) for copy in found.values()}
        self._leave(copy for copy in copies if id(copy) not in paired)

    def _decide(self, name: str, number: int, copy: Copied, cells: Cells) -> None:
        if not is_changed(copy.stamp, cells):
            self.skips[name].add(number)
            return
        differing = rivals(copy, cells) if is_copy_changed(copy) else []
        if differing:
            # Both wait, and both are named: whichever was meant, neither is lost nor doubled.
            self.contested.setdefault(name, {})[number] = differing
            self.waiting.setdefault(copy.sheet, {})[copy.number] = (name, number)
        elif says_more(copy):
            self.skips[name].add(number)
        else:
            self.skips.setdefault(copy.sheet, set()).add(copy.number)
            if is_copy_changed(copy):
                self.alike[copy.sheet] = self.alike.get(copy.sheet, 0) + 1

    def _leave(self, copies: Iterable[Copied]) -> None:
        """Copies as they were handed out stand for nothing."""
        for copy in copies:
            if not copy.is_changed:
                self.skips.setdefault(copy.sheet, set()).add(copy.number)

    def returned(self) -> Returned:
        """Which row of each pair stays."""
        return Returned(
            frozenset(copy.sheet for copy in self.copies),
            {name: frozenset(rows) for name, rows in self.skips.items() if rows},
            self.unknown,
            self.alike,
            self.contested,
            self.waiting,
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
