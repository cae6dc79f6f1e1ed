"""Checking the rows of one sheet, frame by frame, column by column."""

from itertools import compress
from typing import Any

from federation.exchange.cleaners.text import as_text, is_blank
from federation.exchange.frames import Filler, Work, rows_of
from federation.exchange.judging import Judge, Seen
from federation.exchange.placing import Placer, is_about_towns, town_of_sheet
from federation.exchange.problems import sentence
from federation.exchange.reading import Frame, SheetStart
from federation.exchange.rows import CheckedSheet, RowWarning
from federation.exchange.setting import Setting
from federation.exchange.understanding.classify import BLANK, SUMMARY, line_above, why_not_data
from federation.exchange.understanding.header import find_header
from federation.exchange.understanding.mapping import Layout, lay_out
from federation.exchange.understanding.templates import is_usable, other_template

#: the rows kept to look for a header in
HEAD = 40
#: lines of a sheet without a header that are told one by one
_MOST_TOLD = 500


class SheetCheck:
    """Takes the frames of one sheet and fills its ``result``."""

    def __init__(self, start: SheetStart, setting: Setting, seen: Seen) -> None:
        self.start, self.setting, self.seen = start, setting, seen
        self.result = CheckedSheet(start.name, start.state)
        self.head: list[list[Any]] = []
        self.rows_seen = self.rows_of_data = 0
        self.layout: Layout | None = None
        self._decided = False
        self._blank: list[int] = []

    # reading

    def take(self, frame: Frame) -> None:
        """Check the rows of a frame."""
        if not self._decided:
            self._decide(frame)
        if self.layout is None:
            self._count(frame)
            return
        skip = max(0, self.layout.header.end - frame.first)
        if skip >= frame.count:
            return
        self._fill.fill(frame)
        work = self._work(frame, skip)
        self.rows_seen += len(work.numbers)
        if work.numbers:
            self.rows_of_data += self._judge.check(work)

    def finish(self) -> None:
        """Close the sheet: what it has to say as a whole."""
        if self.layout is not None:
            self._tell_hidden()
        self.result.skipped.sort()

    # the header

    def _decide(self, frame: Frame) -> None:
        self._decided = True
        self.head = list(
            rows_of([column[:HEAD] for column in frame.columns], min(HEAD, frame.count))
        )
        if self.start.state != "visible":
            return
        sheet = self.setting.sheet
        header = find_header(self.head, sheet, self.start.merges)
        if header is None or not (self.setting.mapping or is_usable(header, sheet)):
            return
        if not self.setting.mapping and other_template(
            self.head, self.start.merges, sheet, self.setting.others
        ):
            return
        layout = lay_out(header, sheet, self._sample(frame, header.end), self.setting.mapping)
        self._use(layout)

    @staticmethod
    def _sample(frame: Frame, end: int) -> list[list[Any]]:
        most = end + 200
        return list(rows_of([column[:most] for column in frame.columns], min(most, frame.count)))

    def _use(self, layout: Layout) -> None:
        setting, header = self.setting, layout.header
        self.layout = layout
        result = self.result
        result.use = "imported"
        result.header_rows = list(range(header.row + 1, header.end + 1))
        result.columns, result.ignored_columns = layout.letters(), layout.ignored
        result.guesses, result.fingerprint = layout.guesses, layout.fingerprint(setting.sheet)
        result.skipped = [
            (n + 1, line_above(cells)) for n, cells in enumerate(self.head[: header.row])
        ]
        for winner in layout.twice:
            self._warn("column_twice", label=winner.label, letter=winner.letter)
        self._prepare(layout)

    def _prepare(self, layout: Layout) -> None:
        setting, sheet = self.setting, self.setting.sheet
        placer = self._placer(layout)
        columns = [column for column in sheet.columns if column.key in layout.columns]
        fillable = [column.key for column in columns if not column.is_personal]
        self._fill = Filler(self.start, layout, fillable)
        self._mapped = sorted(layout.columns.values())
        first = self._mapped[0] if self._mapped else 0
        self._margin = sorted({*layout.sequence, *range(first)})
        self._judge = Judge(setting, self.start, self.result, self.seen).over(
            layout, columns, placer, self._margin
        )

    def _placer(self, layout: Layout) -> Placer:
        """What finds the organisations of the rows; the sheet's name and title help."""
        places, sheet, town = self.setting.places, self.setting.sheet, None
        above = self.head[: layout.header.row]
        lines = [as_text(cell) for row in above for cell in row if not is_blank(cell)]
        if sheet.names_units and "town" not in layout.columns and "code" not in layout.columns:
            town = town_of_sheet(places, self.start.name, lines)
            if town is not None:
                self._warn("town_from_sheet", found=town.name)
        return Placer(
            places,
            level=sheet.level,
            town=town,
            town_rows=sheet.town_rows
            or self.setting.is_about_towns
            or is_about_towns(sheet.town_title, [self.start.name, *lines]),
            town_hint=str(sheet.town_hint),
            home=None if sheet.names_units else next(iter(places.roots), None),
        )

    # sheets that are not this table

    def _count(self, frame: Frame) -> None:
        for number, cells in enumerate(rows_of(frame.columns, frame.count), frame.first + 1):
            if all(is_blank(cell) for cell in cells):
                continue
            self.rows_seen += 1
            if self.start.state == "visible" and self.rows_seen <= _MOST_TOLD:
                self.result.skipped.append((number, SUMMARY))

    # rows

    def _work(self, frame: Frame, skip: int) -> Work:
        """The rows of a frame that are not blank."""
        assert self.layout is not None  # noqa: S101 - take() looks first
        width = max(self.layout.columns.values(), default=0) + 1
        columns = [column[skip:] for column in frame.columns] if skip else frame.columns
        count = frame.count - skip
        columns = columns + [[""] * count for _ in range(width - len(columns))]
        first = frame.first + skip + 1
        filled = [any(row) for row in zip(*(columns[i] for i in self._mapped), strict=True)]
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

    def _tell_hidden(self) -> None:
        assert self.layout is not None  # noqa: S101 - finish() looks first
        found = {
            number
            for number in self.result.accepted.numbers
            if number - 1 in self.start.hidden_rows
        }
        if found:
            self._warn("hidden_rows", tuple(sorted(found)), n=len(found))
        hidden = [i for i in self.start.hidden_columns if i in self.layout.columns.values()]
        if hidden:
            letters = "、".join(self.layout.guesses[i].letter for i in hidden)
            self._warn("hidden_columns", letters=letters)
