"""The rows of a checked workbook as they are kept in a plan, and back again."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from federation.exchange import chunks, plans
from federation.exchange.chunks import ChunkWriter
from federation.exchange.cleaners.choices import Choice
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.cleaners.text import as_text
from federation.exchange.declare import Sheet
from federation.exchange.models import Batch
from federation.exchange.report import warning_of
from federation.exchange.rows import CheckedSheet, CheckedWorkbook

Turn = Callable[[Any], Any]
_KEEP: dict[str, Turn] = {"date": lambda v: v.iso(), "money": str, "decimal": str}
_BACK: dict[str, Turn] = {
    "date": PartialDate.parse,
    "money": Decimal,
    "decimal": Decimal,
    "option": lambda v: Choice(*v),
}


class KeptRow(NamedTuple):
    """An accepted row of a plan. ``warnings``: maps of code, message and perhaps cell and field."""

    sheet: int
    number: int
    organisation_id: int
    organisation_code: str
    values: list[Any]
    warnings: list[dict[str, Any]]
    change: str
    token: bytes


class RejectedRow(NamedTuple):
    """A row that stays out: its errors as maps of cell, field, code and message."""

    sheet: int
    number: int
    errors: list[dict[str, Any]]
    cells: dict[str, Any]


def keys_of(sheet: type[Sheet]) -> list[str]:
    """The columns that carry values, in the order in which a kept row holds them."""
    return [column.key for column in sheet.columns if not column.reference]


def keys_kept(batch: Batch, sheet: type[Sheet], width: int) -> list[str]:
    """The columns of kept rows of ``width`` values, in their order.

    None for a plan of an earlier release whose table had other columns.
    """
    keys: list[str] = kept_head(batch).get("keys") or keys_of(sheet)
    return keys if len(keys) == width else []


def is_of_today(batch: Batch, sheet: type[Sheet], kept: list[KeptRow]) -> bool:
    """Whether a plan still fits: its rows have columns of ``sheet``, its records those of today.

    After an upgrade they may not; a column the sheet has got since is one that was left blank.
    """
    keys = keys_kept(batch, sheet, len(kept[0].values)) if kept else []
    if kept and not (keys and set(keys) <= set(keys_of(sheet))):
        return False
    parts = [*chunks.parts_kept(batch, "create:"), *chunks.parts_kept(batch, "update:")]
    columns = kept_head(batch).get("columns")
    if columns is not None:
        return columns == _columns_of(parts)
    # A plan of a release that did not keep the names of columns tells how many there were.
    firsts = {part: next(chunks.records(batch, part)) for part in parts if part[0] == "c"}
    return all(len(plans.defaults_of(_label(part))) == len(r[4]) for part, r in firsts.items())


def _columns_of(parts: Iterable[str]) -> dict[str, list[str]]:
    """The columns of every model that parts of a plan create or update, in their order."""
    labels = {_label(part) for part in parts if part.startswith(("create:", "update:"))}
    return {label: list(plans.defaults_of(label)) for label in sorted(labels)}


def _label(part: str) -> str:
    return part.partition(":")[2]


def _turned(value: Any, turn: Turn) -> Any:
    return None if value is None else turn(value)


def _turns(sheet: type[Sheet], table: dict[str, Turn]) -> dict[str, Turn]:
    kinds = {column.key: column.clean.kind for column in sheet.columns}
    return {key: table[kind] for key, kind in kinds.items() if kind in table}


def rows_of(
    checked: CheckedWorkbook, sheet: type[Sheet], batch: Batch, shared: dict[str, Any]
) -> plans.Rows:
    """The accepted rows of all sheets of a workbook, one after the other."""
    columns: dict[str, list[Any]] = {}
    for key in keys_of(sheet):
        columns[key] = []
        for part in checked.sheets:
            values = part.accepted.values.get(key)
            columns[key] += values if values is not None else [None] * len(part.accepted)
    owners = [place.id for part in checked.sheets for place in part.accepted.organisations]
    return plans.Rows(
        count=len(owners), columns=columns, organisation_ids=owners, batch=batch.uid, **shared
    )


def keep_rows(
    writer: ChunkWriter,
    checked: CheckedWorkbook,
    sheet: type[Sheet],
    rows: plans.Rows,
    outcome: "Outcome",
) -> None:
    """Add all rows of ``checked`` to a plan: accepted, rejected, skipped, and the file's facts."""
    kept = _plain_columns(sheet, rows)
    position = 0
    for number, part in enumerate(checked.sheets):
        for place in range(len(part.accepted)):
            values = [column[position] for column in kept]
            writer.add("rows", _kept(number, part, place, values, outcome, position))
            position += 1
        for row in part.rejected:
            writer.add("problems", [number, row.number, _errors(row), _cells(row.cells)])
        for skipped in part.skipped:
            writer.add("skipped", [number, *skipped])
    head = {**head_of(checked), "keys": keys_of(sheet), "columns": _columns_of(writer.parts())}
    writer.add("head", head)


