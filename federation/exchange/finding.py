"""Which blocks of a plan hold the rows of an organisation, or a row with some key.

One row is checked again beside few others; the plan is not read through to find them. Part
``index``: for every block the organisations of its rows, and a short mark of each key that no two
rows may share.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from struct import pack, unpack
from typing import Any
from zlib import crc32

from federation.bulk.services import in_blocks
from federation.exchange import chunks
from federation.exchange.chunks import SIZE, ChunkWriter
from federation.exchange.cleaners.base import CellContext
from federation.exchange.declare import Sheet
from federation.exchange.judging import BY_ORGANISATION
from federation.exchange.models import Batch

PART, REJECTED = "index", "problems"


def unique_of(sheet: type[Sheet]) -> str | None:
    """The column no two rows may agree in; None where that is the organisation, or nothing."""
    return None if sheet.unique == BY_ORGANISATION else sheet.unique


def keep(
    writer: ChunkWriter, part: str, number: int, owners: Iterable[int], keys: Sequence[Any]
) -> None:
    """Keep what a block of ``part`` holds: its organisations, and its keys if it has any."""
    marks = pack(f"<{len(keys)}I", *map(_mark, keys))
    writer.add(PART, [part, number, sorted(set(owners)), marks])


def keep_rejected(
    writer: ChunkWriter, sheet: type[Sheet], as_of: date, rows: Iterable[dict[str, str]]
) -> None:
    """Keep the keys of rejected rows: two rows with one ID number are named whatever else."""
    if unique_of(sheet) is not None:
        keys = keys_of_rejected(sheet, as_of, rows)
        for number, some in enumerate(in_blocks(keys, SIZE)):
            keep(writer, REJECTED, number, (), some)


def keys_of_rejected(
    sheet: type[Sheet], as_of: date, rows: Iterable[dict[str, str]]
) -> Iterator[Any]:
    """What the cells of rejected rows say of the unique column, as accepted rows hold it."""
    unique = str(sheet.unique)
    memo = sheet.column(unique).clean.memo(CellContext(as_of))
    return (memo[cells.get(unique, "")] for cells in rows)


def _mark(key: Any) -> int:
    # Several keys may have one mark: whoever finds it looks at the row itself.
    return crc32(str(key).encode())


class Index:
    """What the blocks of a plan hold."""

    def __init__(self, batch: Batch) -> None:
        self._blocks = list(chunks.records(batch, PART))

    def of_owner(self, organisation_id: int) -> dict[str, list[int]]:
        """By part, the blocks with rows of an organisation."""
        found: dict[str, list[int]] = {}
        for part, number, owners, _marks in self._blocks:
            if organisation_id in owners:
                found.setdefault(part, []).append(number)
        return found

    def of_key(self, key: Any) -> dict[str, list[int]]:
        """By part, the blocks in which a row with ``key`` may be."""
        found: dict[str, list[int]] = {}
        for part, number, _owners, marks in self._blocks:
            if _mark(key) in unpack(f"<{len(marks) // 4}I", marks):
                found.setdefault(part, []).append(number)
        return found
