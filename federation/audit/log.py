"""Reading the change log: single changes and the creations of imports, in one line.

A creation is read as a ``Change`` like any other; it is told apart by ``made_in`` alone.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from federation.audit.creations import changes_in, uids_in
from federation.audit.models import Change, CreationBlock
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks

#: of so few records each is looked for by itself
FEW = 50
#: how many blocks are held at a time
AT_ONCE = 200
EVERY = Q()


def place_of(change: Change) -> tuple[int, int]:
    """Where a change stands in the log; those of one block behind each other."""
    return change.pk, change.position or 0 if change.made_in is not None else 0


def changes_about(uids: Collection[UUID], where: Q = EVERY) -> list[Change]:
    """All changes of some records, the oldest first; ``where`` is asked of both kinds.

    It may name what both have: batch, actor, actor_label, at, model.
    """
    rows = keyed(Change.objects.filter(where), "object_uid", uids)
    return sorted([*rows, *creations_about(uids, where)], key=place_of)


def creations_about(uids: Collection[UUID], where: Q = EVERY) -> list[Change]:
    """How imports made some records, of those that were made by one in a block."""
    wanted = {uid.bytes for uid in uids}
    found: list[Change] = []
    for block in _blocks_about(wanted, CreationBlock.objects.filter(where)):
        positions = [at for at, uid in enumerate(uids_in(block)) if uid in wanted]
        if positions:
            found += changes_in(block, positions)
    return found


def _blocks_about(
    wanted: Collection[bytes], blocks: QuerySet[CreationBlock]
) -> Iterator[CreationBlock]:
    """Blocks in which one of these records may be: few are asked for singly, many by ranges."""
    if not wanted:
        return
    told = sorted(map(_uid, wanted))
    if len(told) <= FEW:
        around = Q(pk__in=[])
        for uid in told:
            around |= Q(last_uid__gte=uid, first_uid__lte=uid)
        yield from without_images(blocks.filter(around))
        return
    within = blocks.filter(last_uid__gte=told[0], first_uid__lte=told[-1])
    ranges = within.values_list("pk", "first_uid", "last_uid")
    keys = [pk for pk, first, last in ranges if _has_any(told, first, last)]
    for some in in_blocks(keys, AT_ONCE):
        yield from without_images(CreationBlock.objects.filter(pk__in=some))


def _uid(packed: bytes) -> UUID:
    return UUID(bytes=packed)


def _has_any(told: list[UUID], first: UUID, last: UUID) -> bool:
    at = bisect_left(told, first)
    return at < len(told) and told[at] <= last


def without_images(blocks: QuerySet[CreationBlock]) -> QuerySet[CreationBlock]:
    """The blocks in their order, what is sealed in them left where it is."""
    return blocks.defer("body").order_by("pk")


def creations_of(batch: UUID) -> Iterator[Change]:
    """The creations of an import in their order."""
    blocks = without_images(CreationBlock.objects.filter(batch=batch))
    for block in blocks.iterator(chunk_size=AT_ONCE):
        yield from changes_in(block, range(block.count))


def made_uids(batch: UUID, **only: Any) -> list[UUID]:
    """The records that an import made in blocks; ``only``: of one model, for example."""
    packed = CreationBlock.objects.filter(batch=batch, **only).order_by("pk")
    return [_uid(uid) for block in packed.only("uids") for uid in uids_in(block)]


def changes_of(batch: UUID) -> list[Change]:
    """All changes of an import, the newest first."""
    rows: Iterable[Change] = Change.objects.filter(batch=batch)
    return sorted([*rows, *creations_of(batch)], key=place_of, reverse=True)


def once_changed(batch: UUID) -> list[Change]:
    """Of an import the changes of records that it changed only once, the newest first.

    What has been taken back bears a second change of the same batch, and is not read.
    """
    mine = Change.objects.filter(batch=batch)
    told = mine.order_by().values("object_uid").annotate(times=Count("pk"))
    # Nobody takes back what was neither made nor changed: the only change there is a block's.
    rows = mine.filter(object_uid__in=told.filter(times=1).values("object_uid"))
    rows = rows.exclude(operation=Change.Operation.DELETE)
    made = {one.object_uid for one in creations_about({c.object_uid for c in rows}, Q(batch=batch))}
    found = [change for change in rows if change.object_uid not in made]
    for block in without_images(CreationBlock.objects.filter(batch=batch)).iterator(AT_ONCE):
        uids = list(map(_uid, uids_in(block)))
        again = set(keyed(mine, "object_uid", uids).values_list("object_uid", flat=True))
        found += changes_in(block, [at for at, uid in enumerate(uids) if uid not in again])
    return sorted(found, key=place_of, reverse=True)
