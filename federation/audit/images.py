"""Images of many records at once: packed by column, sealed block by block, opened one by one."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

import msgpack

from federation.audit.models import Change, ImageBlock
from federation.bulk.keyed import keyed
from federation.bulk.services import insert_columns, reserve_ids
from federation.sealing.boxes import CannotOpen, seal, unseal

#: how many images are sealed together; to show one of them all are unpacked
SIZE = 1000
#: the operations of which one side only is to be kept, and that whole
ONE_SIDED = ("create", "delete")

Map = dict[str, Any] | None


class Place(NamedTuple):
    """Where an image is: the key of its block, and its number among those in it."""

    block: int
    position: int


def keep_images(
    names: Sequence[str], uids: Sequence[str], columns: Sequence[Sequence[Any]]
) -> list[Place]:
    """Seal one image for each of ``uids`` (32 hexadecimal digits): plain values by column."""
    starts = range(0, len(uids), SIZE)
    keys = reserve_ids(ImageBlock, len(starts))
    places, bodies = [], []
    for key, start in zip(keys, starts, strict=True):
        some, end = uids[start : start + SIZE], start + SIZE
        told = [column[start:end] for column in columns]
        bodies.append(seal(_place(key), _packed(names, some, told)))
        places += [Place(key, position) for position in range(len(some))]
    if bodies:
        insert_columns(ImageBlock, ("id", "body"), (keys, bodies))
    return places


def _packed(names: Sequence[str], uids: Sequence[str], columns: list[Sequence[Any]]) -> bytes:
    """Ciphertexts and digests, which nothing makes smaller, stay out of what is compressed."""
    apart = {at: column for at, column in enumerate(columns) if bytes in set(map(type, column))}
    rest = [() if at in apart else column for at, column in enumerate(columns)]
    small = zlib.compress(msgpack.packb([names, rest]), 1)
    packed: bytes = msgpack.packb([bytes.fromhex("".join(uids)), small, apart])
    return packed


def unpacked(packed: bytes) -> tuple[list[str], bytes, list[Sequence[Any]]]:
    """What a block holds: names of columns, sixteen bytes for each uid, the columns."""
    uids, small, apart = msgpack.unpackb(packed, strict_map_key=False)
    names, columns = msgpack.unpackb(zlib.decompress(small))
    return names, uids, [apart.get(at, column) for at, column in enumerate(columns)]


def _place(block: int) -> str:
    return f"audit_imageblock.body.{block}"


def place_in_row(column: str, uid: UUID | str) -> str:
    """What a single image is bound to: the change that it stands in."""
    return f"audit_change.{column}.{uid if isinstance(uid, str) else uid.hex}"


class Images:
    """Opens some changes; a block is read and unpacked once for all of them that are in it."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._wanted = {change.block_id for change in changes if change.block_id is not None}
        self._unpacked: dict[int, Any] = {}

    def of(self, change: Change) -> tuple[Map, Map]:
        """What stood before and after ``change``, one of those given. Raises CannotOpen."""
        if change.block_id is None:
            return _single("before", change), _single("after", change)
        image = self._image(change)
        return (None, image) if change.operation == "create" else (image, None)

    @cached_property
    def _bodies(self) -> dict[int, bytes]:
        found = keyed(ImageBlock.objects.all(), "id", self._wanted)
        return {key: bytes(body) for key, body in found.values_list("id", "body")}

    def _image(self, change: Change) -> dict[str, Any]:
        names, uids, columns = self._block(change.block_id)
        at = change.position
        # A change that was turned to the image of another record does not open.
        if at is None or uids[16 * at : 16 * at + 16] != change.object_uid.bytes:
            raise CannotOpen(place_in_row("block", change.uid))
        return {name: column[at] for name, column in zip(names, columns, strict=True)}

    def _block(self, key: Any) -> Any:
        if key not in self._unpacked:
            if key not in self._bodies:
                raise CannotOpen(_place(key))
            self._unpacked[key] = unpacked(unseal(_place(key), self._bodies[key]))
        return self._unpacked[key]


def _single(column: str, change: Change) -> Map:
    sealed = getattr(change, column)
    if sealed is None:
        return None
    found: Map = msgpack.unpackb(unseal(place_in_row(column, change.uid), sealed))
    return found


def opened(changes: Sequence[Change]) -> Iterator[tuple[Change, Map, Map]]:
    """All changes with what stood before and after them. Raises CannotOpen."""
    images = Images(changes)
    return ((change, *images.of(change)) for change in changes)
