"""A batch's plan in the database: sealed blocks of 2,000 records, written and read as streams.

A block is zlib-packed msgpack, sealed for ``plan|batch|part|number``: no cell of a workbook lies
open in the database, and a block moved to another batch does not open. Where it holds columns of
sealed values, these stand beside what is packed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Any, Self

from django.db.models import Q

from federation.exchange.folding import columns_in, unfolded
from federation.exchange.models import Batch, PlanChunk
from federation.exchange.packing import Packer, place_of, sealed_block, unpacked
from federation.sealing.boxes import unseal

SIZE = 2000
#: bytes of sealed blocks that one statement writes, and how many blocks at most
MOST_BYTES, MOST_BLOCKS = 8 * 1024 * 1024, 200
#: so many records of small parts are read with one question
MOST_READ = 100_000
#: bytes of sealed blocks that wait in memory; more of them wait in a file that has no name
MOST_HELD = 8 * 1024 * 1024

# Part, number and length of a sealed block that waits to be saved.
Laid = tuple[str, int, int]


class ChunkWriter:
    """Collects the records of a plan by part and seals them block by block as they come.

    Use as a context manager: what was collected and not written is gone with it.
    """

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.waiting: dict[str, list[Any]] = {}
        self.laid: list[Laid] = []
        self._bodies = SpooledTemporaryFile(max_size=MOST_HELD)  # noqa: SIM115 - closed on leaving
        self._packer = Packer()
        self.numbers: dict[str, int] = {}
        self.sizes: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._packer.close()
        self._bodies.close()

    def add(self, part: str, record: Any) -> None:
        """One record (anything msgpack holds) at the end of ``part``."""
        block = self.waiting.setdefault(part, [])
        self.sizes[part] += 1
        block.append(record)
        if len(block) >= SIZE:
            self._seal(part)

    def add_columns(self, part: str, count: int, block: Any) -> None:
        """A block of ``count`` records of ``part`` as columns (see ``folding``)."""
        if part in self.waiting:
            self._seal(part)
        self.sizes[part] += count
        self.add_block(part, block)

    def add_block(self, part: str, block: Any) -> None:
        """A whole block of ``part`` (anything msgpack holds); its records may be columns."""
        self._lay(part, block)

    def put(self, part: str, number: int, block: Any) -> None:
        """A whole block of ``part`` under a number by which it is found again."""
        self.numbers[part] = number
        self.add_block(part, block)

    def next_number(self, part: str) -> int:
        """The number of the block that holds the next record of ``part``."""
        return self.numbers.get(part, 0)

    def parts(self) -> set[str]:
        """The parts that have records so far."""
        return {*self.numbers, *self.waiting}

    def _seal(self, part: str) -> None:
        self._lay(part, self.waiting.pop(part))

    def _lay(self, part: str, block: Any) -> None:
        number = self.numbers.get(part, 0)
        self.numbers[part] = number + 1
        told = (part, number)
        self._keep(self._packer.take(told, place_of(self.batch.uid, part, number), block))

    def _keep(self, packed: Iterable[tuple[tuple[str, int], bytes]]) -> None:
        for told, body in packed:
            self.laid.append((*told, len(body)))
            self._bodies.write(body)

    def save(self) -> None:
        """Replace what the database holds of this plan, in the caller's transaction."""
        self.batch.chunks.all().delete()
        self.add_to_database()

    def add_to_database(self) -> None:
        """Write the blocks beside those that are there."""
        for part in list(self.waiting):
            self._seal(part)
        self._keep(self._packer.rest())
        self._bodies.seek(0)
        for some in _loads(self.laid):
            PlanChunk.objects.bulk_create(
                PlanChunk(
                    batch=self.batch, part=part, number=number, body=self._bodies.read(length)
                )
                for part, number, length in some
            )
        self.laid.clear()
        self._bodies.seek(0)


def _loads(laid: Iterable[Laid]) -> Iterator[list[Laid]]:
    """Blocks in their order, as many at a time as one statement writes."""
    load: list[Laid] = []
    held = 0
    for one in laid:
        if load and (held + one[2] > MOST_BYTES or len(load) >= MOST_BLOCKS):
            yield load
            load, held = [], 0
        load.append(one)
        held += one[2]
    if load:
        yield load


def opened(
    batch: Batch, part: str, *, numbers: Iterable[int] | None = None, as_tuples: bool = False
) -> Iterator[Any]:
    """The blocks of one part of a plan, in order; only those of ``numbers`` where they are given.

    ``as_tuples``: lists within a block come as tuples. Raises CannotOpen.
    """
    for block in _opened(batch, part, numbers, as_tuples=as_tuples):
        yield unfolded(block) if isinstance(block, dict) else block


