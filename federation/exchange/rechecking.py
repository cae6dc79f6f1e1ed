"""One row checked again by itself, after somebody typed in a cell: what it is now, and what of it.

The row goes through the same check as in its file, then before the parts together with the other
rows of its organisation. That is what the page tells; what is written is always a whole plan, made
again from the file with everything typed.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

from django.apps import apps
from django.utils.functional import cached_property

from federation.exchange import chunks, contents, effects, finding, plans, rawrows, row_store
from federation.exchange.cleaners.text import as_text
from federation.exchange.contents import KeptRow, RejectedRow
from federation.exchange.deciding import decisions_for
from federation.exchange.declare import Sheet, parts_of, sheet_on
from federation.exchange.finding import Index
from federation.exchange.gazetteer import places_near
from federation.exchange.holding import nobody, register_asked
from federation.exchange.judging import BY_ORGANISATION, Seen, Sighting
from federation.exchange.masks import Companions
from federation.exchange.models import Batch
from federation.exchange.own_entries import OwnEntries, own_of_row
from federation.exchange.placing import codes_meant
from federation.exchange.planning import lists, shared_of
from federation.exchange.rawrows import RawRow, Rechecked
from federation.exchange.reading import Frame
from federation.exchange.report import warning_of
from federation.exchange.returning.contested import CODE as CONTESTED
from federation.exchange.returning.contested import WAITING
from federation.exchange.row_store import Kept
from federation.exchange.rows import AcceptedRows, CheckedSheet, CheckedWorkbook, Opening
from federation.exchange.setting import Setting
from federation.exchange.sheet_check import SheetCheck
from federation.exchange.understanding.contexts import Context
from federation.exchange.understanding.mapping import Layout, Mapping

# Where a key was seen: sheet and row, organisation, and the name beside it.
Seat = tuple[tuple[int, int], str, Any]


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
        self.typed = decisions.edits.get(self.place, {})
        self.cells = {**rawrows.row_of(batch, sheet_no, row_no), **self.typed}
        self.shared = shared_of(batch)
        letters = {f"{sheet_no}!{at}": key for key, at in self.opening.columns.items()}
        self.setting = Setting(
            sheet,
            places_near(self.shared["ceiling"], self._codes()),
            batch.as_of,
            batch.as_of,
            lists(),
            Mapping(letters),
            is_about_towns=batch.is_about_towns,
            decisions=replace(decisions, edits={}),
            held=register_asked(sheet.key, batch.as_of),
        )

    def _codes(self) -> Iterator[str]:
        """Codes by which the row, or what stands above its table, may name a place."""
        yield from filter(None, self.opening.above)
        for column in self.sheet.columns:
            if column.reference:
                yield from codes_meant(as_text(self.cells.get(column.key, "")))

    def run(self) -> Rechecked:
        """Judge the row, first alone, then beside those it may repeat; ask the parts."""
        others = _Others(self.batch, self.sheet, self.place)
        judged = self._judged(Seen())
        if judged.accepted.numbers:
            sighting = others.look_for(judged.accepted)
            if sighting:
                judged = self._judged(Seen([sighting]))
        undecided = others.undecided(self.typed)
        if judged.rejected or undecided:
            told = contents.problems_of(judged.rejected[0]) if judged.rejected else []
            told = [*told, *undecided]
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
            check.take(frame_of([self._row(check.layout)], row_no - 1))
        return result

    def _row(self, layout: Layout) -> list[Any]:
        """The cells of the row where its table has them, its companion among them."""
        laid = {index: self.cells.get(key, "") for key, index in layout.columns.items()}
        laid |= Companions(self.sheet, layout.header.labels(), nobody).laid(self.cells)
        return [laid.get(index, "") for index in range(max(laid, default=-1) + 1)]

    def _compared(self, judged: CheckedSheet, others: "_Others") -> Rechecked:
        """What the parts say of the row, among the other rows of its organisation."""
        mine = contents.rows_of(
            CheckedWorkbook(self.sheet.key, sheets=[judged]), self.sheet, self.batch, self.shared
        )
        beside = sorted(others.of_organisation(mine.organisation_ids[0]), key=_place_of)
        # Of two rows that say different things the first counts: this one stands where it stands.
        at = sum(_place_of(row) < self.place for row in beside)
        rows = mine
        if beside:
            rows = contents.rows_again(kept_of(beside), self.sheet, self.batch, self.shared)
            own = mine.columns
            rows.columns = {
                key: [*column[:at], *own[key], *column[at:]] for key, column in rows.columns.items()
            }
            ids = rows.organisation_ids
            rows.organisation_ids = [*ids[:at], *mine.organisation_ids, *ids[at:]]
            rows.count += 1
        answer = ask_about(rows, at, self.sheet, own_of_row(self.batch, self.place, at))
        told = [warning_of(warning) for warning in judged.accepted.warnings.get(0, ())]
        told += [note.told() for note in answer.notes]
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
        before: RawRow,
        change: str,
        problems: list[dict[str, Any]],
        code: str = "",
        changed: Iterable[tuple[str, str, str]] = (),
    ) -> Rechecked:
        texts, shown, warned_at = self._texts(), list(changed), before.warned_at
        told = Rechecked(*self.place, before.was, change, code, texts, problems, shown)
        return told._replace(was_warned=warned_at >= 0, at=before.at, warned_at=warned_at)


def _place_of(row: KeptRow) -> tuple[int, int]:
    return row.sheet, row.number


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


def ask_about(rows: plans.Rows, position: int, sheet: type[Sheet], own: OwnEntries) -> Answer:
    """Let every part plan the rows; what concerns one of them is the answer."""
    answer = Answer()
    for declared in parts_of(sheet.key):
        part = declared()
        for item in own.watched(part.plan(rows, part.match(rows))):
            if isinstance(item, plans.Verdict):
                answer.bits |= item.bits if item.row == position else 0
            elif isinstance(item, plans.Verdicts):
                answer.bits |= item.bits if position in item.rows else 0
            elif isinstance(item, plans.Note):
                answer.notes += [item] if item.row == position else []
            elif isinstance(item, plans.Update) and position in item.rows:
                model = apps.get_model(item.model)
                answer.updates.append((model, item.before, item.after))
    return answer


class _Others:
    """The other rows of the plan, as far as one row meets them; opens the blocks they are in."""

    def __init__(self, batch: Batch, sheet: type[Sheet], place: tuple[int, int]) -> None:
        self.batch, self.sheet, self.place = batch, sheet, place
        self.again = rawrows.rechecked_rows(batch)
        self.head = contents.kept_head(batch)
        self.names = [part["name"] for part in self.head.get("sheets", [])]

    @cached_property
    def index(self) -> Index:
        """Where the other rows are."""
        return Index(self.batch)

    def was(self) -> RawRow:
        """What the plan says of the row itself."""
        return rawrows.whole_row(self.batch, *self.place)

    def undecided(self, typed: Container[str]) -> list[dict[str, Any]]:
        """What the plan says of cells that came back with two answers, but for those typed."""
        was = self.was()
        if was.was != "rejected" or was.at < 0:
            return []
        found = chunks.some_records(self.batch, "problems", was.at, 1)
        told = [one for row in found for one in RejectedRow(*row).errors]
        open_ones = [one for one in told if one.get("code") == CONTESTED]
        waiting = [one for one in told if one.get("code") == WAITING]
        return waiting + [one for one in open_ones if one["field"] not in typed]

    def of_organisation(self, organisation_id: int) -> Iterator[KeptRow]:
        """The accepted rows of one organisation that nobody typed in."""
        for row in row_store.rows_of_owner(self.batch, self.index, organisation_id):
            place = (row.sheet, row.number)
            if place != self.place and place not in self.again:
                yield row

    def look_for(self, accepted: AcceptedRows) -> tuple[Any, Sighting] | None:
        """Where the key of the row, which no two rows may share, was seen in an earlier row."""
        unique, place = self.sheet.unique, accepted.organisations[0]
        if unique is None:
            return None
        if unique == BY_ORGANISATION:
            key: Any = place.code
            seen = self._of_place(place.id)
        else:
            key = accepted.values.get(unique, [None])[0]
            seen = iter(()) if key is None else chain(self._accepted(key), self._rejected(key))
        earlier = [one for one in seen if one[0] < self.place]
        if not earlier:
            return None
        (sheet, number), code, name = min(earlier, key=lambda one: one[0])
        return key, (self.names[sheet], number, code, name)

    def _of_place(self, organisation_id: int) -> Iterator[Seat]:
        for row in self.of_organisation(organisation_id):
            yield (row.sheet, row.number), row.organisation_code, self._value(row, "unique_name")

    def _accepted(self, key: Any) -> Iterator[Seat]:
        for row in row_store.rows_of_key(self.batch, self.index, key):
            place = (row.sheet, row.number)
            if self._value(row, "unique") == key and place not in self.again:
                yield place, row.organisation_code, self._value(row, "unique_name")

    def _value(self, row: KeptRow, which: str) -> Any:
        """What a row says of the column that the sheet names as ``which``."""
        keys = contents.keys_kept(self.batch, self.sheet, len(row.values), self.head)
        return dict(zip(keys, row.values, strict=False)).get(getattr(self.sheet, which) or "")

    def _rejected(self, key: Any) -> Iterator[Seat]:
        """Rejected rows count as well: two rows with one ID number are named whatever else."""
        blocks = self.index.of_key(key).get(finding.REJECTED)
        rows = list(contents.rejected_rows(self.batch, blocks)) if blocks else []
        cells = (row.cells for row in rows)
        keys = finding.keys_of_rejected(self.sheet, self.batch.as_of, cells)
        for row, found in zip(rows, keys, strict=True):
            if found == key:
                yield (row.sheet, row.number), "", row.cells.get(self.sheet.unique_name or "")
