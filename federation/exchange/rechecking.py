"""One row checked again by itself, after somebody typed in a cell: what it is now, and what of it.

The row goes through the same check as in its file, then before the parts together with the other
rows of its organisation. That is what the page tells; what is written is always a whole plan, made
again from the file with everything typed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.apps import apps

from federation.exchange import contents, effects, plans, previews, rawrows
from federation.exchange.cleaners.base import CellContext
from federation.exchange.cleaners.text import as_text
from federation.exchange.contents import KeptRow
from federation.exchange.deciding import decisions_for
from federation.exchange.declare import Sheet, parts_of, sheet_on
from federation.exchange.holding import register_asked
from federation.exchange.judging import BY_ORGANISATION, Seen, Sighting
from federation.exchange.models import Batch
from federation.exchange.planning import lists, places_of, shared_of
from federation.exchange.rawrows import Rechecked
from federation.exchange.reading import Frame
from federation.exchange.report import warning_of
from federation.exchange.row_store import Kept
from federation.exchange.rows import AcceptedRows, CheckedSheet, CheckedWorkbook, Opening
from federation.exchange.setting import Setting
from federation.exchange.sheet_check import SheetCheck
from federation.exchange.understanding.contexts import Context
from federation.exchange.understanding.mapping import Mapping

#: what a plan promises: rows by what becomes of them
PROMISED = (*plans.CHANGES, "rejected")


def recheck(batch: Batch, sheet_no: int, row_no: int) -> Rechecked:
    """The row as it is with everything typed in it. Raises LookupError where it is not kept."""
    return _Recheck(batch, sheet_no, row_no).run()


class _Recheck:
    """One row on its way through the check."""

    def __init__(self, batch: Batch, sheet_no: int, row_no: int) -> None:
        sheet = sheet_on(batch.sheet, batch.as_of)
        if sheet is None:
            raise LookupError(batch.sheet)
        self.batch, self.sheet, self.place = batch, sheet, (sheet_no, row_no)
        self.opening: Opening = rawrows.opening_of(batch, sheet_no)
        decisions = decisions_for(batch)
        typed = decisions.edits.get(self.place, {})
        self.cells = {**rawrows.row_of(batch, sheet_no, row_no), **typed}
        self.shared = shared_of(batch)
        letters = {f"{sheet_no}!{at}": key for key, at in self.opening.columns.items()}
        self.setting = Setting(
            sheet,
            places_of(self.shared["ceiling"]),
            batch.as_of,
            batch.as_of,
            lists(),
            Mapping(letters),
            is_about_towns=batch.is_about_towns,
            decisions=replace(decisions, edits={}),
            held=register_asked(sheet.key, batch.as_of),
        )

    def run(self) -> Rechecked:
        """Judge the row, first alone, then beside those it may repeat; ask the parts."""
        others = _Others(self.batch, self.sheet, self.place)
        judged = self._judged(Seen())
        if judged.accepted.numbers:
            sighting = others.look_for(judged.accepted)
            if sighting:
                judged = self._judged(Seen([sighting]))
        if judged.rejected:
            told = contents.problems_of(judged.rejected[0])
            return self._result(others.was(), "rejected", told)
        if not judged.accepted.numbers:
            return self._result(others.was(), "skipped", [])
        return self._compared(judged, others)

    def _judged(self, seen: Seen) -> CheckedSheet:
        """The sheet with this row alone; ``seen``: the keys that it must not repeat."""
        sheet_no, row_no = self.place
        earlier = dict(seen)
        opening, known = self.opening, self.setting.places.by_code
        above = Context(*(known.get(code) for code in opening.above))
        check = SheetCheck(opening.start, self.setting, seen, above if opening.base else None)
        result = check.result
        result.number = sheet_no
        check.take(frame_of(opening.head, opening.base))
        result.accepted, result.rejected, result.skipped = AcceptedRows(), [], []
        seen.clear()
        seen.update(earlier)
        if check.layout is not None:
            indexes = check.layout.columns
            row: list[Any] = [""] * (max(indexes.values(), default=-1) + 1)
            for key, index in indexes.items():
                row[index] = self.cells.get(key, "")
            check.take(frame_of([row], row_no - 1))
        return result

    def _compared(self, judged: CheckedSheet, others: "_Others") -> Rechecked:
        """What the parts say of the row, among the other rows of its organisation."""
        mine = contents.rows_of(
            CheckedWorkbook(self.sheet.key, sheets=[judged]), self.sheet, self.batch, self.shared
        )
        beside = list(others.of_organisation(mine.organisation_ids[0]))
        rows = mine
        if beside:
            rows = contents.rows_again(kept_of(beside), self.sheet, self.batch, self.shared)
            rows.columns = {
                key: [*column, *mine.columns[key]] for key, column in rows.columns.items()
            }
            rows.organisation_ids = [*rows.organisation_ids, *mine.organisation_ids]
            rows.count += 1
        answer = ask_about(rows, rows.count - 1, self.sheet)
        told = [warning_of(warning) for warning in judged.accepted.warnings.get(0, ())]
        told += [{"code": note.code, "message": note.message} for note in answer.notes]
        headings = {column.key: str(column.heading) for column in self.sheet.columns}
        cells = {headings[key]: effects.told(key, text) for key, text in self._texts().items()}
        changed = effects.told_effects(answer.updates, cells, headings)
        code = judged.accepted.organisations[0].code
        return self._result(others.was(), answer.change, told, code, changed)

    def _texts(self) -> dict[str, str]:
        known = {column.key for column in self.sheet.columns}
        filled = {key: cell for key, cell in self.cells.items() if key in known}
        return {key: as_text(cell)[:200] for key, cell in filled.items() if cell is not None}

    def _result(
        self,
        before: tuple[str, bool],
        change: str,
        problems: list[dict[str, Any]],
        code: str = "",
        changed: Iterable[tuple[str, str, str]] = (),
    ) -> Rechecked:
        was, warned = before
        texts, shown = self._texts(), list(changed)
        return Rechecked(*self.place, was, change, code, texts, problems, shown, warned)


def kept_of(rows: list[KeptRow]) -> Kept:
    """Kept rows, column by column."""
    return Kept(
        numbers=[row.number for row in rows],
        owners=[row.organisation_id for row in rows],
        columns=[list(column) for column in zip(*(row.values for row in rows), strict=True)],
    )


def frame_of(rows: list[list[Any]], first: int) -> Frame:
    """Rows as the frame that starts at row ``first``, counted from 0."""
    width = max(map(len, rows), default=0)
    columns = [[row[i] if i < len(row) else "" for row in rows] for i in range(width)]
    return Frame(first, len(rows), columns)


class Answer:
    """What the parts made of one row."""

    def __init__(self) -> None:
        self.bits = 0
        self.notes: list[plans.Note] = []
        self.updates: list[tuple[Any, dict[str, Any], dict[str, Any]]] = []

    @property
    def change(self) -> str:
        """The one word for it."""
        return plans.joined(self.bits)


def ask_about(rows: plans.Rows, position: int, sheet: type[Sheet]) -> Answer:
    """Let every part plan the rows; what concerns one of them is the answer."""
    answer = Answer()
    for declared in parts_of(sheet.key):
        part = declared()
        for item in part.plan(rows, part.match(rows)):
            if isinstance(item, plans.Verdict):
                answer.bits |= item.bits if item.row == position else 0
            elif isinstance(item, plans.Note):
                answer.notes += [item] if item.row == position else []
            elif isinstance(item, plans.Update) and position in item.rows:
                model = apps.get_model(item.model)
                answer.updates.append((model, item.before, item.after))
    return answer


class _Others:
    """The other rows of the plan, as far as one row meets them. Reads the plan as a stream."""

    def __init__(self, batch: Batch, sheet: type[Sheet], place: tuple[int, int]) -> None:
        self.batch, self.sheet, self.place = batch, sheet, place
        self.again = rawrows.rechecked_rows(batch)
        self.names = [part["name"] for part in contents.kept_head(batch).get("sheets", [])]

    def was(self) -> tuple[str, bool]:
        """What the plan says of the row itself, and whether it warns of it."""
        if self.place in self.again:
            return self.again[self.place].was, self.again[self.place].was_warned
        # Rejected rows are few and looked at first.
        if any(row[:2] == self.place for row in contents.rejected_rows(self.batch)):
            return "rejected", False
        own = (row for row in contents.kept_rows(self.batch) if row[:2] == self.place)
        return next(((row.change, bool(row.warnings)) for row in own), ("rejected", False))

    def of_organisation(self, organisation_id: int) -> Iterator[KeptRow]:
        """The accepted rows of one organisation that nobody typed in."""
        for row in contents.kept_rows(self.batch):
            place = (row.sheet, row.number)
            is_other = place != self.place and place not in self.again
            if is_other and row.organisation_id == organisation_id:
                yield row

    def look_for(self, accepted: AcceptedRows) -> tuple[Any, Sighting] | None:
        """Where the key of the row, which no two rows may share, was seen in an earlier row."""
        unique = self.sheet.unique
        if unique is None:
            return None
        own_code = accepted.organisations[0].code
        values = accepted.values.get(unique, [None])
        key = own_code if unique == BY_ORGANISATION else values[0]
        found = None if key is None else self._first(unique, key)
        return (key, found) if found else None

    def _first(self, unique: str, key: Any) -> Sighting | None:
        earlier = [one for one in self._sightings(unique, key) if one[0] < self.place]
        if not earlier:
            return None
        (sheet, number), code, name = min(earlier, key=lambda one: one[0])
        return self.names[sheet], number, code, name

    def _sightings(self, unique: str, key: Any) -> Iterator[tuple[tuple[int, int], str, Any]]:
        """(place, organisation, name) of the rows that carry ``key``."""
        at = name_at = None
        for row in contents.kept_rows(self.batch):
            if at is None:
                keys = contents.keys_kept(self.batch, self.sheet, len(row.values))
                places = {own: place for place, own in enumerate(keys)}
                at, name_at = places.get(unique, -1), places.get(self.sheet.unique_name or "", -1)
            by_place = unique == BY_ORGANISATION
            value = row.organisation_code if by_place else row.values[at] if at >= 0 else None
            if value == key and (row.sheet, row.number) not in self.again:
                name = row.values[name_at] if name_at is not None and name_at >= 0 else None
                yield (row.sheet, row.number), row.organisation_code, name
        if unique != BY_ORGANISATION:
            yield from self._rejected(unique, key)

    def _rejected(self, unique: str, key: Any) -> Iterator[tuple[tuple[int, int], str, Any]]:
        """Rejected rows count as well: two rows with one ID number are named whatever else."""
        cleaner = self.sheet.column(unique).clean
        memo = cleaner.memo(CellContext(self.batch.as_of))
        for row in contents.rejected_rows(self.batch):
            if memo[row.cells.get(unique, "")] == key:
                yield (row.sheet, row.number), "", row.cells.get(self.sheet.unique_name or "")


def promise_of(batch: Batch) -> dict[str, int]:
    """What the page says of the plan with everything typed: rows by what becomes of them."""
    counts = previews.counts_now(batch, rawrows.rechecked_rows(batch))
    return {change: counts.get(change, 0) for change in PROMISED}


def moved(batch: Batch, promised: dict[str, int]) -> dict[str, list[int]]:
    """Where the plan differs from what the page promised: promised and found, by change."""
    found = promise_of(batch)
    return {
        change: [count, found.get(change, 0)]
        for change, count in promised.items()
        if count != found.get(change, 0)
    }
