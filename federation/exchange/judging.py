"""Judging rows: cells cleaned, references placed, rows compared; each goes to one list."""

from typing import Any, Self

from federation.exchange.cleaners.base import CellContext, Memo
from federation.exchange.cleaners.text import as_text, is_blank, squash
from federation.exchange.declare import Column
from federation.exchange.frames import Work
from federation.exchange.masks import Companions
from federation.exchange.placing import Placement, Placer
from federation.exchange.problems import RowProblem, other_row, seen_text, sentence
from federation.exchange.reading import SheetStart
from federation.exchange.returning.contested import blame_contested
from federation.exchange.rows import CheckedSheet, RejectedRow, RowWarning
from federation.exchange.setting import Setting
from federation.exchange.settling import settling_memo
from federation.exchange.understanding.classify import TITLE, TOTAL, is_total, why_not_data
from federation.exchange.understanding.mapping import Layout

_MOST_SAID = 20_000
#: rows of a sheet whose cells are kept so that they can be put right on the page
MOST_KEPT = 20_000
BY_ORGANISATION = "org_code"

# Where the same key was seen first: sheet, row, organisation, and the name beside it.
Sighting = tuple[str, int, str, Any]


class Seen(dict[Any, Sighting]):
    """Keys that no two rows of a workbook may share, over all its sheets."""


