"""The rows of a checked workbook as they are kept in a plan, and back again."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from federation.exchange import chunks, finding, plans, rawrows
from federation.exchange.chunks import ChunkWriter
from federation.exchange.cleaners.choices import Choice
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.cleaners.text import as_text
from federation.exchange.declare import Sheet
from federation.exchange.models import Batch
from federation.exchange.report import error_of, warning_of
from federation.exchange.row_store import UNREAD, Kept, Stored, store_rows
from federation.exchange.row_store import KeptRow as KeptRow
from federation.exchange.row_store import kept_rows as kept_rows
from federation.exchange.rows import CheckedWorkbook

Turn = Callable[[Any], Any]
_KEEP: dict[str, Turn] = {"date": lambda v: v.iso(), "money": str, "decimal": str}
_BACK: dict[str, Turn] = {
    "date": PartialDate.parse,
    "money": Decimal,
    "decimal": Decimal,
    "option": lambda v: Choice(*v),
}
#: how the parts of a plan begin that hold records, new ones and changed ones
WRITING = ("create:", "update:")


class RejectedRow(NamedTuple):
    """A row that stays out: its errors as maps of cell, field, code and message."""

    sheet: int
    number: int
    errors: list[dict[str, Any]]
    cells: dict[str, Any]


def keys_of(sheet: type[Sheet]) -> list[str]:
    """The columns that carry values, in the order in which a kept row holds them."""
    return [column.key for column in sheet.columns if not column.reference]


def keys_kept(
    batch: Batch, sheet: type[Sheet], width: int, head: dict[str, Any] | None = None
) -> list[str]:
    """The columns of kept rows of ``width`` values, in their order; ``head``: if it is read.

    None for a plan of an earlier release whose table had other columns.
    """
    head = kept_head(batch) if head is None else head
    keys: list[str] = head.get("keys") or keys_of(sheet)
    return keys if len(keys) == width else []


def is_of_today(
    batch: Batch, sheet: type[Sheet], kept: Kept, head: dict[str, Any] | None = None
) -> bool:
    """Whether a plan still fits: its rows have columns of ``sheet``, its records those of today.

    After an upgrade they may not; a column the sheet has got since is one that was left blank.
    """
    head = kept_head(batch) if head is None else head
    keys = keys_kept(batch, sheet, len(kept.columns), head)
    if len(kept) and not (keys and set(keys) <= set(keys_of(sheet))):
        return False
    columns: dict[str, list[str]] | None = head.get("columns")
    if columns is not None:
        return columns == _columns_of(columns)
    # A plan of a release that did not keep the names of columns tells how many there were.
    made = chunks.parts_kept(batch, "create:")
    firsts = {_label(part): next(chunks.records(batch, part)) for part in made}
    return all(len(plans.defaults_of(label)) == len(r[4]) for label, r in firsts.items())


def _columns_of(labels: Iterable[str]) -> dict[str, list[str]]:
    """The columns of models, in their order."""
    return {label: list(plans.defaults_of(label)) for label in sorted(labels)}


def _label(part: str) -> str:
    return part.partition(":")[2]


class Turned(dict[Any, Any]):
    """Values turned by a function, each distinct one once; None stays None."""

    def __init__(self, turn: Turn) -> None:
        super().__init__({None: None})
        self.turn = turn

    def __missing__(self, value: Any) -> Any:
        found = self[value] = self.turn(value)
        return found


def _turns(sheet: type[Sheet], table: dict[str, Turn]) -> dict[str, Turn]:
    kinds = {column.key: column.clean.kind for column in sheet.columns}
    return {key: table[kind] for key, kind in kinds.items() if kind in table}


def rows_of(
    checked: CheckedWorkbook, sheet: type[Sheet], batch: Batch, shared: dict[str, Any]
) -> plans.Rows:
    """The accepted rows of all sheets of a workbook, one after the other."""
    columns: dict[str, list[Any]] = {}
    for key in keys_of(sheet):
        told = [
            part.accepted.values.get(key) or [None] * len(part.accepted)
            for part in checked.sheets
            if len(part.accepted)
        ]
        columns[key] = told[0] if len(told) == 1 else [v for values in told for v in values]
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
    order = store_rows(writer, _stored(checked, sheet, rows, outcome))
    rejected = (_cells(row.cells) for part in checked.sheets for row in part.rejected)
    finding.keep_rejected(writer, sheet, rows.as_of, rejected)
    for number, part in enumerate(checked.sheets):
        for row in part.rejected:
            writer.add("problems", [number, row.number, problems_of(row), _cells(row.cells)])
        for skipped in part.skipped:
            writer.add("skipped", [number, *skipped])
    rawrows.keep(writer, checked, order)
    columns = _columns_of({_label(part) for part in writer.parts() if part.startswith(WRITING)})
    own = {"keys": keys_of(sheet), "columns": columns, "by_change": True}
    writer.add("head", {**head_of(checked), **own, "sizes": dict(writer.sizes)})


def _stored(
    checked: CheckedWorkbook, sheet: type[Sheet], rows: plans.Rows, outcome: "Outcome"
) -> Stored:
    accepted, unique = [part.accepted for part in checked.sheets], finding.unique_of(sheet)
    return Stored(
        sheets=[number for number, part in enumerate(accepted) for _row in part.numbers],
        numbers=[number for part in accepted for number in part.numbers],
        owners=rows.organisation_ids,
        codes=[place.code for part in accepted for place in part.organisations],
        changes=outcome.changes,
        tokens=outcome.tokens,
        columns=_plain_columns(sheet, rows),
        warnings=warnings_of(checked, outcome.notes),
        updates=outcome.updates,
        unique=rows.columns[unique] if unique else (),
    )


def warnings_of(
    checked: CheckedWorkbook, notes: dict[int, list[plans.Note]]
) -> dict[int, list[dict[str, Any]]]:
    """By position among the accepted rows: what the check and the parts say beside a row."""
    found: dict[int, list[dict[str, Any]]] = {}
    before = 0
    for part in checked.sheets:
        for place, warnings in part.accepted.warnings.items():
            found[before + place] = [warning_of(warning) for warning in warnings]
        before += len(part.accepted)
    for position, said in notes.items():
        found.setdefault(position, []).extend(note.told() for note in said)
    return found


def _plain_columns(sheet: type[Sheet], rows: plans.Rows) -> list[list[Any]]:
    turns = _turns(sheet, _KEEP)
    return [
        list(map(Turned(turns[key]).__getitem__, rows.columns[key]))
        if key in turns
        else rows.columns[key]
        for key in keys_of(sheet)
    ]


class Outcome(NamedTuple):
    """What the parts found: per row the change and the token; notes by row.

    ``updates``: by row, the blocks of the plan that hold what it changes.
    """

    changes: list[str]
    tokens: list[bytes]
    notes: dict[int, list[plans.Note]]
    updates: dict[int, tuple[tuple[str, int], ...]]


def problems_of(row: Any) -> list[dict[str, Any]]:
    """What is wrong with a rejected row: maps of cell, field, code, message and more."""
    return [error_of(problem) for problem in row.errors]


def _cells(cells: dict[str, Any]) -> dict[str, str]:
    return {key: as_text(value)[:200] for key, value in cells.items() if value is not None}


def head_of(checked: CheckedWorkbook) -> dict[str, Any]:
    """What a plan keeps of the file as a whole."""
    error = checked.file_error
    return {
        "outcome": checked.outcome,
        "file_error": error and {"code": error.code, "message": error.message},
        "rows_read": checked.rows_read,
        "format": checked.format,
        "is_returned": checked.is_returned,
        "is_template": checked.stamp is not None,
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
                "looks": {
                    g.letter: [g.samples, [one.key for one in g.may_be]] for g in part.guesses
                },
                "left_out": dict(Counter(why for _row, why in part.skipped)),
                "above": part.above,
                "town": part.town,
                "village": part.village,
                "units": part.units,
                "layout": part.layout,
                "addresses": [[*where, cell] for where, cell in part.addresses.items()],
                "filled": part.filled,
            }
            for part in checked.sheets
        ],
    }


def kept_head(batch: Batch) -> dict[str, Any]:
    """The file's own facts; empty once the plan has expired."""
    return next(chunks.records(batch, "head"), {})


