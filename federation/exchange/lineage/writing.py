"""Noting, while a plan is written, from which row each record comes: a few statements a batch."""

import zlib
from array import array
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgpack
import numpy as np
import numpy.ma  # noqa: F401 - ``unique`` loads it otherwise, and the first import waits for it

from federation.exchange.deciding import knows_of_edits
from federation.exchange.lineage.links import noted_keys
from federation.exchange.lineage.records import OriginBlock
from federation.exchange.models import Batch
from federation.exchange.row_store import Kept
from federation.sealing.boxes import seal, unseal

#: records a block holds
SIZE = 5000
#: the bits of a whole number; no table that names its columns has as many
MOST_KEYS = 62
#: how many blocks one statement writes
AT_ONCE = 100
#: how keys, tables, rows and patterns lie in a block
KINDS = ("<i8", "<i4", "<i4", "<i2")
_OF_TABLE = ("name", "columns", "layout", "town", "village")

Table = dict[str, Any]


class Entry(NamedTuple):
    """One writing of a record by a batch: the table, its row, the noted columns filled there."""

    table: Table
    row: int
    filled: list[str]


class Origins:
    """The rows behind the records of one plan, in the order in which those are written."""

    def __init__(self, batch: Batch, kept: Kept) -> None:
        self.batch = batch
        self.sheets, self.numbers = np.array(kept.sheets), np.array(kept.numbers)
        self.tables: list[Table] = kept.head.get("sheets", [])
        own: list[str] = kept.head.get("keys") or []
        if len(own) != len(kept.columns):
            own = []
        self.keys = noted_keys(batch.sheet, own)[:MOST_KEYS]
        self.patterns = _patterns(kept, [own.index(key) for key in self.keys])
        self.clear()

    def clear(self) -> None:
        """Forget the records: nothing was written."""
        self.ids: dict[str, array[int]] = {}
        self.rows: dict[str, array[int]] = {}

    def take(self, label: str, ids: Iterable[int], rows: Iterable[int]) -> None:
        """Records of a model that are written, and the row of the plan each was made of.

        As often and in the same order as they stand in the change log.
        """
        self.ids.setdefault(label, array("q")).extend(ids)
        self.rows.setdefault(label, array("q")).extend(rows)

    def keep(self) -> None:
        """Write them down, in the caller's transaction."""
        self.typed = _typed_in(self.batch)
        blocks = [block for label in self.ids for block in self._blocks(label)]
        OriginBlock.objects.bulk_create(blocks, batch_size=AT_ONCE)

    def _blocks(self, label: str) -> Iterator[OriginBlock]:
        ids, rows = (np.frombuffer(told[label], np.int64) for told in (self.ids, self.rows))
        # Records stand in a block by their keys; one that is written twice, in the order of that.
        order = np.argsort(ids, kind="stable")
        for start in range(0, len(order), SIZE):
            some = order[start : start + SIZE]
            yield self._block(label, ids[some], rows[some])

    def _block(self, label: str, ids: np.ndarray, rows: np.ndarray) -> OriginBlock:
        tables, numbers = self.sheets[rows], self.numbers[rows]
        patterns, own = np.unique(self.patterns[rows], return_inverse=True)
        known = np.unique(tables).tolist()
        told = (
            self.keys,
            patterns.tolist(),
            {number: self._table(number, numbers[tables == number]) for number in known},
            *(_packed(*one) for one in zip(KINDS, (ids, tables, numbers, own), strict=True)),
        )
        first, last = int(ids[0]), int(ids[-1])
        body = seal(_place(self.batch, label, first), zlib.compress(msgpack.packb(told), 1))
        return OriginBlock(batch=self.batch, model=label, first_id=first, last_id=last, body=body)

    def _table(self, number: int, rows: np.ndarray) -> Table:
        """What a block must know of a table for the rows that it has of it."""
        told = self.tables[number] if number < len(self.tables) else {}
        first, last = int(rows.min()), int(rows.max())
        typed, addresses = self.typed.get(number, ()), told.get("addresses", ())
        own = set(rows.tolist()) if typed or addresses else ()
        found = {name: told[name] for name in _OF_TABLE if told.get(name)}
        found["addresses"] = [one for one in addresses if one[0] in own]
        found["filled"] = {
            key: [span for span in spans if span[0] <= last and span[1] >= first]
            for key, spans in told.get("filled", {}).items()
        }
        found["typed"] = [[row, key] for row, key in typed if row in own]
        return found


def _typed_in(batch: Batch) -> dict[int, list[tuple[int, str]]]:
    """By table the row and column of every cell that was typed anew on the page."""
    found: dict[int, list[tuple[int, str]]] = {}
    if not knows_of_edits(batch):
        return found
    for number, row, key in batch.edits.values_list("sheet_no", "row_no", "key"):
        found.setdefault(number, []).append((row, key))
    return found


def _patterns(kept: Kept, places: list[int]) -> np.ndarray:
    """By row a number whose bits say which of some cells were filled, the first the lowest."""
    found = np.zeros(len(kept), np.int64)
    for positions, says in kept.filled:
        for bit, place in enumerate(places):
            told = np.frombuffer(says[place], np.uint8).astype(np.int64)
            found[np.array(positions)] |= told << bit
    return found


def _packed(kind: str, numbers: np.ndarray) -> bytes:
    """Numbers as the steps between them: they are nearly all alike where rows follow each other."""
    return np.diff(numbers, prepend=0).astype(kind).tobytes()


def _unpacked(kind: str, packed: bytes) -> list[int]:
    numbers: list[int] = np.cumsum(np.frombuffer(packed, kind), dtype=np.int64).tolist()
    return numbers


def _place(batch: Batch, label: str, first: int) -> str:
    return f"origin|{batch.uid.hex}|{label}|{first}"


def opened_block(block: OriginBlock) -> Iterator[tuple[int, Entry]]:
    """Every record of a block by key, with where it came from. Raises CannotOpen."""
    packed = unseal(_place(block.batch, block.model, block.first_id), bytes(block.body))
    told = msgpack.unpackb(zlib.decompress(packed), strict_map_key=False)
    keys, patterns, known, *packed_numbers = told
    columns = [_unpacked(*one) for one in zip(KINDS, packed_numbers, strict=True)]
    filled = [[key for bit, key in enumerate(keys) if p >> bit & 1] for p in patterns]
    for pk, table, row, number in zip(*columns, strict=True):
        yield pk, Entry(known[table], row, filled[number])
