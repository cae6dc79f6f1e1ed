"""Checking worksheets that are filled in label by label: read as rows, then judged like a list."""

from typing import Any

from federation.exchange.cleaners.text import is_blank
from federation.exchange.frames import Work, first_rows
from federation.exchange.judging import Judge, Seen
from federation.exchange.reading import Frame, Refused, SheetStart
from federation.exchange.setting import Setting
from federation.exchange.sheet_check import HEAD, SheetCheck
from federation.exchange.stamps import HINTS_SHEET
from federation.exchange.understanding.classify import BLANK, SUMMARY
from federation.exchange.understanding.forms import (
    INNER_TABLE,
    PHOTO,
    FormReader,
    FormRows,
)
from federation.exchange.understanding.header import HEADING, Header, Match
from federation.exchange.understanding.labels import is_form
from federation.exchange.understanding.mapping import Layout
from federation.exchange.understanding.templates import FORM

#: rows of one worksheet that are filled in label by label: a thousand people and more
_MOST_ROWS = 40_000
_MOST_TOLD = 500


def check_of(start: SheetStart, setting: Setting, seen: Seen) -> SheetCheck:
    """What checks a worksheet for the sheet of ``setting``."""
    kind = FormCheck if setting.sheet.layout == FORM else SheetCheck
    return kind(start, setting, seen)


class FormCheck(SheetCheck):
    """A worksheet with one page a person, or several; one that is a list is taken as a list."""

    form: FormReader | None = None

    def take(self, frame: Frame) -> Frame | None:
        """Check the rows of a frame, or keep them until the pages are whole."""
        if self.form is None and not self._decided:
            self._look(frame)
        if self.form is None:
            return super().take(frame)
        if self.form.grid.height > _MOST_ROWS:
            raise Refused("too_large")
        self.form.take(frame)
        return None

    def _look(self, frame: Frame) -> None:
        # What we gave out ourselves are lists, and words about them.
        is_given = self._is_ours or self.start.name == HINTS_SHEET
        head = first_rows(frame, HEAD)
        if self.start.state != "visible" or is_given:
            return
        if is_form(head, self.setting.sheet, self.start):
            self._decided, self.head = True, head
            self.form = FormReader(self.start, self.setting.sheet)

    def finish(self) -> None:
        """Judge the people of the pages."""
        if self.form is None:
            super().finish()
            return
        rows = self.form.read()
        if rows.numbers or (BLANK in {why for _number, why in rows.skipped}):
            self._judge_people(rows)
        else:
            self._count_rows(self.form)
        self.result.skipped.sort()

    def _count_rows(self, form: FormReader) -> None:
        for number, cells in enumerate(form.grid.rows, 1):
            if not all(map(is_blank, cells)):
                self.rows_seen += 1
                if self.rows_seen <= _MOST_TOLD:
                    self.result.skipped.append((number, SUMMARY))

    def _judge_people(self, rows: FormRows) -> None:
        sheet, result = self.setting.sheet, self.result
        layout = layout_of(rows)
        result.use, result.layout = "imported", FORM
        result.addresses, result.skipped = rows.addresses, rows.skipped
        result.ignored_columns = rows.others
        columns = [column for column in sheet.columns if column.key in rows.cells]
        judge = Judge(self.setting, self.start, result, self.seen)
        judge.over(layout, columns, self._placer(layout), [])
        work = Work(list(rows.numbers), rows.cells, list(rows.cells.values()))
        self._doubt_seconds(rows, work)
        self.rows_seen = len(rows.numbers)
        self.rows_of_data = judge.check(work)
        self._tell_left_out(rows)

    def _doubt_seconds(self, rows: FormRows, work: Work) -> None:
        """A label that is filled twice for one person."""
        places = {number: place for place, number in enumerate(rows.numbers)}
        for number, key, cell in rows.twice:
            params = {"label": rows.labels[key], "cell": cell}
            work.doubt(places[number], key, "label_twice", params)

    def _tell_left_out(self, rows: FormRows) -> None:
        """Tables and photographs inside the pages, and labels that belong to other tables."""
        tables = [n for n, why in rows.skipped if why == INNER_TABLE]
        starts = [n for n in tables if n - 1 not in tables]
        if starts:
            self._warn("inner_tables", tuple(tables), lines="、".join(map(str, starts[:20])))
        photos = tuple(n for n, why in rows.skipped if why == PHOTO)
        if photos:
            self._warn("photos", photos)
        if rows.others:
            labels = "、".join(dict.fromkeys(rows.others.values()))
            self._warn("labels_ignored", labels=labels)


def layout_of(rows: FormRows) -> Layout:
    """The keys of a page as columns; they stand in no columns of the worksheet."""
    keys = list(rows.cells)
    paths: list[tuple[str, ...]] = [(rows.labels[key],) for key in keys]
    matches: list[Any] = [Match(key, HEADING) for key in keys]
    columns = {key: place for place, key in enumerate(keys)}
    return Layout(Header(0, 1, paths, matches), [], columns)