def sizes_planned(batch: Batch, head: dict[str, Any]) -> Counter[str]:
    """How many records each part of a plan creates or updates; a release before did not say it."""
    sizes = head.get("sizes")
    if sizes is None:
        parts = [part for start in WRITING for part in chunks.parts_kept(batch, start)]
        sizes = {part: chunks.size_of(batch, part) for part in parts}
    return Counter({part: size for part, size in sizes.items() if part.startswith(WRITING)})


def rejected_rows(batch: Batch, blocks: Iterable[int] | None = None) -> Iterator[RejectedRow]:
    """The rejected rows of a plan; only those of some ``blocks`` if given."""
    return (RejectedRow(*record) for record in chunks.records(batch, "problems", blocks))


def rows_again(
    kept: Kept,
    sheet: type[Sheet],
    batch: Batch,
    shared: dict[str, Any],
    head: dict[str, Any] | None = None,
) -> plans.Rows:
    """Kept rows as the parts took them when they planned; ``head``: if it is read."""
    turns = {key: Turned(turn) for key, turn in _turns(sheet, _BACK).items()}
    keys = keys_kept(batch, sheet, len(kept.columns), head)
    stored = dict(zip(keys, kept.columns, strict=False))
    columns = {}
    for key in keys_of(sheet):
        values = stored.get(key, ())
        if values is UNREAD:
            columns[key] = UNREAD
            continue
        values = values or [None] * len(kept)
        columns[key] = list(map(turns[key].__getitem__, values)) if key in turns else values
    return plans.Rows(
        count=len(kept), columns=columns, organisation_ids=kept.owners, batch=batch.uid, **shared
    )
