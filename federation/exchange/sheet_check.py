"""Checking the rows of one sheet, frame by frame, column by column."""

from itertools import compress, takewhile
from typing import Any

from federation.exchange.cleaners.base import CellContext
from federation.exchange.cleaners.text import is_blank, squash
from federation.exchange.frames import Filler, Work, first_rows, rows_of
from federation.exchange.judging import Judge, Seen
from federation.exchange.placing import Placer, is_about_towns
from federation.exchange.problems import sentence
from federation.exchange.reading import Frame, SheetStart
from federation.exchange.rows import CheckedSheet, Opening, RowWarning
from federation.exchange.setting import Setting
from federation.exchange.settling import SettlingPlacer, retype
from federation.exchange.sheet_warnings import hidden_warnings, sum_warnings
from federation.exchange.stamps import HINTS_SHEET
from federation.exchange.understanding.classify import (
    BLANK,
    REPEATED,
    REPLACED,
    SUMMARY,
    line_above,
    why_not_data,
)
from federation.exchange.understanding.contexts import Context, place_of_sheet
from federation.exchange.understanding.guesses import Contents
from federation.exchange.understanding.header import Header, Merges
from federation.exchange.understanding.mapping import Layout, Mapping, lay_out
from federation.exchange.understanding.sums import Sums
from federation.exchange.understanding.tables import (
    NextTable,
    cut,
    first_header,
    inherited,
    shifted,
    texts_of,
)
from federation.exchange.understanding.templates import is_usable, other_template

#: where both are in the table, no title needs to say what its rows are about
_NAMING = frozenset(("town", "name"))
#: the rows kept to look for a header in
HEAD = 40
#: the rows below a header by which its columns are guessed
_SAMPLE = 200
#: lines of a sheet without a header that are told one by one
_MOST_TOLD = 500
#: lines above the header that are kept with the plan
_MOST_LINES, _LONGEST_LINE = 6, 80