def _plain_columns(sheet: type[Sheet], rows: plans.Rows) -> list[list[Any]]:
    turns = _turns(sheet, _KEEP)
    return [
        [_turned(value, turns[key]) for value in rows.columns[key]]
        if key in turns
        else rows.columns[key]
        for key in keys_of(sheet)
    ]


class Outcome(NamedTuple):
    """What the parts found: per row the change and the token; notes by row."""

    changes: list[str]
    tokens: list[bytes]
    notes: dict[int, list[plans.Note]]


def _kept(
    sheet: int, part: CheckedSheet, place: int, values: list[Any], outcome: Outcome, position: int
) -> list[Any]:
    warnings = [warning_of(warning) for warning in part.accepted.warnings.get(place, ())]
    warnings += [
        {"code": note.code, "message": note.message} for note in outcome.notes.get(position, ())
    ]
    owner = part.accepted.organisations[place]
    change, token = outcome.changes[position], outcome.tokens[position]
    number = part.accepted.numbers[place]
    return [sheet, number, owner.id, owner.code, values, warnings, change, token]


def _errors(row: Any) -> list[dict[str, Any]]:
    return [
        {"cell": e.cell, "field": e.field, "code": e.code, "message": e.message} for e in row.errors
    ]


def _cells(cells: dict[str, Any]) -> dict[str, str]:
    return {key: as_text(value)[:200] for key, value in cells.items() if value is not None}


def head_of(checked: CheckedWorkbook) -> dict[str, Any]:
    """What a plan keeps of the file as a whole."""
    error = checked.file_error
    return {
        "outcome": checked.outcome,
        "file_error": error and {"code": error.code, "message": error.message},
        "rows_read": checked.rows_read,
        "warnings": [warning_of(warning) for warning in checked.warnings],
        "sheets": [
            {
                "name": part.name,
                "state": part.state,
                "use": part.use,
                "header_rows": part.header_rows,
                "columns": part.columns,
                "ignored_columns": part.ignored_columns,
                "warnings": [warning_of(warning) for warning in part.warnings],
                "guesses": [[g.letter, g.label, g.key, g.reason] for g in part.guesses],
                "fingerprint": part.fingerprint,
                "layout": part.layout,
                "addresses": [[*where, cell] for where, cell in part.addresses.items()],
            }
            for part in checked.sheets
        ],
    }


def kept_head(batch: Batch) -> dict[str, Any]:
    """The file's own facts; empty once the plan has expired."""
    return next(chunks.records(batch, "head"), {})


def kept_rows(batch: Batch) -> Iterator[KeptRow]:
    """The accepted rows of a plan."""
    return (KeptRow(*record) for record in chunks.records(batch, "rows"))


def rejected_rows(batch: Batch) -> Iterator[RejectedRow]:
    """The rejected rows of a plan."""
    return (RejectedRow(*record) for record in chunks.records(batch, "problems"))


def rows_again(
    kept: list[KeptRow], sheet: type[Sheet], batch: Batch, shared: dict[str, Any]
) -> plans.Rows:
    """Kept rows as the parts took them when they planned."""
    turns = _turns(sheet, _BACK)
    width = len(kept[0].values) if kept else 0
    places = {key: place for place, key in enumerate(keys_kept(batch, sheet, width))}
    columns = {}
    for key in keys_of(sheet):
        place = places.get(key)
        if place is None:
            columns[key] = [None] * len(kept)
            continue
        values = [row.values[place] for row in kept]
        columns[key] = [_turned(v, turns[key]) for v in values] if key in turns else values
    owners = [row.organisation_id for row in kept]
    return plans.Rows(
        count=len(kept), columns=columns, organisation_ids=owners, batch=batch.uid, **shared
    )
