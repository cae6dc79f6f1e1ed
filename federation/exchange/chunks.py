"""A batch's plan in the database: sealed blocks of 2,000 records, written and read as streams.

A block is zlib-packed msgpack, sealed for ``plan|batch|part|number``: no cell of a workbook lies
open in the database, and a block moved to another batch does not open.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import msgpack

from federation.exchange.models import Batch, PlanChunk
from federation.sealing.boxes import seal, unseal

SIZE = 2000
#: how many blocks one statement writes
AT_ONCE = 20


def _place(batch: UUID, part: str, number: int) -> str:
    return f"plan|{batch.hex}|{part}|{number}"


class ChunkWriter:
    """Collects the records of a plan by part and seals them block by block as they come."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.waiting: dict[str, list[Any]] = {}
        self.made: list[PlanChunk] = []
        self.numbers: dict[str, int] = {}
        self.sizes: Counter[str] = Counter()

    def add(self, part: str, record: Any) -> None:
        """One record (anything msgpack holds) at the end of ``part``."""
        block = self.waiting.setdefault(part, [])
        self.sizes[part] += 1
        block.append(record)
        if len(block) >= SIZE:
            self._seal(part)

    def add_block(self, part: str, block: Any) -> None:
        """A whole block of ``part`` (anything msgpack holds); its records may be columns."""
        self.made.append(self._chunk(part, block))

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
        self.made.append(self._chunk(part, self.waiting.pop(part)))

    def _chunk(self, part: str, block: Any) -> PlanChunk:
        number = self.numbers.get(part, 0)
        self.numbers[part] = number + 1
        packed = zlib.compress(msgpack.packb(block), 1)
        body = seal(_place(self.batch.uid, part, number), packed)
        return PlanChunk(batch=self.batch, part=part, number=number, body=body)

    def save(self) -> None:
        """Replace what the database holds of this plan, in the caller's transaction."""
        self.batch.chunks.all().delete()
        self.add_to_database()

    def add_to_database(self) -> None:
        """Write the blocks beside those that are there."""
        for part in list(self.waiting):
            self._seal(part)
        PlanChunk.objects.bulk_create(self.made, batch_size=AT_ONCE)


def opened(
    batch: Batch, part: str, *, numbers: Iterable[int] | None = None, as_tuples: bool = False
) -> Iterator[Any]:
    """The blocks of one part of a plan, in order; only those of ``numbers`` where they are given.

    ``as_tuples``: lists within a block come as tuples. Raises CannotOpen.
    """
    found = batch.chunks.filter(part=part).order_by("number")
    if numbers is not None:
        found = found.filter(number__in=list(numbers))
    for number, body in list(found.values_list("number", "body")):
        packed = zlib.decompress(unseal(_place(batch.uid, part, number), bytes(body)))
        yield msgpack.unpackb(packed, strict_map_key=False, use_list=not as_tuples)


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
    writer = ChunkWriter(batch)
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
    body = seal(_place(batch.uid, part, number), zlib.compress(msgpack.packb(records), 1))
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
        packed = zlib.decompress(unseal(_place(known[pk].uid, part, number), bytes(body)))
        yield known[pk], part, msgpack.unpackb(packed, strict_map_key=False)