class Judge:
    """Puts every row of one sheet into accepted, rejected or skipped of its result."""

    def __init__(
        self, setting: Setting, start: SheetStart, result: CheckedSheet, seen: Seen
    ) -> None:
        self.setting, self.start, self.result, self.seen = setting, start, result, seen

    def over(
        self,
        layout: Layout,
        columns: list[Column],
        placer: Placer,
        margin: list[int],
        titles: frozenset[str] = frozenset(),
    ) -> Self:
        """Prepare for the columns of a layout.

        ``margin``: indexes of the columns before the first that is read: totals stand there.
        ``titles``: lines above the table, which printed pages repeat.
        """
        self._titles = titles
        self._columns, self._placer, self._margin = columns, placer, margin
        self._said: dict[tuple[Any, ...], str] = {}
        self._labels, self._keys = layout.header.labels(), tuple(layout.columns)
        self._companions = Companions(self.setting.sheet, self._labels, self.setting.held)
        self._mapped = sorted(layout.columns.values())
        today, options = self.setting.latest_day, self.setting.options
        untyped = self.start.untyped
        self._contexts = {
            c.key: CellContext(
                today,
                layout.units.get(c.key, c.unit),
                options,
                untyped,
                self.start.from_1904,
                self.setting.suggester.near,
            )
            for c in columns
        }
        decisions = self.setting.decisions
        self._memos: dict[str, Memo] = {
            c.key: settling_memo(c, self._contexts[c.key], decisions) for c in columns
        }
        return self

    def check(self, work: Work) -> int:
        """Judge the rows of a frame; how many of them are data."""
        self.look(work)
        return self.decide(work)

    def look(self, work: Work) -> None:
        """Place and clean the rows of a frame, and nothing else yet."""
        size = len(work.numbers)
        nothing = [""] * size
        keys = zip(*(work.cells.get(k, nothing) for k in ("code", "town", "name")), strict=True)
        work.placed = list(map(self._placer.__getitem__, keys))
        for position, placed in enumerate(work.placed):
            if placed.faults or placed.doubts:
                self._note_placement(work, position, placed)
        self._clean(work)

    def decide(self, work: Work) -> int:
        """Put every row of a frame that was looked at into its list; how many are data."""
        blame_contested(work, self.setting, self.result)
        skipped = self._skip(work)
        self._compare(work, skipped)
        self._look_across(work, skipped)
        self._sort(work, skipped)
        return len(work.numbers) - len(skipped)

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
            cells, key = self._companions.cells(work, column), column.key
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
        """Positions of rows that are no data after all; the margin may announce totals."""
        suspects = set(work.faults)
        for index in self._margin:
            column = work.everything[index] if index < len(work.everything) else []
            suspects.update(p for p, cell in enumerate(column) if is_total(cell))
        skipped = set()
        for position in sorted(suspects):
            why = why_not_data(work.row(position), self._labels, self._mapped)
            if why is None and any(is_total(work.everything[i][position]) for i in self._margin):
                why = TOTAL
            if why is None and self._repeats_title(work.row(position)):
                why = TITLE
            if why is not None:
                self.result.skipped.append((work.numbers[position], why))
                skipped.add(position)
        return skipped

    def _repeats_title(self, cells: list[Any]) -> bool:
        filled = [cell for cell in cells if not is_blank(cell)]
        return (
            bool(self._titles) and len(filled) == 1 and squash(as_text(filled[0])) in self._titles
        )

    # rows against each other and cells against each other

    def _compare(self, work: Work, skipped: set[int]) -> None:
        """Find rows that repeat a key of an earlier row of the workbook."""
        unique = self.setting.sheet.unique
        if unique is None:
            return
        keys = self._keys_of(work, unique)
        if keys is None:
            return
        names = work.values.get(self.setting.sheet.unique_name or "", [None] * len(keys))
        for position, key in enumerate(keys):
            if key is None or position in skipped:
                continue
            place = work.placed[position].row
            where = (self.start.name, work.numbers[position])
            sighting = (*where, place.code if place else "", names[position])
            first = self.seen.setdefault(key, sighting)
            if first is not sighting:
                self._meet(work, position, first, sighting, unique == BY_ORGANISATION)

    @staticmethod
    def _keys_of(work: Work, unique: str) -> list[Any] | None:
        """Per row the key no other may share; None when the table lacks the column."""
        if unique == BY_ORGANISATION:
            return [placed.row.code if placed.row else None for placed in work.placed]
        return work.values.get(unique)

    def _meet(
        self, work: Work, position: int, first: Sighting, again: Sighting, by_organisation: bool
    ) -> None:
        where = {"first": other_row(first[1], None if first[0] == self.start.name else first[0])}
        if by_organisation:
            cells = work.cells
            filled = [
                k
                for k in ("name", "code", "town")
                if k in cells and not is_blank(cells[k][position])
            ]
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
            for position, key, code, params in check.find(work.values, self.setting.latest_day):
                if position in skipped:
                    continue
                note = work.blame if check.rejects else work.doubt
                note(position, key, code, params)

    # the result

    def _sort(self, work: Work, skipped: set[int]) -> None:
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

    def _note_warnings(
        self, work: Work, out: set[int], kept: list[int] | None, before: int
    ) -> None:
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
            accepted = self.result.accepted
            accepted.warnings[at] = [self._warning(number, *doubt) for doubt in doubts]
            if len(accepted.raw) < MOST_KEPT:
                cells = {key: column[position] for key, column in work.cells.items()}
                accepted.raw[at] = cells | self._companions.kept(work, position)

    def _warning(
        self, number: int, key: str | None, code: str, params: dict[str, Any]
    ) -> RowWarning:
        cell = self.result.address(key, number) if key else None
        return RowWarning(code, sentence(code, **params), cell, key)

    def _reject(self, work: Work, position: int) -> None:
        number = work.numbers[position]
        errors = []
        for key, code, params in work.faults[position]:
            cells = work.cells.get(key)
            raw = cells[position] if cells is not None else None
            message = self._sentence(key, code, params)
            where, seen = self._address(key, number), seen_text(key, raw)
            likely = params.get("likely")
            errors.append(RowProblem(number, where, key, code, message, raw, seen, likely))
        row = tuple(column[position] for column in work.cells.values())
        beside = self._companions.kept(work, position)
        place = work.placed[position].row
        self.result.rejected.append(RejectedRow(number, errors, self._keys, row, beside, place))

    def _sentence(self, key: str, code: str, params: dict[str, Any]) -> str:
        """The sentence for a fault; thousands of rows often share one."""
        known = (key, code, *params.values())
        message = self._said.get(known)
        if message is None:
            label = str(self.setting.sheet.column(key).heading).partition("（元")[0]
            message = sentence(code, **{"label": label, **params})
            if len(self._said) < _MOST_SAID:
                self._said[known] = message
        return message

    def _address(self, key: str, number: int) -> str | None:
        """The A1 address of a column's cell; for a column that is not there, of one like it."""
        candidates = (key, "name", "code", "town", self.setting.sheet.anchor)
        found = (self.result.address(candidate, number) for candidate in candidates)
        return next(filter(None, found), None)
