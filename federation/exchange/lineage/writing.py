"""Noting, while a plan is written, from which row each record comes: a few statements a batch."""

import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import msgpack

from federation.exchange import contents
from federation.exchange.lineage.links import noted_keys
from federation.exchange.lineage.records import OriginBlock
from federation.exchange.models import Batch
from federation.exchange.row_store import Kept
from federation.sealing.boxes import seal, unseal

#: records a block holds
SIZE = 5000
#: how many blocks one statement writes
AT_ONCE = 100
_OF_TABLE = ("name", "columns", "layout", "town", "village")

Table = dict[str, Any]


class Entry(NamedTuple):
    """One writing of a record by a batch: the table, its row, the noted columns filled there."""

    table: Table
    row: int
    filled: list[str]


class Origins:
    """The rows behind the records of one plan, in the order in which those are written.

    Made while the columns of ``kept`` are there; what is kept of them is which cells were filled.
    """

    def __init__(self, batch: Batch, kept: Kept) -> None:
        self.batch, self.kept = batch, kept
        head = contents.kept_head(batch)
        self.tables: list[Table] = head.get("sheets", [])
        own: list[str] = head.get("keys") or []
        if len(own) != len(kept.columns):
            own = []
        self.keys = noted_keys(batch.sheet, own)
        columns = dict(zip(own, kept.columns, strict=False))
        self.patterns, self.pattern_of = _patterns([columns[key] for key in self.keys], len(kept))
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
        ids, rows = self.ids[label], self.rows[label]
        # Records stand in a block by their keys; one that is written twice, in the order of that.
        order = sorted(range(len(ids)), key=ids.__getitem__)
        for start in range(0, len(order), SIZE):
            some = order[start : start + SIZE]
            yield self._block(label, [ids[at] for at in some], [rows[at] for at in some])

    def _block(self, label: str, ids: list[int], rows: list[int]) -> OriginBlock:
        tables = [self.kept.sheets[row] for row in rows]
        numbers = [self.kept.numbers[row] for row in rows]
        own = [self.pattern_of[row] for row in rows]
        places = {number: place for place, number in enumerate(sorted(set(own)))}
        told = (
            self.keys,
            [self.patterns[number] for number in places],
            {number: self._table(number, numbers, tables) for number in set(tables)},
            _steps(ids),
            tables,
            _steps(numbers),
            [places[number] for number in own],
        )
        packed = zlib.compress(msgpack.packb(told), 1)
        body = seal(_place(self.batch, label, ids[0]), packed)
        return OriginBlock(
            batch=self.batch, model=label, first_id=ids[0], last_id=ids[-1], body=body
        )

    def _table(self, number: int, numbers: list[int], tables: list[int]) -> Table:
        """What a block must know of a table for the rows that it has of it."""
        told = self.tables[number] if number < len(self.tables) else {}
        own = {row for row, table in zip(numbers, tables, strict=True) if table == number}
        first, last = min(own), max(own)
        found = {name: told[name] for name in _OF_TABLE if told.get(name)}
        found["addresses"] = [one for one in told.get("addresses", ()) if one[0] in own]
        found["filled"] = {
            key: [span for span in spans if span[0] <= last and span[1] >= first]
            for key, spans in told.get("filled", {}).items()
        }
        found["typed"] = [[row, key] for row, key in self.typed.get(number, ()) if row in own]
        return found


def _typed_in(batch: Batch) -> dict[int, list[tuple[int, str]]]:
    """By table the row and column of every cell that was typed anew on the page."""
    found: dict[int, list[tuple[int, str]]] = {}
    for number, row, key in batch.edits.values_list("sheet_no", "row_no", "key"):
        found.setdefault(number, []).append((row, key))
    return found


def _patterns(columns: list[Sequence[Any]], count: int) -> tuple[list[bytes], Sequence[int]]:
    """Which cells were filled: each such pattern once, and by row the number of its own."""
    if not columns:
        return [b""], [0] * count
    known: dict[bytes, int] = {}
    filled = zip(*([value is not None for value in column] for column in columns), strict=True)
    found = array("l", [known.setdefault(bytes(row), len(known)) for row in filled])
    return list(known), found


def _steps(numbers: list[int]) -> list[int]:
    """Numbers as the steps between them: small where they follow each other."""
    return [after - before for before, after in zip([0, *numbers], numbers, strict=False)]


def _place(batch: Batch, label: str, first: int) -> str:
    return f"origin|{batch.uid.hex}|{label}|{first}"


def opened_block(block: OriginBlock) -> Iterator[tuple[int, Entry]]:
    """Every record of a block by key, with where it came from. Raises CannotOpen."""
    packed = unseal(_place(block.batch, block.model, block.first_id), bytes(block.body))
    told = msgpack.unpackb(zlib.decompress(packed), strict_map_key=False)
    keys, patterns, known, ids, tables, rows, pattern_of = told
    filled = [[key for key, is_told in zip(keys, p, strict=True) if is_told] for p in patterns]
    places = zip(accumulate(ids), tables, accumulate(rows), pattern_of, strict=True)
    for pk, table, row, number in places:
        yield pk, Entry(known[table], row, filled[number])
