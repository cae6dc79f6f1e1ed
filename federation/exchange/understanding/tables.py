"""Where the next table begins, when several stand one below the other in a worksheet."""

from collections.abc import Sequence
from typing import Any

from federation.exchange.cleaners.text import as_text, is_blank, squash
from federation.exchange.declare import Sheet
from federation.exchange.frames import Work, rows_of
from federation.exchange.places import Places
from federation.exchange.reading import Frame
from federation.exchange.understanding.classify import is_total
from federation.exchange.understanding.contexts import Context, place_of_sheet
from federation.exchange.understanding.header import (
    Header,
    Merges,
    find_header,
    header_at,
    recognise,
)
from federation.exchange.understanding.templates import is_usable, other_template

_REFERENCES = frozenset(("code", "town", "name"))
_MOST_LINES_ABOVE = 4
_MOST_ROWS = 40
_LONGEST_HEADING = 40
_FEW = 2
_MOST_KNOWN = 20_000


class NextTable:
    """Looks for a second header among the rows that make no sense under the first.

    A header of the same columns only repeats the first one, unless a title above it names another
    place. ``about``: what the first table is about; None where its rows say so themselves.
    """

    def __init__(
        self,
        sheet: type[Sheet],
        header: Header,
        merges: Merges,
        *,
        others: Sequence[type[Sheet]],
        places: Places,
        about: Context | None,
    ) -> None:
        self.sheet, self.others, self.merges = sheet, others, merges
        self.places, self.about = places, about
        self._columns = _columns(header)
        self._known: dict[str, bool] = {}

    def begins(self, work: Work, frame: Frame) -> int | None:
        """The row (from 0) at which the next table begins, its title included; None if none does.

        ``work`` holds the cleaned and placed rows of ``frame``.
        """
        for position in sorted(work.faults):
            if not self._looks_like_header(work, position):
                continue
            row = work.numbers[position] - 1
            top = self._top(work, frame, row)
            if self._is_other_table(frame, top, row):
                return top
        return None

    def _looks_like_header(self, work: Work, position: int) -> bool:
        """Only short texts, at least two of them headings; told by the first few cells."""
        if not any(fault[0] in _REFERENCES for fault in work.faults[position]):
            return False
        filled = known = 0
        for column in work.everything:
            cell = column[position]
            if is_blank(cell):
                continue
            if not isinstance(cell, str) or len(cell) > _LONGEST_HEADING:
                return False
            filled += 1
            known += self._is_heading(cell)
            if filled > _FEW + 1 and not known:
                return False
        return known >= _FEW

    def _is_heading(self, cell: str) -> bool:
        found = self._known.get(cell)
        if found is None:
            found = recognise((squash(cell),), self.sheet) is not None
            if len(self._known) < _MOST_KNOWN:
                self._known[cell] = found
        return found

    def _top(self, work: Work, frame: Frame, row: int) -> int:
        """The first of the titles and blank lines directly above a header."""
        placed = {
            number - 1
            for number, place in zip(work.numbers, work.placed, strict=True)
            if place.row is not None
        }
        top = row
        while top > max(frame.first, row - _MOST_LINES_ABOVE) and top - 1 not in placed:
            cells = _row(frame, top - 1)
            filled = [cell for cell in cells if not is_blank(cell)]
            if len(filled) > 1 or any(map(is_total, filled)):
                break
            top -= 1
        return top

    def _is_other_table(self, frame: Frame, top: int, row: int) -> bool:
        window = rows_below(frame, top)
        merges = shifted(self.merges, top)
        if other_template(window, merges, self.sheet, self.others) is not None:
            return True
        header = header_at(window, row - top, self.sheet, merges)
        if not is_usable(header, self.sheet):
            return False
        return not _columns(header) <= self._columns or self._names_place(window[: row - top])

    def _names_place(self, above: Sequence[Sequence[Any]]) -> bool:
        if self.about is None:
            return False
        found = place_of_sheet(self.places, "", texts_of(above))
        return any(
            new is not None and new != old for new, old in zip(found, self.about, strict=True)
        )


def first_header(
    rows: Sequence[Sequence[Any]], sheet: type[Sheet], merges: Merges
) -> Header | None:
    """The header of the first table: the best one, or a usable one that stands above it with rows
    of its own between them."""
    best = find_header(rows, sheet, merges)
    if best is None:
        return None
    earlier = find_header(rows[: best.row], sheet, merges)
    if earlier is None or not is_usable(earlier, sheet):
        return best
    between = rows[earlier.end : best.row]
    has_rows = any(sum(not is_blank(cell) for cell in cells) > _FEW for cells in between)
    return earlier if has_rows and not _columns(best) <= _columns(earlier) else best


def rows_below(frame: Frame, top: int) -> list[list[Any]]:
    """The first rows of a frame from row ``top`` (from 0) on."""
    start = top - frame.first
    columns = [column[start : start + _MOST_ROWS] for column in frame.columns]
    return list(rows_of(columns, min(_MOST_ROWS, frame.count - start)))


def cut(frame: Frame, row: int) -> tuple[Frame, Frame]:
    """A frame in two: the rows before ``row`` (from 0), and those from it on."""
    at = row - frame.first
    above = Frame(frame.first, at, [column[:at] for column in frame.columns])
    return above, Frame(row, frame.count - at, [column[at:] for column in frame.columns])


def shifted(merges: Merges, top: int) -> list[tuple[int, int, int, int]]:
    """Merged ranges as they stand below row ``top``."""
    return [(r1 - top, c1, r2 - top, c2) for r1, c1, r2, c2 in merges if r1 >= top]


def texts_of(rows: Sequence[Sequence[Any]]) -> list[str]:
    """What stands in the cells of a few rows."""
    return [as_text(cell) for row in rows for cell in row if not is_blank(cell)]


def inherited(context: Context, above: Context | None) -> Context:
    """What a table is about; a table without a title of its own goes on about the one above."""
    return above if above is not None and not any(context) else context


def _columns(header: Header) -> set[tuple[int, str]]:
    return {(index, match.key) for index, match in enumerate(header.matches) if match}


def _row(frame: Frame, row: int) -> list[Any]:
    return [column[row - frame.first] for column in frame.columns]
