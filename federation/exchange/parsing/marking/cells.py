"""Marks in the part of one worksheet: the format of bad cells, and a place for their comments."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from marking.splicing import (
    Edits,
    Unpatchable,
    prefix_of,
    root_of,
    scan,
    tag_at,
    text_of,
    with_attribute,
)
from xlsx_facts import column_number

_CELL = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_SPANS = re.compile(r"(\d+):(\d+)")
#: elements of a worksheet that stand after the one for comments
_AFTER = frozenset(
    (
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
        "tableParts", "extLst", "AlternateContent",
    )
)  # fmt: skip

#: gives for a cell's present format the one it gets: (row, column, format) -> format
Restyle = Callable[[int, int, int], int]


def letters(column: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


class CellMarks:
    """Goes once over a worksheet part and restyles the wanted cells; those missing are added.

    ``wanted`` counts rows and columns from 0; ``values``: what some of them hold from now on. A
    formula is not replaced, others may follow from it: Unpatchable is raised. Afterwards ``edits``
    holds the changes, ``drawing_key`` the relation of the drawing that shows its comments, if there
    is one.
    """

    def __init__(
        self,
        data: bytes,
        wanted: set[tuple[int, int]],
        restyle: Restyle,
        values: Mapping[tuple[int, int], Any],
    ) -> None:
        self.data, self.edits, self._restyle = data, Edits(data), restyle
        self._values = values
        # The cell that gets another value: where it begins, its new tag, the value.
        self._open: tuple[int, bytes, Any] | None = None
        self._rows: dict[int, set[int]] = {}
        for row, column in wanted:
            self._rows.setdefault(row, set()).add(column)
        self._missing = sorted(self._rows, reverse=True)
        self._prefix = prefix_of(root_of(data))
        self._depth, self._row, self._column = 0, -1, -1
        self._left: set[int] = set()
        self._row_style = 0
        self._column_styles: list[tuple[int, int, int]] = []
        self._drawing_at, self.drawing_key = -1, ""
        scan(data, self._start, self._end)

    # what the reader meets

    def _start(self, tag: str, attrs: dict[str, str], at: int) -> None:
        self._depth += 1
        if tag == "c":
            self._cell(attrs, at)
        elif tag == "f" and self._open is not None:
            raise Unpatchable
        elif tag == "row" and self._depth == 3:
            self._open_row(attrs, at)
        elif self._depth == 2:
            self._section(tag, attrs, at)
        elif tag == "col" and "style" in attrs:
            span = (int(attrs["min"]) - 1, int(attrs["max"]), int(attrs["style"]))
            self._column_styles.append(span)

    def _end(self, tag: str, at: int) -> None:
        self._depth -= 1
        if tag == "c" and self._open is not None:
            start, opening, value = self._open
            self._open = None
            end = at + len(tag_at(self.data, at))
            self.edits.replace(start, end, self._filled(opening, value))
        elif tag == "row" and self._depth == 2:
            self._close_row(at)
        elif tag == "sheetData" and self._depth == 1:
            if self._missing and not tag_at(self.data, at).startswith(b"</"):
                raise Unpatchable
            self._add_rows(None, at)
        elif not self._depth and self._drawing_at < 0:
            self._drawing_at = at

    def _section(self, tag: str, attrs: dict[str, str], at: int) -> None:
        if tag == "legacyDrawing":
            key = next((v for k, v in attrs.items() if k.endswith(" id")), "")
            self.drawing_key = self.drawing_key or key
        elif tag in _AFTER and self._drawing_at < 0 and self._row >= 0:
            self._drawing_at = at

    # rows

    def _open_row(self, attrs: dict[str, str], at: int) -> None:
        self._row = int(attrs["r"]) - 1 if "r" in attrs else self._row + 1
        self._column, self._row_style = -1, 0
        self._add_rows(self._row, at)
        self._left = set()
        if self._missing and self._missing[-1] == self._row:
            self._missing.pop()
            self._left = set(self._rows[self._row])
            self._row_style = int(attrs.get("s", 0)) if attrs.get("customFormat") else 0
            self._widen(attrs, at)

    def _widen(self, attrs: dict[str, str], at: int) -> None:
        """Cells that are added may lie outside the columns the row says it spans."""
        spans = _SPANS.fullmatch(attrs.get("spans", ""))
        if spans is None:
            return
        first, last = int(spans[1]), int(spans[2])
        if first <= min(self._left) + 1 and max(self._left) + 1 <= last:
            return
        tag = tag_at(self.data, at)
        wide = f"{min(first, min(self._left) + 1)}:{max(last, max(self._left) + 1)}"
        self.edits.replace(at, at + len(tag), with_attribute(tag, "spans", wide))

    def _close_row(self, at: int) -> None:
        if not self._left:
            return
        added, self._left = self._cells(self._left), set()
        tag = tag_at(self.data, at)
        if tag.startswith(b"</"):
            self.edits.insert(at, added)
        else:
            close = b"</" + self._prefix + b"row>"
            self.edits.replace(at, at + len(tag), tag[:-2] + b">" + added + close)

    def _add_rows(self, before: int | None, at: int) -> None:
        """Rows that the part leaves out because nothing stands in them."""
        while self._missing and (before is None or self._missing[-1] < before):
            self._row_style = 0
            row, own = self._row, self._missing.pop()
            self._row = own
            cells, p = self._cells(self._rows[own]), self._prefix
            new = b'<%brow r="%d">' % (p, own + 1) + cells + b"</%brow>" % p
            self._row = row
            self.edits.insert(at, new)

    # cells

    def _cell(self, attrs: dict[str, str], at: int) -> None:
        place = _CELL.fullmatch(attrs.get("r", ""))
        self._column = column_number(place[1].upper()) if place else self._column + 1
        if not self._left:
            return
        before = {column for column in self._left if column < self._column}
        if before:
            self.edits.insert(at, self._cells(before))
            self._left -= before
        if self._column in self._left:
            self._left.discard(self._column)
            tag = tag_at(self.data, at)
            style = self._restyle(self._row, self._column, int(attrs.get("s", 0)))
            self._put(at, tag, with_attribute(tag, "s", str(style)))

    def _put(self, at: int, tag: bytes, new: bytes) -> None:
        place = (self._row, self._column)
        if place not in self._values:
            self.edits.replace(at, at + len(tag), new)
        elif new.endswith(b"/>"):
            made = self._filled(new[:-2] + b">", self._values[place])
            self.edits.replace(at, at + len(tag), made)
        else:
            self._open = (at, new, self._values[place])

    def _filled(self, tag: bytes, value: Any) -> bytes:
        """A whole cell that holds a value; text is written as text, whatever it begins with."""
        p = self._prefix
        is_text = isinstance(value, str) and value != ""
        opening = with_attribute(tag, "t", "inlineStr" if is_text else "n")
        body = b""
        if is_text:
            text = text_of(value)
            body = b'<%bis><%bt xml:space="preserve">%b</%bt></%bis>' % (p, p, text, p, p)
        elif value != "":
            body = b"<%bv>%b</%bv>" % (p, repr(value).encode(), p)
        return opening + body + b"</" + p + b"c>"

    def _cells(self, columns: set[int]) -> bytes:
        """Empty cells with their marks, in order."""
        return b"".join(map(self._new, sorted(columns)))

    def _new(self, column: int) -> bytes:
        style = self._restyle(self._row, column, self._usual(column))
        at = (self._prefix, letters(column).encode(), self._row + 1, style)
        tag = b'<%bc r="%b%d" s="%d"' % at
        place = (self._row, column)
        if place not in self._values:
            return tag + b"/>"
        return self._filled(tag + b">", self._values[place])

    def _usual(self, column: int) -> int:
        """The format an empty cell has by its row or column."""
        if self._row_style:
            return self._row_style
        found = (style for first, last, style in self._column_styles if first <= column < last)
        return next(found, 0)

    # comments

    def show_drawing(self, key: str, namespace: str) -> None:
        """Have the worksheet show the drawing that relation ``key`` names."""
        tag = '<{}legacyDrawing xmlns:r="{}" r:id="{}"/>'
        new: Any = tag.format(self._prefix.decode(), namespace, key)
        self.edits.insert(self._drawing_at, new.encode())
