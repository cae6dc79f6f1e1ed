"""What the sheet 只需改这些 holds: rows that stay out, whole, with where they stand and why."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from federation.exchange.cleaners.text import NO_VALUE, as_text, is_blank
from federation.exchange.declare import Sheet
from federation.exchange.frames import Filler
from federation.exchange.holding import names_asked
from federation.exchange.judging import BY_ORGANISATION
from federation.exchange.models import Batch
from federation.exchange.placing import is_about_towns
from federation.exchange.problems import reason_of
from federation.exchange.reading import Frame, SheetStart
from federation.exchange.returning.faults import BadRow, Faults, column_of, place_of
from federation.exchange.returning.headings import Heading, Headings, said_headings
from federation.exchange.returning.stamps import (
    NO_RESULT,
    Stamp,
    Trace,
    is_stamp,
    print_of,
    print_of_cell,
    print_of_name,
    sealed,
)
from federation.exchange.understanding.header import Header
from federation.exchange.understanding.mapping import Layout
from federation.exchange.understanding.tables import cut

_SAID_WIDTHS = (16, 44, 20)
#: how many columns in front only tell something
SAID = len(_SAID_WIDTHS)
_LONGEST = 200


class RowAsRead(NamedTuple):
    """A row of the file: its print and its cells as they stand, and with what merged cells say."""

    was: bytes
    cells: list[Any]
    bare: list[Any]


class Collector:
    """Takes the events of a workbook and keeps the rows that are wanted."""

    def __init__(self, faults: Faults, sheet: type[Sheet]) -> None:
        self._parts: dict[str, list[dict[str, Any]]] = {}
        for part in faults.parts:
            if part["use"] == "imported":
                self._parts.setdefault(part["name"], []).append(part)
        self._fillable = [column.key for column in sheet.columns if not column.is_personal]
        self._typed: dict[tuple[str, int], dict[int, Any]] = {}
        for name, cells in faults.typed.items():
            for (line, column), value in cells.items():
                self._typed.setdefault((name, line + 1), {})[column] = value
        self._wanted: dict[str, set[int]] = {}
        for row in faults.rows:
            self._wanted.setdefault(row.name, set()).add(row.number)
        self.found: dict[tuple[str, int], RowAsRead] = {}
        self.names: list[str] = []
        # The tables of the worksheet at hand: the row (from 0) at which each begins, its filler.
        self._tables: list[tuple[int, Filler]] = []

    def take(self, event: Any) -> None:
        """A worksheet opens, or its next rows come."""
        if isinstance(event, SheetStart):
            self.names.append(event.name)
            parts = self._parts.get(event.name, [])
            self._tables = [(_top(part), self._filler_of(event, part)) for part in parts]
        elif isinstance(event, Frame):
            for frame, filler in self._pieces(event):
                self._keep(self.names[-1], frame, filler)

    def _pieces(self, frame: Frame) -> Iterator[tuple[Frame, Filler]]:
        """The rows of a frame, each with the table that they belong to."""
        rest = frame
        for (_top_row, filler), (end, _next) in pairwise(self._tables):
            if rest.count and end < rest.first + rest.count:
                own, rest = cut(rest, max(end, rest.first))
                yield own, filler
            elif rest.count:
                yield rest, filler
                return
        if self._tables and rest.count:
            yield rest, self._tables[-1][1]

    def _filler_of(self, start: SheetStart, part: dict[str, Any]) -> Filler:
        columns = {key: column_of(letter) for key, letter in part["columns"].items()}
        end = max(part["header_rows"], default=0)
        return Filler(start, Layout(Header(end, 0, [], []), [], columns), self._fillable)

    def _keep(self, name: str, frame: Frame, filler: Filler) -> None:
        wanted = self._wanted.get(name, set())
        first = frame.first + 1
        places = sorted(number - first for number in wanted if 0 <= number - first < frame.count)
        bare = [self._cells(name, frame, place) for place in places]
        filler.fill(frame)
        for place, as_read in zip(places, bare, strict=True):
            cells = self._cells(name, frame, place)
            self.found[name, first + place] = RowAsRead(print_of(as_read), cells, as_read)

    def _cells(self, name: str, frame: Frame, place: int) -> list[Any]:
        """The cells of a row as they are handed out: what was typed stands in them."""
        cells = [column[place] for column in frame.columns]
        for column, value in self._typed.get((name, frame.first + 1 + place), {}).items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = value
        return cells


def _top(part: dict[str, Any]) -> int:
    """The row (from 0) at which a table begins."""
    return min(part["header_rows"], default=1) - 1


def task_of(
    batch: Batch,
    sheet: type[Sheet],
    faults: Faults,
    rows: Mapping[tuple[str, int], RowAsRead],
    names: Mapping[str, str],
) -> dict[str, Any] | None:
    """The sheet as the child takes it (``marking.TaskSheet``); None when no row stays out.

    ``names``: what worksheets are called in the file that is handed out.
    """
    bad = [row for row in faults.rows if (row.name, row.number) in rows]
    if not bad:
        return None
    return _Task(batch, sheet, faults, bad, names, rows).made()


class _Task:
    """Lays out rows under common headings."""

    def __init__(
        self,
        batch: Batch,
        sheet: type[Sheet],
        faults: Faults,
        bad: list[BadRow],
        names: Mapping[str, str],
        rows: Mapping[tuple[str, int], RowAsRead],
    ) -> None:
        self.rows = rows
        self.batch, self.sheet, self.bad, self.names = batch, sheet, bad, names
        numbers = sorted({row.sheet for row in bad})
        self.parts = {number: faults.parts[number] for number in numbers}
        absent = {
            error["field"]
            for row in bad
            for error in row.errors
            if error.get("field") and error["field"] not in self.parts[row.sheet]["columns"]
        }
        filled = {
            (row.sheet, column)
            for row in bad
            for column, value in enumerate(rows[row.name, row.number].cells)
            if not is_blank(value) and not is_stamp(value)
        }
        self.headings = Headings(self.parts, sheet, absent, filled)
        self._naming = _naming(sheet)

    def made(self) -> dict[str, Any]:
        """The whole sheet."""
        columns, title = self.headings.columns, self._title()
        lines, marked = [], []
        for number, row in enumerate(self.bad):
            read = self.rows[row.name, row.number]
            cells = self._cells(row, read.cells)
            lines.append([*self._words(row, read.cells), *cells, self._stamp(row, read, cells)])
            keys = {error.get("field") for error in row.errors}
            marked += [(number, SAID + n) for n, c in enumerate(columns) if c.key in keys]
        return {
            "name": _("只需改这些"),
            "title": title,
            "title_of_rebuilt": title
            + _("这份文件按读到的内容重新生成，格式、公式和图片没有保留。"),
            "headings": [*said_headings(), *(column.text for column in columns)],
            "widths": [*_SAID_WIDTHS, *([16] * len(columns))],
            "rows": lines,
            "bad": marked,
            "said": SAID,
            "texts": [SAID + n for n, column in enumerate(columns) if column.is_text],
        }

    def _title(self) -> str:
        """What to do; where all rows come from sheets about towns, it says so as they did."""
        title = _(
            "请改标红的格子，改好后再上传这份文件。在这里改，或在原来的工作表里改，都可以，"
            "同一行只算一次。"
        )
        above = [[part["name"], *part.get("above", [])] for part in self.parts.values()]
        if all(is_about_towns(self.sheet.town_title, texts) for texts in above):
            title += "　" + " ".join(above[0])
        return title

    def _words(self, row: BadRow, cells: list[Any]) -> list[str]:
        """Where it stands, why it stays out, what stands there."""
        places = [error.get("cell") or "" for error in row.errors]
        name = self.names.get(row.name, row.name)
        at = "、".join(dict.fromkeys(filter(None, places)))
        where = f"{name}!{at}" if at else _("{name} 第 {row} 行").format(name=name, row=row.number)
        seen = dict.fromkeys(_seen(place, cells) for place in places if place)
        return [where, "\n".join(map(reason_of, row.errors)), "\n".join(seen)]

    def _cells(self, row: BadRow, cells: list[Any]) -> list[Any]:
        """Its cells under the common headings; of formulas what they gave."""
        found = []
        for column in self.headings.columns:
            place = column.places.get(row.sheet)
            value = cells[place] if place is not None and place < len(cells) else ""
            if not value:
                value = self.headings.told_of(column.key, row.sheet) or value
            unit = "" if is_blank(value) else self._unit(column, row.sheet)
            if unit:
                value = f"{as_text(value)}{unit}"
            found.append(NO_RESULT if value is NO_VALUE else "" if value is None else value)
        return found

    def _unit(self, column: Heading, sheet: int) -> str:
        """The unit of money of a worksheet, where the common heading does not say the same."""
        unit: str = self.parts[sheet].get("units", {}).get(column.key or "", "")
        return "" if unit == column.unit else unit

    def _stamp(self, row: BadRow, read: RowAsRead, cells: list[Any]) -> str:
        name = print_of_name(self.names.get(row.name, row.name))
        place = (self.batch.uid, row.sheet, row.number, name)
        traces = list(self._traces(row, read, cells))
        return sealed(Stamp(*place, read.was, print_of(cells), SAID, len(cells), traces))

    def _traces(self, row: BadRow, read: RowAsRead, cells: list[Any]) -> Iterator[Trace]:
        """Where each cell that is read came from, and what stood there."""
        for number, column in enumerate(self.headings.columns):
            if column.key is None:
                continue
            at = column.places.get(row.sheet)
            stood = read.bare[at] if at is not None and at < len(read.bare) else ""
            prints = (print_of_cell(stood), print_of_cell(cells[number]))
            is_name = column.key in self._naming
            yield Trace(at, number, *prints, self._unit(column, row.sheet), is_name)


def _naming(sheet: type[Sheet]) -> set[str]:
    """The columns by which rows are told apart; none where each is about a place, or nobody."""
    if sheet.unique == BY_ORGANISATION:
        return set()
    return {*filter(None, (sheet.unique, sheet.unique_name)), *names_asked(sheet.key)}


def _seen(cell: str, cells: Iterable[Any]) -> str:
    """What stands in a cell of the row."""
    place, row = place_of(cell), list(cells)
    value = row[place[1]] if place is not None and place[1] < len(row) else ""
    return as_text(value)[:_LONGEST] if not is_blank(value) else _("（空）")
