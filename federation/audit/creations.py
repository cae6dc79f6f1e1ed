"""Creations of an import, a thousand at a time: one row of the log instead of one for each.

An import makes hundreds of thousands of records of which nothing is to be told but that they stand
now, whose they are, by whom and since when. Told one by one that took a third of its time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import Max

from federation.audit.images import SIZE, raw_images, sealed_creations
from federation.audit.models import Change, CreationBlock, CreationPlace
from federation.bulk.services import draw_ids, insert_columns, tell_last

#: bytes of blocks, before they are compressed, that wait to be written together
MOST_HELD = 24 * 1024 * 1024
#: bytes of an identifier, and how the keys of organisations lie behind each other
WIDTH, KEY = 16, "<i8"
_OF_BLOCK = (
    "id", "count", "first_uid", "last_uid", "uids", "organisations", "branches", "body",
    "batch", "actor_id", "actor_label", "at", "model",
)  # fmt: skip


class MadeRecords(NamedTuple):
    """New records of one model, column by column; ``names`` are those of ``columns``.

    ``uids`` are 32 hexadecimal digits each, the values plain as of ``snapshot``.
    """

    model: str
    uids: Sequence[str]
    organisation_ids: Sequence[int | None]
    branch_ids: Sequence[int | None]
    names: Sequence[str]
    columns: Sequence[Sequence[Any]]

    def part(self, start: int, end: int) -> "MadeRecords":
        """Those from ``start`` up to ``end``."""
        some = slice(start, end)
        owners, branches = self.organisation_ids[some], self.branch_ids[some]
        columns = [column[some] for column in self.columns]
        return MadeRecords(self.model, self.uids[some], owners, branches, self.names, columns)


class Creations:
    """What an import makes on its way into the log: sealed as it comes, written many at once.

    It is sealed in a thread of its own, beside the making of what comes next.
    """

    def __init__(self, by: tuple[Any, ...]) -> None:
        """``by``: batch, account, its label and the moment, as both engines take them."""
        self.by = by
        self._clear()

    def _clear(self) -> None:
        # It ends with what was given to it, or is forgotten with this.
        self._thread = ThreadPoolExecutor(1, "log")
        self.blocks: list[tuple[Any, ...]] = []
        self.places: list[list[tuple[int, int]]] = []
        self.held = 0

    def take(self, made: MadeRecords) -> None:
        """Make new records ready for the log; nothing is written yet."""
        for start in range(0, len(made.uids), SIZE):
            part = made.part(start, start + SIZE)
            raw = raw_images(part.names, part.uids, part.columns)
            first, *rest = _told(part)
            body = self._thread.submit(sealed_creations, rest[0], raw)
            self.blocks.append(((first, *rest), body, (*self.by, made.model)))
            self.places.append(list(_places(part)))
            self.held += sum(map(len, raw))

    def keep(self) -> None:
        """Write what was taken, in the transaction of the records: a few statements."""
        self._thread.shutdown()
        keys = draw_ids(Change, len(self.blocks))
        if keys:
            blocks = [(*told, body.result(), *by) for told, body, by in self.blocks]
            columns = list(zip(*blocks, strict=True))
            insert_columns(CreationBlock, _OF_BLOCK, [keys, *columns])
        both = zip(keys, self.places, strict=True)
        places = [(owner, key, count) for key, told in both for owner, count in told]
        if places:
            names = ("organisation_id", "block_id", "count")
            insert_columns(CreationPlace, names, list(zip(*places, strict=True)))
        self._clear()


def _told(part: MadeRecords) -> tuple[Any, ...]:
    """What a block says of its own records, from ``count`` up to ``body``."""
    uids = bytes.fromhex("".join(part.uids))
    owners, branches = (_keys(ids) for ids in (part.organisation_ids, part.branch_ids))
    first, last = min(part.uids), max(part.uids)
    return len(part.uids), first, last, uids, owners, branches


def _keys(ids: Sequence[int | None]) -> bytes:
    return np.array([key or 0 for key in ids], KEY).tobytes() if any(ids) else b""


def _places(part: MadeRecords) -> Iterable[tuple[int, int]]:
    counted = Counter(part.organisation_ids)
    return ((owner, count) for owner, count in counted.items() if owner is not None)


def uids_in(block: CreationBlock) -> Iterator[bytes]:
    """The identifiers of its records, sixteen bytes each, in their order."""
    uids = bytes(block.uids)
    return (uids[at : at + WIDTH] for at in range(0, len(uids), WIDTH))


def owners_in(block: CreationBlock, column: str = "organisations") -> list[int | None]:
    """The organisation (or branch) of each of its records."""
    packed = bytes(getattr(block, column))
    if not packed:
        return [None] * block.count
    return [key or None for key in np.frombuffer(packed, KEY).tolist()]


def changes_in(block: CreationBlock, positions: Iterable[int]) -> list[Change]:
    """The creations at these positions as changes; ``federation.audit.images`` opens them."""
    uids = bytes(block.uids)
    owners, branches = owners_in(block), owners_in(block, "branches")
    names = [column.attname for column in Change._meta.concrete_fields]
    common = {
        "id": block.pk, "batch": block.batch, "actor_id": block.actor_id,
        "actor_label": block.actor_label, "at": block.at, "model": block.model,
        "operation": Change.Operation.CREATE.value,
    }  # fmt: skip
    found = []
    for at in positions:
        uid = UUID(bytes=uids[WIDTH * at : WIDTH * at + WIDTH])
        own = {"uid": uid, "object_uid": uid, "organisation_id": owners[at]}
        told = {**common, **own, "branch_id": branches[at], "position": at}
        change = Change.from_db(None, names, [told.get(name) for name in names])
        change.made_in = block.pk
        found.append(change)
    return found


def keep_in_line(**_told: Any) -> None:
    """After migrations: keys of changes go on above those of blocks.

    SQLite alters a table by making it anew, and then knows only the keys that stand in its rows.
    """
    table = CreationBlock._meta.db_table
    if connection.vendor == "sqlite" and table in connection.introspection.table_names():
        last = CreationBlock.objects.aggregate(last=Max("pk"))["last"]
        if last is not None:
            tell_last(Change, last)
