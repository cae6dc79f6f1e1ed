"""The accepted rows of a plan as they lie in the database: blocks of columns, by what they become.

Rows that become the same lie together in the order of the file, so a page of the check opens the
one block its rows are in. Rows with something to look at are kept once more among themselves.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import repeat
from operator import is_not
from typing import Any, NamedTuple

from federation.bulk.services import in_blocks
from federation.exchange import chunks, finding
from federation.exchange.chunks import SIZE, ChunkWriter
from federation.exchange.models import Batch

PREFIX, WARNED = "rows:", "warned"
#: the one part in which plans of earlier releases keep their rows, one after the other
BEFORE = "rows"
#: the part in which the file's own facts are kept
HEAD = "head"
_TOKEN = 8


class KeptRow(NamedTuple):
    """An accepted row of a plan. ``warnings``: maps of code, message and perhaps cell and field.

    ``updates``: part and number of the blocks of the plan that hold what it changes.
    """

    sheet: int
    number: int
    organisation_id: int
    organisation_code: str
    values: Sequence[Any]
    warnings: list[dict[str, Any]]
    change: str
    token: bytes
    updates: Sequence[tuple[str, int]] = ()


class _Unread:
    """Stands for a column that was left out; whoever looks at it nevertheless is told."""

    def __bool__(self) -> bool:
        raise LookupError("a part looks at a column that it does not say it compares")

    __len__ = __iter__ = __getitem__ = __bool__


UNREAD = _Unread()
Filled = tuple[Sequence[int], list[bytes]]


@dataclass
class Kept:
    """All accepted rows of a plan in the order of the file, column by column.

    ``columns``: the values, as they are stored; equal ones are often one object. Of those that are
    not ``wanted`` there is no value (``UNREAD``). ``filled``: by block the positions of its rows,
    and for every column which of them say something. ``head``: the file's own facts.
    """

    sheets: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    tokens: list[bytes] = field(default_factory=list)
    columns: list[Any] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)
    filled: list[Filled] = field(default_factory=list)
    wanted: Collection[str] | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, positions: Sequence[int], block: Sequence[Sequence[Any]]) -> None:
        """Put a block (the lists above, then every column) where its rows stand in the file."""
        own: list[list[Any]] = [self.sheets, self.numbers, self.owners, self.changes, self.tokens]
        columns = block[len(own) :]
        for place in range(len(self.columns), len(columns)):
            self.columns.append([None] * len(self) if self.wants(place) else UNREAD)
        told = [place for place, column in enumerate(self.columns) if column is not UNREAD]
        pairs = [*zip(own, block, strict=False), *((self.columns[p], columns[p]) for p in told)]
        for target, values in pairs:
            _put(target, positions, values)
        says = [bytes(map(is_not, column, repeat(None))) for column in columns]
        self.filled.append((positions, says))

    def wants(self, place: int) -> bool:
        """Whether the values of a column are wanted. Of a plan that does not name them all are."""
        keys = self.head.get("keys")
        return self.wanted is None or not keys or keys[place] in self.wanted


def _put(target: list[Any], positions: Sequence[int], values: Sequence[Any]) -> None:
    first, last = positions[0], positions[-1]
    target += [None] * (last + 1 - len(target))
    if last - first + 1 == len(positions):
        target[first : last + 1] = values
        return
    for position, value in zip(positions, values, strict=True):
        target[position] = value


class Stored(NamedTuple):
    """What is to be stored of all accepted rows, in the order of the file; see ``KeptRow``."""

    sheets: list[int]
    numbers: list[int]
    owners: list[int]
    codes: list[str]
    changes: list[str]
    tokens: list[bytes]
    columns: list[list[Any]]
    warnings: dict[int, list[dict[str, Any]]]
    updates: dict[int, tuple[tuple[str, int], ...]]
    #: what no two rows may share, where that is a column
    unique: Sequence[Any] = ()


class Order:
    """Where accepted rows stand in the parts of a plan; known by their positions in the file."""

    def __init__(self, changes: Sequence[str], warned: Iterable[int]) -> None:
        self.changes, self.warned = changes, sorted(warned)
        self.groups: dict[str, list[int]] = {}
        for position, change in enumerate(changes):
            self.groups.setdefault(change, []).append(position)

    def of(self, position: int) -> tuple[str, int, int]:
        """The change of a row, its number among those with the same (from 0), and among those with
        something to look at; -1 where there is nothing."""
        change, found = self.changes[position], bisect_left(self.warned, position)
        is_warned = self.warned[found : found + 1] == [position]
        number = bisect_left(self.groups[change], position)
        return change, number, found if is_warned else -1


def store_rows(writer: ChunkWriter, rows: Stored) -> Order:
    """Add the accepted rows to a plan. Returns where each of them stands."""
    order = Order(rows.changes, rows.warnings)
    for change, positions in order.groups.items():
        part = PREFIX + change
        for some in in_blocks(positions, SIZE):
            keys = [rows.unique[p] for p in some] if rows.unique else []
            owners = (rows.owners[p] for p in some)
            finding.keep(writer, part, writer.next_number(part), owners, keys)
            writer.add_block(part, _block(rows, some))
    for some in in_blocks(order.warned, SIZE):
        writer.add_block(WARNED, _block(rows, some))
    return order


def _block(rows: Stored, positions: list[int]) -> list[Any]:
    """Rows as one value: lists by column, and maps for what only some rows have."""
    plain = (rows.sheets, rows.numbers, rows.owners, rows.codes, rows.changes)
    return [
        positions,
        *([values[p] for p in positions] for values in plain),
        b"".join([rows.tokens[p] for p in positions]),
        [[column[p] for p in positions] for column in rows.columns],
        *(
            {place: some[p] for place, p in enumerate(positions) if p in some}
            for some in (rows.warnings, rows.updates)
        ),
    ]


def _rows_in(block: Any) -> Iterator[tuple[int, KeptRow]]:
    """(position in the file, row) of every row of a block."""
    positions, sheets, numbers, owners, codes, changes, tokens, columns, warnings, updates = block
    values = zip(*columns, strict=True) if columns else iter([()] * len(positions))
    cells = zip(positions, sheets, numbers, owners, codes, changes, values, strict=True)
    for place, (position, sheet, number, owner, code, change, told) in enumerate(cells):
        token = tokens[place * _TOKEN : (place + 1) * _TOKEN]
        said = list(warnings.get(place, ()))
        row = KeptRow(sheet, number, owner, code, told, said, change, token)
        yield position, row._replace(updates=updates.get(place, ()))


def kept_rows(batch: Batch) -> Iterator[KeptRow]:
    """The accepted rows of a plan, in the order of the file."""
    for record in chunks.records(batch, BEFORE):
        yield KeptRow(*record)
    parts = chunks.parts_kept(batch, PREFIX)
    placed = merge(*(_of_part(batch, part) for part in parts), key=lambda one: one[0])
    yield from (row for _position, row in placed)


def _of_part(batch: Batch, part: str) -> Iterator[tuple[int, KeptRow]]:
    for block in chunks.opened(batch, part, as_tuples=True):
        yield from _rows_in(block)


def rows_of_owner(batch: Batch, index: finding.Index, owner: int) -> list[KeptRow]:
    """The accepted rows of one organisation, in the order of the file."""
    found = _in_blocks_of(batch, index.of_owner(owner))
    own = [one for one in found if one[1].organisation_id == owner]
    return [row for _position, row in sorted(own, key=lambda one: one[0])]


def rows_of_key(batch: Batch, index: finding.Index, key: Any) -> Iterator[KeptRow]:
    """Accepted rows among which are all that bear ``key``, which no two rows may share."""
    return (row for _position, row in _in_blocks_of(batch, index.of_key(key)))


def _in_blocks_of(batch: Batch, parts: dict[str, list[int]]) -> Iterator[tuple[int, KeptRow]]:
    for part, numbers in parts.items():
        if part.startswith(PREFIX):
            for block in chunks.opened(batch, part, numbers=numbers, as_tuples=True):
                yield from _rows_in(block)


def warned_rows(batch: Batch) -> Iterator[tuple[int, KeptRow]]:
    """(position in the file, row) of the accepted rows with something to look at."""
    return _of_part(batch, WARNED)


def some_rows(batch: Batch, chip: str, start: int, count: int) -> list[tuple[int, KeptRow]]:
    """(position in the file, row) of ``count`` rows of a chip from its ``start``-th on.

    ``chip`` is a change or ``warned``; opens only the blocks they are in, one or two.
    """
    part = WARNED if chip == WARNED else PREFIX + chip
    blocks = range(start // SIZE, (start + count - 1) // SIZE + 1)
    found: list[tuple[int, KeptRow]] = []
    for block in chunks.opened(batch, part, numbers=blocks, as_tuples=True):
        found += _rows_in(block)
    first = start % SIZE
    return found[first : first + count]


def kept_columns(batch: Batch, wanted: Collection[str] | None = None) -> Kept:
    """The accepted rows of a plan without their warnings, to be compared and written.

    ``wanted``: the columns whose values are wanted, where it is not all of them.
    """
    kept, shared = Kept(wanted=wanted), Sharing()
    before: list[KeptRow] = []
    for part, block in chunks.opened_parts(batch, HEAD, BEFORE):
        if part == HEAD:
            kept.head = block[0]
        elif part == BEFORE:
            before += [KeptRow(*record) for record in block]
        else:
            _take(kept, shared, block)
    if before:
        columns = [list(column) for column in zip(*(row.values for row in before), strict=True)]
        names = ("sheet", "number", "organisation_id", "change", "token")
        kept.take(range(len(before)), [[getattr(r, n) for r in before] for n in names] + columns)
    return kept


def _take(kept: Kept, shared: "Sharing", block: Sequence[Any]) -> None:
    positions, sheets, numbers, owners, _codes, changes, tokens, columns, *_rest = block
    single = [tokens[at : at + _TOKEN] for at in range(0, len(tokens), _TOKEN)]
    words = shared.of(-1, changes)
    values = (
        shared.of(place, column) if kept.wants(place) else column
        for place, column in enumerate(columns)
    )
    kept.take(positions, [sheets, numbers, owners, words, single, *values])


class Sharing:
    """Makes equal values of a column one object, where they come again and again."""

    def __init__(self) -> None:
        self._known: dict[int, dict[Any, Any]] = {}

    def of(self, column: int, values: Sequence[Any]) -> Sequence[Any]:
        """The same values."""
        distinct = set(values)
        if 2 * len(distinct) > len(values):
            return values
        known = self._known.setdefault(column, {})
        # Each distinct value is looked up once; the rest is done without a line of Python a row.
        one = {value: known.setdefault(value, value) for value in distinct}
        return list(map(one.__getitem__, values))
