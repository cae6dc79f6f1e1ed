"""Rows to be put right, as their cells stand: typed, of mapped columns only, sealed with the plan.

Part ``raw``: rejected rows and rows with warnings, each with its companion if it has one, in blocks
by their numbers. Part ``heads``: how each imported sheet starts, down to the end of its header, so
that one row can be checked again without the file. Part ``rechecked``: rows that were checked again
after somebody typed in one of their cells.
"""

from collections.abc import Iterator
from datetime import date, datetime
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple

from federation.exchange import chunks
from federation.exchange.chunks import ChunkWriter
from federation.exchange.cleaners.text import NO_VALUE
from federation.exchange.judging import MOST_KEPT
from federation.exchange.models import Batch
from federation.exchange.reading import SheetStart
from federation.exchange.row_store import Order
from federation.exchange.rows import CheckedSheet, CheckedWorkbook, Opening

_PLAIN = (str, int, float, bool, type(None))
# A workbook has at most 1,048,576 rows.
_ROW_BITS = 21
_NUMBER_BITS = 31
#: rows that stand in one block of ``raw``, as a power of two
_BLOCK_BITS = 11


class RawRow(NamedTuple):
    """A row to be put right. ``cells``: column → typed cell, personal; ``was``: what the plan says
    of it; ``at`` and ``warned_at``: its number among the rows of which it says the same, and
    among those with something to look at (-1: none)."""

    number: int
    cells: dict[str, Any]
    was: str
    at: int
    warned_at: int = -1


class Rechecked(NamedTuple):
    """A row checked again by itself. ``was``: what the plan says of it (and
    ``was_warned``: whether it warns of it); ``change``: what it is now. ``at`` and ``warned_at``:
    see ``RawRow``.

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
    at: int = -1
    warned_at: int = -1
    #: somebody typed in it, and did not only choose what it says
    is_typed: bool = True


def keep(writer: ChunkWriter, checked: CheckedWorkbook, order: Order) -> None:
    """Add to a plan what is needed to put single rows of it right. ``order``: of accepted rows."""
    rejected = accepted = 0
    for number, part in enumerate(checked.sheets):
        if part.opening is not None:
            writer.add("heads", [number, *_packed_opening(part.opening)])
            both = _rejected(part, rejected), _warned(part, accepted, order)
            rows = merge(*both, key=lambda row: row.number)
            for block, some in groupby(rows, lambda row: row.number >> _BLOCK_BITS):
                writer.put("raw", _block_of(number, block), [_packed_row(row) for row in some])
        rejected += len(part.rejected)
        accepted += len(part.accepted)


def _block_of(sheet: int, place: int) -> int:
    return sheet << _ROW_BITS - _BLOCK_BITS | place


def _packed_row(row: RawRow) -> list[Any]:
    return list(row._replace(cells={key: packed(cell) for key, cell in row.cells.items()}))


def _packed_opening(opening: Opening) -> list[Any]:
    start, base, head = opening.start, opening.base, opening.head
    merges = [list(m) for m in start.merges if m[0] >= base and m[2] < base + len(head)]
    rows = [[packed(cell) for cell in row] for row in head]
    facts = [start.name, merges, start.untyped, start.from_1904]
    return [*facts, base, rows, opening.columns, list(opening.above)]


def _rejected(part: CheckedSheet, before: int) -> Iterator[RawRow]:
    """The rejected rows of a sheet by number; ``before``: how many other sheets have before it."""
    kept = enumerate(part.rejected[:MOST_KEPT], before)
    for at, row in sorted(kept, key=lambda one: one[1].number):
        yield RawRow(row.number, row.cells | row.beside, "rejected", at)


def _warned(part: CheckedSheet, before: int, order: Order) -> Iterator[RawRow]:
    """The accepted rows of a sheet with something to look at, by number."""
    numbers = part.accepted.numbers
    kept = ((numbers[position], position, cells) for position, cells in part.accepted.raw.items())
    for number, position, cells in sorted(kept, key=lambda one: one[0]):
        yield RawRow(number, cells, *order.of(before + position))


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
    return whole_row(batch, sheet, number).cells


def whole_row(batch: Batch, sheet: int, number: int) -> RawRow:
    """A row to be put right; opens one block. Raises LookupError for a row that is not kept."""
    if number >> _ROW_BITS or sheet >> _NUMBER_BITS - _ROW_BITS:
        raise LookupError(number)
    for kept in chunks.records(batch, "raw", [_block_of(sheet, number >> _BLOCK_BITS)]):
        row = RawRow(*kept)
        if row.number == number:
            return row._replace(cells={key: unpacked(cell) for key, cell in row.cells.items()})
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


def forget_rechecked(batch: Batch, sheet: int, number: int) -> None:
    """One row is again as the plan has it."""
    batch.chunks.filter(part="rechecked", number=sheet << _ROW_BITS | number).delete()


def rechecked_rows(batch: Batch) -> dict[tuple[int, int], Rechecked]:
    """(sheet, row) → what became of it, of the rows checked again since the plan was made."""
    found = (Rechecked(*record) for record in chunks.records(batch, "rechecked"))
    return {(row.sheet, row.number): row for row in found}
