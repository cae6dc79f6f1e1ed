"""One accepted row looked at again by itself, after somebody chose what becomes of it.

It goes before the parts as it was read, together with the other rows of its organisation.
"""

from typing import Any

from federation.exchange import contents, effects, rawrows, row_store
from federation.exchange.chunks import SIZE
from federation.exchange.declare import Sheet, sheet_on
from federation.exchange.finding import Index
from federation.exchange.models import Batch
from federation.exchange.own_entries import CODE, own_of_row
from federation.exchange.planning import shared_of
from federation.exchange.rawrows import Rechecked
from federation.exchange.rechecking import Answer, ask_about, kept_of
from federation.exchange.row_store import WARNED, KeptRow

CONFLICT = "conflict"


def held_row(batch: Batch, place: tuple[int, int]) -> tuple[int, KeptRow] | None:
    """(its number among the conflicts, row) of a row that the plan holds for one."""
    return _found(batch, CONFLICT, place)


def _found(batch: Batch, chip: str, place: tuple[int, int]) -> tuple[int, KeptRow] | None:
    start = 0
    while rows := row_store.some_rows(batch, chip, start, SIZE):
        for number, (_position, row) in enumerate(rows, start):
            if (row.sheet, row.number) == place:
                return number, row
        start += SIZE
    return None


def reconsider(batch: Batch, at: int, row: KeptRow) -> Rechecked:
    """What becomes of a conflict of the plan with what was chosen for it. Raises LookupError."""
    sheet = sheet_on(batch.sheet, batch.as_of)
    if sheet is None:
        raise LookupError(batch.sheet)
    place = (row.sheet, row.number)
    answer = _answer(batch, sheet, row)
    warned = _found(batch, WARNED, place)
    told = [one for one in row.warnings if one["code"] != CODE]
    told += [note.told() for note in answer.notes if note.code == CODE]
    values = dict(zip(contents.keys_kept(batch, sheet, len(row.values)), row.values, strict=False))
    headings = {column.key: str(column.heading) for column in sheet.columns}
    shown = effects.told_cells(values)
    # Beside a number the birth is withheld for good: nobody here may have seen it.
    texts = {key: shown[key] if key == "birth" else _text(values[key]) for key in shown}
    cells = {headings[key]: text for key, text in shown.items()}
    return Rechecked(
        *place,
        CONFLICT,
        answer.change,
        row.organisation_code,
        texts,
        told,
        effects.told_effects(answer.updates, cells, headings),
        was_warned=warned is not None,
        at=at,
        warned_at=warned[0] if warned else -1,
        is_typed=False,
    )


def _answer(batch: Batch, sheet: type[Sheet], row: KeptRow) -> Answer:
    place = (row.sheet, row.number)
    again = rawrows.rechecked_rows(batch)
    beside = [
        one
        for one in row_store.rows_of_owner(batch, Index(batch), row.organisation_id)
        if (one.sheet, one.number) not in again or (one.sheet, one.number) == place
    ]
    position = next(n for n, one in enumerate(beside) if (one.sheet, one.number) == place)
    rows = contents.rows_again(kept_of(beside), sheet, batch, shared_of(batch))
    return ask_about(rows, position, sheet, own_of_row(batch, place, position))


def _text(value: Any) -> str:
    """A kept value as a row that was looked at again holds it; masked when it is shown."""
    if isinstance(value, bool):
        return effects.told("", value)
    return str(value[1] if isinstance(value, list | tuple) else value)