def opened_parts(batch: Batch, part: str, prefix: str) -> Iterator[tuple[str, Any]]:
    """Part and block of ``part``, and of all parts that start with ``prefix``; one question.

    In order; lists within the blocks of the latter come as tuples.
    """
    found = batch.chunks.filter(Q(part=part) | Q(part__startswith=prefix))
    told = found.order_by("part", "number").values_list("part", "number", "body")
    for name, number, body in list(told):
        packed = unseal(place_of(batch.uid, name, number), bytes(body))
        yield name, unpacked(packed, name == part)


class PartReader:
    """Reads parts of a plan in the order in which they are wanted, small ones with one question.

    ``sizes``: the records of each part, in that order.
    """

    def __init__(self, batch: Batch, sizes: Mapping[str, int]) -> None:
        self.batch, self._sizes = batch, dict(sizes)
        self._read: dict[str, list[tuple[int, bytes]]] = {}

    def holds(self, part: str | None) -> bool:
        """Whether nothing is left to be asked before ``part`` is read."""
        return part not in self._sizes

    def hold(self, part: str | None) -> None:
        """Ask for a part, and for others that are wanted soon; asks nothing where it is held."""
        if not self.holds(part):
            self._fetch()

    def columns(self, part: str) -> Iterator[list[Sequence[Any]]]:
        """The blocks of a part ``create:`` as columns (see ``folding``). Raises CannotOpen."""
        return map(columns_in, self.records(part))

    def records(self, part: str) -> Iterator[Any]:
        """The blocks of a part that is held, in order, as they were kept.

        Raises CannotOpen, and LookupError for a part that is not held, was not announced, is not
        there, or was read before: what is not read would silently not be written.
        """
        if part not in self._read:
            raise LookupError(f"plan of batch {self.batch.uid}: no part {part!r} left to read")
        for number, body in self._read.pop(part):
            yield unpacked(unseal(place_of(self.batch.uid, part, number), body), True)

    def _fetch(self) -> None:
        some: list[str] = []
        count = 0
        while self._sizes and (not some or count + next(iter(self._sizes.values())) <= MOST_READ):
            some.append(next(iter(self._sizes)))
            count += self._sizes.pop(some[-1])
        found = self.batch.chunks.filter(part__in=some).order_by("part", "number")
        for part, number, body in found.values_list("part", "number", "body"):
            self._read.setdefault(part, []).append((number, bytes(body)))


def _opened(
    batch: Batch, part: str, numbers: Iterable[int] | None = None, *, as_tuples: bool = False
) -> Iterator[Any]:
    found = batch.chunks.filter(part=part).order_by("number")
    if numbers is not None:
        found = found.filter(number__in=list(numbers))
    for number, body in list(found.values_list("number", "body")):
        yield unpacked(unseal(place_of(batch.uid, part, number), bytes(body)), not as_tuples)


def records(batch: Batch, part: str, numbers: Iterable[int] | None = None) -> Iterator[Any]:
    """The records of one part of a plan, in order; only of the blocks ``numbers`` if given."""
    for block in opened(batch, part, numbers=numbers):
        yield from block


def some_records(batch: Batch, part: str, start: int, count: int) -> list[Any]:
    """``count`` records of a part from the ``start``-th on; opens only the blocks they are in."""
    blocks = range(start // SIZE, (start + count - 1) // SIZE + 1)
    first = start % SIZE
    return list(records(batch, part, blocks))[first : first + count]


def append(batch: Batch, part: str, added: list[Any]) -> None:
    """Put records into a new part of a saved plan, in the caller's transaction."""
    with ChunkWriter(batch) as writer:
        for record in added:
            writer.add(part, record)
        writer.add_to_database()


def parts_kept(batch: Batch, prefix: str) -> list[str]:
    """The parts of a plan whose name starts with ``prefix``."""
    names = batch.chunks.filter(part__startswith=prefix).values_list("part", flat=True)
    return sorted(set(names))


def size_of(batch: Batch, part: str) -> int:
    """How many records a part has; opens its last block."""
    last = batch.chunks.filter(part=part).order_by("number").values_list("number", flat=True).last()
    return 0 if last is None else last * SIZE + len(list(records(batch, part, [last])))


def put(batch: Batch, part: str, number: int, records: list[Any]) -> None:
    """Replace one block of a saved plan, in the caller's transaction."""
    body = sealed_block(batch, part, number, records)
    PlanChunk.objects.update_or_create(
        batch=batch, part=part, number=number, defaults={"body": body}
    )


def of_many(
    batches: Iterable[Batch], parts: Iterable[str]
) -> Iterator[tuple[Batch, str, list[Any]]]:
    """Batch, part and records of every block that many plans have in ``parts``; one question."""
    known = {batch.pk: batch for batch in batches}
    found = PlanChunk.objects.filter(batch__in=list(known), part__in=list(parts))
    in_order = found.order_by("batch_id", "part", "number")
    for pk, part, number, body in list(in_order.values_list("batch_id", "part", "number", "body")):
        block = unpacked(unseal(place_of(known[pk].uid, part, number), bytes(body)), True)
        yield known[pk], part, unfolded(block) if isinstance(block, dict) else block
