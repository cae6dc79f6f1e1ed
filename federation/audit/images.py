"""Images of many records at once: packed by column, sealed block by block, opened one by one."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgpack

from federation.audit.models import Change, CreationBlock, ImageBlock
from federation.bulk.keyed import keyed
from federation.bulk.services import insert_columns, reserve_ids
from federation.sealing.boxes import CannotOpen, seal, unseal

#: how many images are sealed together; to show one of them all are unpacked
SIZE = 1000
#: the operations of which one side only is to be kept, and that whole
ONE_SIDED = ("create", "delete")

Map = dict[str, Any] | None
Kind = type[ImageBlock] | type[CreationBlock]


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
        bodies.append(seal(_place(key), _packed(raw_images(names, some, told))))
        places += [Place(key, position) for position in range(len(some))]
    if bodies:
        insert_columns(ImageBlock, ("id", "body"), (keys, bodies))
    return places


class Raw(NamedTuple):
    """Images of many records as bytes: identifiers, what is to be compressed, and what is not."""

    uids: bytes
    rest: bytes
    apart: bytes


def sealed_creations(first: str, raw: Raw) -> bytes:
    """The images of all records of a block of creations, sealed for the one with uid ``first``.

    Other threads work meanwhile for the better part of it.
    """
    return seal(_place_of_creations(first), _packed(raw))


def raw_images(names: Sequence[str], uids: Sequence[str], columns: Sequence[Sequence[Any]]) -> Raw:
    """Ciphertexts and digests, which nothing makes smaller, stay out of what is compressed."""
    apart = {at: column for at, column in enumerate(columns) if _is_sealed(column)}
    rest = [() if at in apart else column for at, column in enumerate(columns)]
    together = bytes.fromhex("".join(uids))
    return Raw(together, msgpack.packb([names, rest]), msgpack.packb(apart))


def _is_sealed(column: Sequence[Any]) -> bool:
    """By the first value of the column that says anything."""
    return isinstance(next(filter(None, column), None), bytes)


def _packed(raw: Raw) -> bytes:
    small = zlib.compress(raw.rest, 1)
    # A list of three.
    packed: bytes = b"\x93" + msgpack.packb(raw.uids) + msgpack.packb(small) + raw.apart
    return packed


def unpacked(packed: bytes) -> tuple[list[str], bytes, list[Sequence[Any]]]:
    """What a block holds: names of columns, sixteen bytes for each uid, the columns."""
    uids, small, apart = msgpack.unpackb(packed, strict_map_key=False)
    names, columns = msgpack.unpackb(zlib.decompress(small))
    return names, uids, [apart.get(at, column) for at, column in enumerate(columns)]


def _place(block: int) -> str:
    return f"audit_imageblock.body.{block}"


def _place_of_creations(first: str) -> str:
    return f"audit_creationblock.body.{first}"


def place_in_row(column: str, uid: UUID | str) -> str:
    """What a single image is bound to: the change that it stands in."""
    return f"audit_change.{column}.{uid if isinstance(uid, str) else uid.hex}"


class Images:
    """Opens some changes; a block is read and unpacked once for all of them that are in it."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._wanted: dict[Kind, set[int]] = {ImageBlock: set(), CreationBlock: set()}
        for change in changes:
            kind, key = _block_of(change)
            if key is not None:
                self._wanted[kind].add(key)
        self._unpacked: dict[tuple[Kind, int], Any] = {}
        self._bodies: dict[Kind, dict[int, tuple[str, bytes]]] = {}

    def of(self, change: Change) -> tuple[Map, Map]:
        """What stood before and after ``change``, one of those given. Raises CannotOpen."""
        kind, key = _block_of(change)
        if key is None:
            return _single("before", change), _single("after", change)
        image = self._image(change, self._block(kind, key))
        return (None, image) if change.operation == "create" else (image, None)

    def _sealed(self, kind: Kind, key: int) -> tuple[str, bytes] | None:
        """What a block holds, and what it is bound to."""
        if kind not in self._bodies:
            found = keyed(kind._base_manager.all(), "id", self._wanted[kind])
            name = "id" if kind is ImageBlock else "first_uid"
            self._bodies[kind] = {
                own: (_bound_to(kind, told), bytes(body))
                for own, told, body in found.values_list("id", name, "body")
            }
        return self._bodies[kind].get(key)

    @staticmethod
    def _image(change: Change, block: Any) -> dict[str, Any]:
        names, uids, columns = block
        at = change.position
        # A change that was turned to the image of another record does not open.
        if at is None or uids[16 * at : 16 * at + 16] != change.object_uid.bytes:
            raise CannotOpen(place_in_row("block", change.uid))
        return {name: column[at] for name, column in zip(names, columns, strict=True)}

    def _block(self, kind: Kind, key: int) -> Any:
        if (kind, key) not in self._unpacked:
            sealed = self._sealed(kind, key)
            if sealed is None:
                raise CannotOpen(f"{kind._meta.db_table}.body.{key}")
            self._unpacked[kind, key] = unpacked(unseal(*sealed))
        return self._unpacked[kind, key]


def _bound_to(kind: Kind, told: Any) -> str:
    return _place(told) if kind is ImageBlock else _place_of_creations(told.hex)


def _block_of(change: Change) -> tuple[Kind, int | None]:
    """Where the image of a change lies that does not hold it itself."""
    if change.made_in is not None:
        return CreationBlock, change.made_in
    return ImageBlock, change.block_id


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
