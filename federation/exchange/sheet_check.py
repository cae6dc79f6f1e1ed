"""Checking the rows of one sheet, frame by frame, column by column."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

from federation.exchange.classify import (
    BLANK,
    SUMMARY,
    TOTAL,
    is_total,
    line_above,
    why_not_data,
)
from federation.exchange.cleaners.base import CellContext, Memo
from federation.exchange.cleaners.text import as_text, is_blank
from federation.exchange.frames import Filler, Work, rows_of
from federation.exchange.header import find_header
from federation.exchange.mapping import Layout, lay_out
from federation.exchange.placing import Placement, Placer, town_of_sheet
from federation.exchange.problems import RowProblem, other_row, sentence
from federation.exchange.reading import Frame, SheetStart
from federation.exchange.rows import CheckedSheet, RejectedRow, RowWarning
from federation.exchange.templates import is_usable, other_template

if TYPE_CHECKING:
    from federation.exchange.checking import Setting

#: the rows kept to look for a header in
HEAD = 40
#: lines of a sheet without a header that are told one by one
_MOST_TOLD = 500

# Where the same key was seen first: sheet, row, organisation, and the name beside it.
Sighting = tuple[str, int, str, Any]


class Seen(dict[Any, Sighting]):
    """Keys that no two rows of a workbook may share, over all its sheets."""


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
            self._check(work)

    def finish(self) -> None:
        """Close the sheet: what it has to say as a whole."""
        if self.layout is not None:
            self._tell_hidden()

    # the header

    def _decide(self, frame: Frame) -> None:
        self._decided = True
        self.head = list(rows_of([column[:HEAD] for column in frame.columns], min(HEAD, frame.count)))
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
        result.skipped = [(n + 1, line_above(cells)) for n, cells in enumerate(self.head[: header.row])]
        for winner in layout.twice:
            self._warn("column_twice", label=winner.label, letter=winner.letter)
        self._prepare(layout)

    def _prepare(self, layout: Layout) -> None:
        setting, sheet = self.setting, self.setting.sheet
        town = None
        if "town" not in layout.columns and "code" not in layout.columns:
            lines = [as_text(c) for row in self.head[: layout.header.row] for c in row if not is_blank(c)]
            town = town_of_sheet(setting.places, self.start.name, lines)
            if town is not None:
                self._warn("town_from_sheet", found=town.name)
        self._placer = Placer(setting.places, level=sheet.level, town=town, town_rows=sheet.town_rows)
        self._columns = [c for c in sheet.columns if c.key in layout.columns]
        self._fill = Filler(
            self.start, layout, [c.key for c in self._columns if not c.is_personal]
        )
        self._contexts = {
            c.key: CellContext(setting.today, layout.units.get(c.key, c.unit), setting.options)
            for c in self._columns
        }
        self._memos: dict[str, Memo] = {
            c.key: c.clean.memo(self._contexts[c.key]) for c in self._columns
        }
        self._mapped = sorted(layout.columns.values())
        first = self._mapped[0] if self._mapped else 0
        self._margin = sorted({*layout.sequence, *range(first)})

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

    def _check(self, work: Work) -> None:
        size = len(work.numbers)
        nothing = [""] * size
        keys = zip(*(work.cells.get(k, nothing) for k in ("code", "town", "name")), strict=True)
        work.placed = list(map(self._placer.__getitem__, keys))
        for position, placed in enumerate(work.placed):
            if placed.faults or placed.doubts:
                self._note_placement(work, position, placed)
        self._clean(work)
        skipped = self._skip(work)
        self._compare(work, skipped)
        self._look_across(work, skipped)
        self._sort(work, skipped)

    @staticmethod
    def _note_placement(work: Work, position: int, placed: Placement) -> None:
        for fault in placed.faults:
            work.blame(position, *fault)
        for doubt in placed.doubts:
            work.doubt(position, *doubt)

    def _clean(self, work: Work) -> None:
        for column in self._columns:
            if column.reference:
                continue
            cells, key = work.cells[column.key], column.key
            cleaned = column.clean.column(cells, self._contexts[key], self._memos[key])
            work.values[key] = cleaned.values
            if cleaned.problems or cleaned.doubts:
                work.note(key, cleaned.problems, cleaned.doubts)
            if column.required and None in cleaned.values:
                for position, value in enumerate(cleaned.values):
                    if value is None and position not in cleaned.problems:
                        work.blame(position, key, "required", {})
        self._require_absent(work)

    def _require_absent(self, work: Work) -> None:
        """A required column that the table does not have makes every row incomplete."""
        for column in self.setting.sheet.columns:
            if column.required and column.key not in work.cells:
                for position in range(len(work.numbers)):
                    work.blame(position, column.key, "required", {})

    def _skip(self, work: Work) -> set[int]:
        """Positions of rows that are no data after all; totals in the margin are looked for first."""
        assert self.layout is not None  # noqa: S101 - take() looks first
        suspects = set(work.faults)
        for index in self._margin:
            column = work.everything[index] if index < len(work.everything) else []
            suspects.update(p for p, cell in enumerate(column) if is_total(cell))
        labels = self.layout.header.labels()
        skipped = set()
        for position in sorted(suspects):
            why = why_not_data(work.row(position), labels, self._mapped)
            if why is None and any(is_total(work.everything[i][position]) for i in self._margin):
                why = TOTAL
            if why is not None:
                self.result.skipped.append((work.numbers[position], why))
                skipped.add(position)
        return skipped

    # rows against each other and cells against each other

    def _compare(self, work: Work, skipped: set[int]) -> None:
        """Find rows that repeat a key of an earlier row of the workbook."""
        unique = self.setting.sheet.unique
        if unique is None:
            return
        by_organisation = unique == "org_code"
        keys = [p.row.code if p.row else None for p in work.placed] if by_organisation else work.values.get(unique)
        if keys is None:
            return
        names = work.values.get(self.setting.sheet.unique_name or "", [None] * len(keys))
        for position, key in enumerate(keys):
            place = work.placed[position].row
            if key is None or position in skipped:
                continue
            sighting = (self.start.name, work.numbers[position], place.code if place else "", names[position])
            first = self.seen.setdefault(key, sighting)
            if first is not sighting:
                self._meet(work, position, first, sighting, by_organisation)

    def _meet(self, work: Work, position: int, first: Sighting, again: Sighting, by_organisation: bool) -> None:
        where = {"first": other_row(first[1], None if first[0] == self.start.name else first[0])}
        if by_organisation:
            cells = work.cells
            filled = [k for k in ("name", "code", "town") if k in cells and not is_blank(cells[k][position])]
            work.blame(position, filled[0] if filled else "name", "duplicate_in_file", where)
        elif first[2] == again[2] or first[3] != again[3]:
            work.blame(position, self.setting.sheet.unique or "", "duplicate_in_file", where)
        else:
            work.doubt(position, None, "person_in_two_orgs", where)

    def _look_across(self, work: Work, skipped: set[int]) -> None:
        """Rules over several columns, for rows whose cells are good."""
        for check in self.setting.sheet.row_checks:
            if any(key not in work.values for key in check.reads):
                continue
            for position, key, code, params in check.find(work.values, self.setting.today):
                if position in skipped:
                    continue
                note = work.blame if check.rejects else work.doubt
                note(position, key, code, params)

    # the result

    def _sort(self, work: Work, skipped: set[int]) -> None:
        self.rows_of_data += len(work.numbers) - len(skipped)
        for position in sorted(work.faults):
            if position not in skipped:
                self._reject(work, position)
        out = skipped | set(work.faults)
        rows, before = self.result.accepted, len(self.result.accepted)
        kept = [p for p in range(len(work.numbers)) if p not in out] if out else None
        self._note_warnings(work, out, kept, before)
        if kept is None:
            rows.numbers += work.numbers
            rows.organisations += [p.row for p in work.placed if p.row is not None]
        else:
            rows.numbers += [work.numbers[p] for p in kept]
            rows.organisations += [place for p in kept if (place := work.placed[p].row) is not None]
        for key, values in work.values.items():
            taken = values if kept is None else [values[p] for p in kept]
            rows.values.setdefault(key, []).extend(taken)

    def _note_warnings(self, work: Work, out: set[int], kept: list[int] | None, before: int) -> None:
        hidden = self.start.hidden_rows
        if hidden:
            for position, number in enumerate(work.numbers):
                if number - 1 in hidden and position not in out:
                    work.doubt(position, None, "hidden_row", {})
        if not work.doubts:
            return
        places = {p: i for i, p in enumerate(kept)} if kept is not None else None
        for position, doubts in work.doubts.items():
            if position in out:
                continue
            at = before + (places[position] if places is not None else position)
            number = work.numbers[position]
            self.result.accepted.warnings[at] = [self._warning(number, *doubt) for doubt in doubts]

    def _warning(self, number: int, key: str | None, code: str, params: dict[str, Any]) -> RowWarning:
        cell = f"{self.result.columns[key]}{number}" if key in self.result.columns else None
        return RowWarning(code, sentence(code, **params), cell, key)

    def _reject(self, work: Work, position: int) -> None:
        number = work.numbers[position]
        errors = []
        for key, code, params in work.faults[position]:
            cells = work.cells.get(key)
            raw = cells[position] if cells is not None else None
            label = str(self.setting.sheet.column(key).heading).partition("（元")[0]
            message = sentence(code, **{"label": label, **params})
            errors.append(RowProblem(number, self._address(key, number), key, code, message, raw))
        cells = {key: column[position] for key, column in work.cells.items()}
        self.result.rejected.append(RejectedRow(number, errors, cells))

    def _address(self, key: str, number: int) -> str | None:
        """The A1 address of a column's cell; for a column that is not there, of one like it."""
        letters = self.result.columns
        for candidate in (key, "name", "code", "town"):
            if candidate in letters:
                return f"{letters[candidate]}{number}"
        return None

    def _warn(self, code: str, rows: tuple[int, ...] = (), **params: Any) -> None:
        self.result.warnings.append(RowWarning(code, sentence(code, **params), rows=rows))

    def _tell_hidden(self) -> None:
        assert self.layout is not None  # noqa: S101 - finish() looks first
        found = {number for number in self.result.accepted.numbers if number - 1 in self.start.hidden_rows}
        if found:
            self._warn("hidden_rows", tuple(sorted(found)), n=len(found))
        hidden = [i for i in self.start.hidden_columns if i in self.layout.columns.values()]
        if hidden:
            letters = "、".join(self.layout.guesses[i].letter for i in hidden)
            self._warn("hidden_columns", letters=letters)
