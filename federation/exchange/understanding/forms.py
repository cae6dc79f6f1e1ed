"""Pages that people fill in label by label: one person a page, or several below each other.

A label is a cell that holds one of the sheet's own headings or aliases. Its value stands in the
next cell to the right, else below; a merged range counts as one cell. What stands in tables inside
such a page (résumés, members of the family) and photographs is left out and told.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from federation.exchange.cleaners.text import as_text, is_blank, squash
from federation.exchange.declare import Sheet
from federation.exchange.reading import Frame, SheetStart
from federation.exchange.understanding.cells import Box, Cells
from federation.exchange.understanding.classify import BLANK, SUMMARY
from federation.exchange.understanding.header import heading_key
from federation.exchange.understanding.labels import (
    PHOTO_WORDS,
    TABLE_WORDS,
    label_key,
    pairs_in,
)

INNER_TABLE, PHOTO = "inner_table", "photo"
Key = tuple[int, str]


@dataclass
class Record:
    """One person: the row she is named by, and per key the value and the address it stands at."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    twice: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class FormRows:
    """A page as rows: ``cells`` by key, all as long as ``numbers``; where every value stands.

    ``labels``: key -> the label as written; ``others``: address -> a filled label that is none of
    the sheet's; ``twice``: (row, key, address) of a label that is filled a second time.
    """

    numbers: list[int] = field(default_factory=list)
    cells: dict[str, list[Any]] = field(default_factory=dict)
    addresses: dict[Key, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    twice: list[tuple[int, str, str]] = field(default_factory=list)


class FormReader:
    """Takes the frames of a worksheet and reads its pages."""

    def __init__(self, start: SheetStart, sheet: type[Sheet]) -> None:
        self.sheet = sheet
        self.grid = Cells(start.merges)
        self.result = FormRows()
        self.wide: set[int] = set()
        self.heads: set[int] = set()
        self._values: set[tuple[int, int]] = set()

    def take(self, frame: Frame) -> None:
        """Add the cells of a frame."""
        self.grid.add(frame)

    def read(self) -> FormRows:
        """All people of the worksheet; without the sheet's anchor there is nobody."""
        self._sort_rows()
        found = [one for row in range(self.grid.height) for one in self._row(row)]
        anchors = [box for key, box, _value in found if key == self.sheet.anchor]
        if anchors:
            self._gather(found, anchors)
            self._tell_tables({box.top for _key, box, _value in found})
            self._tell_unread(found)
        return self.result

    # labels

    def _label(self, cell: Any) -> str | None:
        return label_key(cell, self.sheet)

    def _sort_rows(self) -> None:
        """Which rows head a table inside the page, and which hold labels above their values.

        Labels side by side leave no room for values: where even the first person is named by such
        a row the page is filled in from above, else such a row heads a table.
        """
        named, wide, heads = [], set(), set()
        for row in range(self.grid.height):
            boxes = [box for box in self.grid.row(row) if box.top == row]
            labels = [self._label(self.grid.at(box)) for box in boxes]
            if any(heading_key(as_text(self.grid.at(box))) in TABLE_WORDS for box in boxes):
                heads.add(row)
                continue
            named += [row] if self.sheet.anchor in labels else []
            pairs = zip(labels, labels[1:], strict=False)
            if sum(one is not None and other is not None for one, other in pairs) >= 2:
                wide.add(row)
        from_above = bool(named) and named[0] in wide
        self.wide = wide if from_above else set()
        self.heads = heads if from_above else heads | wide

    def _row(self, row: int) -> Iterator[tuple[str, Box, Box | None]]:
        """The labels of a row, each with the cell its value stands in."""
        if row in self.heads:
            return
        for box in self.grid.row(row):
            if box.top != row or (box.top, box.left) in self._values:
                continue
            cell = self.grid.at(box)
            if isinstance(cell, str) and PHOTO_WORDS.fullmatch(heading_key(cell)):
                self.result.skipped.append((row + 1, PHOTO))
                continue
            key = self._label(cell)
            if key is None:
                for key, label, text in pairs_in(cell, self.sheet):
                    self.result.labels.setdefault(key, label)
                    yield key, box, box._replace(text=text)
                continue
            value = self._value_of(box)
            if value is not None:
                self._values.add((value.top, value.left))
            if key:
                self.result.labels.setdefault(key, squash(as_text(cell)))
                yield key, box, value
            elif value is not None and not is_blank(self.grid.at(value)):
                self.result.others.setdefault(value.address, squash(as_text(cell)))

    def _value_of(self, label: Box) -> Box | None:
        """The cell beside a label, else the one below; None where only labels stand there."""
        right = self.grid.box(label.top, label.right + 1) if label.top not in self.wide else None
        if right is not None and right.top == label.top and self._is_free(right):
            return self._lines(label, right)
        if right is not None and self._label(self.grid.at(right)) is None:
            return None
        below = self.grid.box(label.bottom + 1, label.left)
        return below if below is not None and self._is_free(below) else None

    def _is_free(self, box: Box) -> bool:
        return box.top not in self.heads and self._label(self.grid.at(box)) is None

    def _lines(self, label: Box, first: Box) -> Box | None:
        """A value of several lines, each in its own cell; None where the cells are a table."""
        if first.bottom >= label.bottom:
            return first
        lines: list[Box] = []
        for row in range(label.top, label.bottom + 1):
            filled = [box for box in self._beside(row, label.right + 1) if box.top == row]
            if row in self.heads or len(filled) > 1:
                self.heads.add(label.top)
                return None
            lines += filled
        if len(lines) < 2:
            return lines[0] if lines else first
        return first._replace(text="\n".join(as_text(self.grid.at(box)) for box in lines))

    def _beside(self, row: int, column: int) -> Iterator[Box]:
        """The filled cells of a row from a column up to the next label: values from now on."""
        while (box := self.grid.box(row, column)) is not None:
            cell = self.grid.at(box)
            if self._label(cell) is not None:
                return
            self._values.add((box.top, box.left))
            if not is_blank(cell):
                yield box
            column = box.right + 1

    # people

    def _gather(self, found: list[tuple[str, Box, Box | None]], anchors: list[Box]) -> None:
        """Give every label to its person: the last anchor above it, or left of it in that row."""
        tops = sorted({box.top for box in anchors})
        lefts: dict[int, list[int]] = {}
        records: dict[tuple[int, int], Record] = {}
        taken: set[int] = set()
        for box in sorted(anchors):
            number = next(
                n for n in range(box.top + 1, box.top + 2 + len(anchors)) if n not in taken
            )
            taken.add(number)
            records[box.top, box.left] = Record(number)
            lefts.setdefault(box.top, []).append(box.left)
        for key, label, value in found:
            if value is None:
                continue
            top = tops[max(0, bisect_right(tops, label.top) - 1)]
            left = lefts[top][max(0, bisect_right(lefts[top], label.left) - 1)]
            self._put(records[top, left], key, value)
        self._as_columns(list(records.values()))

    def _put(self, record: Record, key: str, value: Box) -> None:
        cell = self.grid.at(value)
        if is_blank(cell):
            record.addresses.setdefault(key, value.address)
        elif key in record.values:
            record.twice.append((key, value.address))
        else:
            record.values[key], record.addresses[key] = cell, value.address

    def _as_columns(self, records: list[Record]) -> None:
        result = self.result
        keys = [c.key for c in self.sheet.columns if c.key in result.labels]
        result.cells = {key: [] for key in keys}
        for record in records:
            if not record.values:
                result.skipped.append((record.number, BLANK))
                continue
            result.numbers.append(record.number)
            for key in keys:
                result.cells[key].append(record.values.get(key, ""))
            where = record.addresses.items()
            result.addresses.update({(record.number, key): at for key, at in where})
            result.twice += [(record.number, key, at) for key, at in record.twice]

    def _tell_tables(self, used: set[int]) -> None:
        """Tables inside the page reach from their heading to the next label or blank row."""
        for head in sorted(self.heads):
            row = head
            while row < self.grid.height and (row == head or row not in used | self.heads):
                if all(is_blank(self.grid.at(box)) for box in self.grid.row(row) if box.top == row):
                    break
                self.result.skipped.append((row + 1, INNER_TABLE))
                row += 1

    def _tell_unread(self, found: list[tuple[str, Box, Box | None]]) -> None:
        """Rows below those that are filled in from above, of which nothing became a value."""
        read = {box.top for _key, label, value in found for box in (label, value) if box}
        read |= {top for top, _left in self._values} | {n - 1 for n, _why in self.result.skipped}
        for row in range(min(self.wide, default=self.grid.height), self.grid.height):
            filled = (box for box in self.grid.row(row) if not is_blank(self.grid.at(box)))
            if row not in read and any(box.top == row for box in filled):
                self.result.skipped.append((row + 1, SUMMARY))
        self.result.skipped.sort()