class SheetCheck:
    """Takes the frames of one table and fills its ``result``.

    A worksheet holds one table, or several one below the other: ``base`` is the row (from 0) at
    which this one begins, ``above`` what the one above it was about.
    """

    def __init__(
        self, start: SheetStart, setting: Setting, seen: Seen, above: Context | None = None
    ) -> None:
        self.start, self.setting, self.seen = start, setting, seen
        self.result = CheckedSheet(start.name, start.state)
        self.merges: Merges = start.merges
        self.base, self.context, self._above = 0, Context(), above
        self.head: list[list[Any]] = []
        self.rows_seen = self.rows_of_data = 0
        self.layout: Layout | None = None
        self._decided = False
        self._blank: list[int] = []
        self._replaced = setting.returned.skipped(start.name)
        # Headings that we wrote are believed, and read whatever was chosen for her own sheets.
        self._is_ours = start.name in setting.returned.sheets

    @property
    def first_row(self) -> int:
        """The first row (from 1) of the table in which anything stands."""
        blank = takewhile(lambda cells: all(map(is_blank, cells)), self.head)
        return self.base + 1 + sum(1 for _ in blank)

    def take(self, frame: Frame) -> Frame | None:
        """Check the rows of a frame; what is left of it where another table begins."""
        if not self._decided:
            self._decide(frame)
        if self.layout is None:
            self._count(frame)
            return None
        skip = max(0, self.layout.header.end - frame.first)
        if skip >= frame.count:
            return None
        rest, work = self._own_rows(frame, skip)
        self.rows_seen += len(work.numbers)
        if work.numbers:
            before = len(self.result.skipped)
            self.rows_of_data += self._judge.decide(work)
            self._sums.take(work, self.result.skipped[before:])
        return rest

    def next_table(self) -> "SheetCheck":
        """The check of the table that begins where this one ends."""
        return SheetCheck(self.start, self.setting, self.seen, self.context)

    def _own_rows(self, frame: Frame, skip: int) -> tuple[Frame | None, Work]:
        """What is left of a frame where another table begins; the rows before, looked at."""
        assert self.layout is not None  # noqa: S101 - take() looks first
        told, blank, rest = len(self.result.skipped), list(self._blank), None
        as_read = Frame(frame.first, frame.count, [column[:] for column in frame.columns])
        self._fill.fill(frame)
        retype(frame, self.layout.columns, self.setting.decisions.edits, self.result.number)
        work = self._work(frame, skip)
        self._judge.look(work)
        row = self._next.begins(work, frame)
        if row is not None:
            del self.result.skipped[told:]
            self._blank = blank
            rest = cut(as_read, row)[1]
            work = self._work(cut(frame, row)[0], skip)
            self._judge.look(work)
        return rest, work

    def finish(self) -> None:
        """Close the sheet: what it has to say as a whole."""
        if self.layout is not None:
            result, found = self.result, self._sums.differing()
            result.filled = self._fill.filled()
            result.warnings += hidden_warnings(self.start, self.layout, result.accepted.numbers)
            if not self._replaced:
                result.warnings += sum_warnings(found, self.setting.sheet, result.columns)
        self.result.skipped.sort()

    def _decide(self, frame: Frame) -> None:
        self._decided, self.base = True, frame.first
        self.merges = shifted(self.start.merges, self.base)
        self.head = first_rows(frame, HEAD)
        # How to fill in a table is told in the words of the table, and is none all the same.
        if self.start.state != "visible" or self.start.name == HINTS_SHEET:
            return
        sheet, setting = self.setting.sheet, self.setting
        chosen = self._chosen()
        is_settled = self._is_ours or chosen is not None
        header = first_header(self.head, sheet, self.merges)
        if header is None or not (is_settled or self._is_usable(header)):
            return
        # What stands below this header with rows between is the next table's affair.
        top = self.head[: header.end]
        if not is_settled and other_template(top, self.merges, sheet, setting.others):
            return
        contents = Contents(sheet, setting.options, setting.places, setting.latest_day)
        sample = first_rows(frame, header.end + _SAMPLE)
        layout = lay_out(header, sheet, sample, chosen, contents)
        known = None if is_settled else setting.remembered(layout.fingerprint(sheet))
        self._use(lay_out(header, sheet, sample, known, contents) if known else layout)

    def _chosen(self) -> Mapping | None:
        """What the clerk chose for the columns of this table."""
        mapping = None if self._is_ours else self.setting.mapping
        return mapping and mapping.of_table(self.result.number, is_below=bool(self.base))

    def _is_usable(self, header: Header) -> bool:
        """Whether rows can be read by a header; a village that the title names need not be in it.

        Only where nothing in the table names villages is the title asked.
        """
        sheet = self.setting.sheet
        named = is_usable(header, sheet, {"name"}) and bool(self._look_above(header).village)
        return named or is_usable(header, sheet)

    def _look_above(self, header: Header) -> Context:
        lines = texts_of(self.head[: header.row])
        name = self.start.name if not self.base else ""
        return inherited(place_of_sheet(self.setting.places, name, lines), self._above)

    def _use(self, layout: Layout) -> None:
        setting, header = self.setting, layout.header
        self.layout = layout
        result = self.result
        result.use = "imported"
        first = self.base + 1
        result.header_rows = list(range(first + header.row, first + header.end))
        result.columns, result.ignored_columns = layout.letters(), layout.ignored
        result.guesses, result.fingerprint = layout.guesses, layout.fingerprint(setting.sheet)
        result.units = dict(layout.units)
        codes, head = (self._above or Context()).codes, self.head[: header.end]
        result.opening = Opening(self.start, self.base, head, result.columns, codes)
        result.skipped = [
            (n, line_above(cells)) for n, cells in enumerate(self.head[: header.row], first)
        ]
        if self.base:
            result.skipped += [(number, REPEATED) for number in result.header_rows]
        for winner in layout.twice:
            self._warn("column_twice", label=winner.label, letter=winner.letter)
        self._prepare(layout)

    def _prepare(self, layout: Layout) -> None:
        setting, sheet = self.setting, self.setting.sheet
        placer = self._placer(layout)
        about = self.context if sheet.names_units and _NAMING - layout.columns.keys() else None
        known: dict[str, Any] = {"others": setting.others, "places": setting.places, "about": about}
        self._next = NextTable(sheet, layout.header, self.start.merges, **known)
        layout.header.row += self.base
        columns = [column for column in sheet.columns if column.key in layout.columns]
        fillable = [column.key for column in columns if not column.is_personal]
        self._fill = Filler(self.start, layout, fillable)
        self._mapped = sorted(layout.columns.values())
        self._margin = sorted({*layout.sequence, *range(min(self._mapped, default=0))})
        today, units = setting.latest_day, layout.units
        contexts = {c.key: CellContext(today, units.get(c.key, c.unit)) for c in columns}
        self._sums = Sums(columns, contexts)
        self._judge = Judge(setting, self.start, self.result, self.seen).over(
            layout, columns, placer, self._margin, self._titles
        )

    def _placer(self, layout: Layout) -> Placer:
        """What finds the organisations of the rows; the sheet's name and title help."""
        places, sheet = self.setting.places, self.setting.sheet
        lines = texts_of(self.head[: layout.header.row])
        self.result.above = [line[:_LONGEST_LINE] for line in lines[:_MOST_LINES]]
        self._titles = frozenset(map(squash, lines))
        town, village = self._context(layout)
        if village is not None:
            self._warn("village_from_sheet", found=village.name)
        elif town is not None:
            self._warn("town_from_sheet", found=town.name)
        self.result.town = town.name if town is not None else ""
        self.result.village = village.name if village is not None else ""
        return SettlingPlacer(
            places,
            decisions=self.setting.decisions,
            level=sheet.level,
            town=town,
            village=village,
            town_rows=sheet.town_rows
            or self.setting.is_about_towns
            or is_about_towns(sheet.town_title, [self.start.name, *lines]),
            town_hint=str(sheet.town_hint),
            home=None if sheet.names_units else next(iter(places.roots), None),
            suggester=self.setting.suggester,
        )

    def _context(self, layout: Layout) -> Context:
        """What the name and title say of all rows, where no column says it of each."""
        self.context = self._look_above(layout.header)
        if "code" in layout.columns or not self.setting.sheet.names_units:
            return Context()
        return Context(
            None if "town" in layout.columns else self.context.town,
            None if "name" in layout.columns else self.context.village,
        )

    def _count(self, frame: Frame) -> None:
        for number, cells in enumerate(rows_of(frame.columns, frame.count), frame.first + 1):
            if all(is_blank(cell) for cell in cells):
                continue
            self.rows_seen += 1
            if self.start.state == "visible" and self.rows_seen <= _MOST_TOLD:
                self.result.skipped.append((number, SUMMARY))

    def _work(self, frame: Frame, skip: int) -> Work:
        """The rows of a frame that are not blank."""
        assert self.layout is not None  # noqa: S101 - take() looks first
        width = max(self.layout.columns.values(), default=0) + 1
        columns = [column[skip:] for column in frame.columns] if skip else frame.columns
        count = frame.count - skip
        columns = columns + [[""] * count for _ in range(width - len(columns))]
        first = frame.first + skip + 1
        filled = [any(row) for row in zip(*(columns[i] for i in self._mapped), strict=True)]
        if self._replaced:
            filled = [has and first + n not in self._replaced for n, has in enumerate(filled)]
        if all(filled):
            numbers = list(range(first, first + count))
        else:
            numbers = list(compress(range(first, first + count), filled))
            self._note_blank(first, filled, columns)
            columns = [list(compress(column, filled)) for column in columns]
        cells = {key: columns[index] for key, index in self.layout.columns.items()}
        return Work(numbers, cells, columns)

    def _note_blank(self, first: int, filled: list[bool], columns: list[list[Any]]) -> None:
        """Blank rows are told only when data follows; what else stands in them is looked at."""
        for position, is_filled in enumerate(filled):
            if is_filled:
                self.result.skipped += [(number, BLANK) for number in self._blank]
                self._blank.clear()
                continue
            if first + position in self._replaced:
                self.result.skipped.append((first + position, REPLACED))
                continue
            cells = [column[position] for column in columns] if self._margin else []
            why = why_not_data(cells, (), ()) if any(cells) else BLANK
            if why == BLANK or why is None:
                self._blank.append(first + position)
            else:
                self.result.skipped.append((first + position, why))
        if len(self._blank) > _MOST_TOLD:
            self._blank.clear()

    def _warn(self, code: str, rows: tuple[int, ...] = (), **params: Any) -> None:
        self.result.warnings.append(RowWarning(code, sentence(code, **params), rows=rows))
