"""Rows to be put right, as their cells stand: typed, of mapped columns only, sealed with the plan.

Part ``raw``: rejected rows and rows with warnings, each with its companion if it has one. Part
``heads``: how each imported sheet starts, down to the end of its header, so that one row can be
checked again without the file. Part ``rechecked``: rows that were checked again after somebody
typed in one of their cells.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from federation.exchange import chunks
from federation.exchange.chunks import ChunkWriter
from federation.exchange.cleaners.text import NO_VALUE
from federation.exchange.judging import MOST_KEPT
from federation.exchange.models import Batch
from federation.exchange.reading import SheetStart
from federation.exchange.rows import CheckedSheet, CheckedWorkbook, Opening

_PLAIN = (str, int, float, bool, type(None))
# A workbook has at most 1,048,576 rows.
_ROW_BITS = 21


class Rechecked(NamedTuple):
    """A row checked again by itself. ``was``: what the plan says of it (and
    ``was_warned``: whether it warns of it); ``change``: what it is now.

    ``cells``: key → text, personal; ``problems`` as of a rejected row or of an accepted one;
    ``effects``: column, before and after of what it changes in standing records.
    """

    sheet: int
    number: int
    was: str
    change: str
    organisation_code: str
    cells: dict[str, str]
    problems: list[dict[str, Any]]
    effects: list[tuple[str, str, str]]
    was_warned: bool = False


def keep(writer: ChunkWriter, checked: CheckedWorkbook) -> None:
    """Add to a plan what is needed to put single rows of it right."""
    for number, part in enumerate(checked.sheets):
        if part.opening is None:
            continue
        writer.add("heads", [number, *_packed_opening(part.opening)])
        for row, cells in _to_be_kept(part):
            writer.add("raw", [number, row, {key: packed(cell) for key, cell in cells.items()}])


def _packed_opening(opening: Opening) -> list[Any]:
    start, base, head = opening.start, opening.base, opening.head
    merges = [list(m) for m in start.merges if m[0] >= base and m[2] < base + len(head)]
    rows = [[packed(cell) for cell in row] for row in head]
    facts = [start.name, merges, start.untyped, start.from_1904]
    return [*facts, base, rows, opening.columns, list(opening.above)]


def _to_be_kept(part: CheckedSheet) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for row in part.rejected[:MOST_KEPT]:
        yield row.number, row.cells | row.beside
    for position, cells in part.accepted.raw.items():
        yield part.accepted.numbers[position], cells


def packed(cell: Any) -> Any:
    """A typed cell as msgpack holds it."""
    if isinstance(cell, _PLAIN):
        return cell
    if cell is NO_VALUE:
        return {"nothing": True}
    return {"moment" if isinstance(cell, datetime) else "day": cell.isoformat()}


def unpacked(kept: Any) -> Any:
    """``packed`` backwards."""
    if not isinstance(kept, dict):
        return kept
    if "day" in kept:
        return date.fromisoformat(kept["day"])
    return datetime.fromisoformat(kept["moment"]) if "moment" in kept else NO_VALUE


def row_of(batch: Batch, sheet: int, number: int) -> dict[str, Any]:
    """Column → typed cell of a row. Raises LookupError for a row that is not kept."""
    for own_sheet, own_number, cells in chunks.records(batch, "raw"):
        if (own_sheet, own_number) == (sheet, number):
            return {key: unpacked(cell) for key, cell in cells.items()}
    raise LookupError(number)


def opening_of(batch: Batch, sheet: int) -> Opening:
    """How a sheet starts. Raises LookupError."""
    for number, *kept in chunks.records(batch, "heads"):
        if number == sheet:
            name, merges, untyped, from_1904, base, rows, columns, above = kept
            spans = [tuple(merge) for merge in merges]
            start = SheetStart(name, merges=spans, untyped=untyped, from_1904=from_1904)
            head = [[unpacked(cell) for cell in row] for row in rows]
            return Opening(start, base, head, columns, (above[0], above[1]))
    raise LookupError(sheet)


def keep_rechecked(batch: Batch, row: Rechecked) -> None:
    """Keep what became of one row, instead of what was kept of it before."""
    chunks.put(batch, "rechecked", row.sheet << _ROW_BITS | row.number, [list(row)])


def rechecked_rows(batch: Batch) -> dict[tuple[int, int], Rechecked]:
    """(sheet, row) → what became of it, of the rows checked again since the plan was made."""
    found = (Rechecked(*record) for record in chunks.records(batch, "rechecked"))
    return {(row.sheet, row.number): row for row in found}
