"""A block of a plan as bytes: msgpack made small, sealed values beside it, bound to its place."""

import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID

import msgpack

from federation.exchange.folding import apart, together
from federation.exchange.models import Batch
from federation.sealing.boxes import seal

#: so many blocks at most are being packed
MOST_PACKING = 3
# How a list of two begins; what zlib packs begins otherwise.
_IN_TWO = b"\x92"


def place_of(batch: UUID, part: str, number: int) -> str:
    """What a block is bound to."""
    return f"plan|{batch.hex}|{part}|{number}"


class Packer:
    """Packs and seals blocks in a thread of its own: that lets others make the next one meanwhile.

    What is packed comes back in the order in which it was taken, each under its name.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "packer")
        self._under_way: deque[tuple[Any, Future[bytes]]] = deque()

    def take(self, name: Any, place: str, block: Any) -> Iterator[tuple[Any, bytes]]:
        """Take a block; gives back those that are packed by now, at least all but a few."""
        self._under_way.append((name, self._thread.submit(_sealed, place, *_as_bytes(block))))
        return self._packed(MOST_PACKING)

    def rest(self) -> Iterator[tuple[Any, bytes]]:
        """Whatever was not given back yet."""
        return self._packed(0)

    def close(self) -> None:
        """Leave what is not packed."""
        self._thread.shutdown(cancel_futures=True)

    def _packed(self, most: int) -> Iterator[tuple[Any, bytes]]:
        waiting = self._under_way
        while waiting and (len(waiting) > most or waiting[0][1].done()):
            name, packing = waiting.popleft()
            yield name, packing.result()


def sealed_block(batch: Batch, part: str, number: int, block: Any) -> bytes:
    """A block as it lies in the database."""
    return _sealed(place_of(batch.uid, part, number), *_as_bytes(block))


def _as_bytes(block: Any) -> tuple[bytes, bytes]:
    """A block as bytes: what can be made smaller, and the sealed values apart if there are any."""
    rest, sealed = apart(block) if isinstance(block, dict) else (block, {})
    return msgpack.packb(rest), msgpack.packb(sealed) if sealed else b""


def _sealed(place: str, rest: bytes, sealed: bytes) -> bytes:
    packed = zlib.compress(rest, 1)
    if sealed:
        # A list of two: these bytes, and the map as it is.
        packed = _IN_TWO + msgpack.packb(packed) + sealed
    return seal(place, packed)


def unpacked(packed: bytes, use_list: bool) -> Any:
    """What was packed into a block, be it records or columns."""
    sealed = {}
    if packed[:1] == _IN_TWO:
        packed, sealed = msgpack.unpackb(packed, strict_map_key=False)
    block = msgpack.unpackb(zlib.decompress(packed), strict_map_key=False, use_list=use_list)
    return together(block, sealed) if isinstance(block, dict) else block
