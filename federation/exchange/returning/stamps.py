"""The hidden stamp of a row that was handed out: which row of which batch it is, sealed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from datetime import date, datetime, time
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

import msgpack

from federation.exchange.cleaners.text import NO_VALUE, as_text
from federation.sealing.boxes import CannotOpen, seal, unseal

#: what every stamp begins with; a cell like this is looked at
MARK = "flz1."
#: how a formula without a result is handed out: it must not come back as a blank cell
NO_RESULT = "#VALUE!"
_PLACE = "returned|row"
_SIZE, _CELL_SIZE = 8, 4


class Trace(NamedTuple):
    """A cell of a row that is read: its column in the worksheet (from 0; None where that has none)
    and among those of the copy, the prints of both when they were handed out, the unit of money
    that the copy says behind the number, and whether rows are told apart by this cell."""

    at: int | None
    copy: int
    was: bytes
    said: bytes
    unit: str = ""
    is_name: bool = False


class Stamp(NamedTuple):
    """Where a row came from, and what it was like when it was handed out.

    ``sheet`` and ``row``: its worksheet by number in the plan and the row in it; ``name``: a digest
    of what that worksheet is called. ``was`` is the print of the row there, ``written`` that of the
    row handed out, whose cells begin ``said`` columns from the left and are ``width``. ``traces``:
    cell by cell, so that it is seen which one somebody changed.
    """

    batch: UUID
    sheet: int
    row: int
    name: bytes
    was: bytes
    written: bytes
    said: int
    width: int
    traces: Sequence[Trace] = ()


def sealed(stamp: Stamp) -> str:
    """The stamp as a cell holds it."""
    packed = msgpack.packb([stamp.batch.bytes, *stamp[1:]])
    return MARK + urlsafe_b64encode(seal(_PLACE, packed)).decode("ascii")


def opened(cell: str) -> Stamp | None:
    """The stamp in a cell; None for one that was not sealed here."""
    try:
        packed = unseal(_PLACE, urlsafe_b64decode(cell[len(MARK) :].strip()))
    except (CannotOpen, NotBase64, ValueError):
        return None
    batch, *rest, traces = msgpack.unpackb(packed)
    return Stamp._make([UUID(bytes=batch), *rest, [Trace(*one) for one in traces]])


def is_stamp(cell: Any) -> bool:
    """Whether a cell says that it is a stamp."""
    return isinstance(cell, str) and cell.startswith(MARK)


def print_of(cells: Sequence[Any]) -> bytes:
    """A few bytes that are the same for the same cells, in whatever format they are kept."""
    text = "\x1f".join(map(shown, cells)).rstrip("\x1f")
    return _digest(text)


def print_of_cell(cell: Any) -> bytes:
    """A few bytes for what stands in one cell."""
    return _digest(shown(cell), _CELL_SIZE)


def print_of_name(name: str) -> bytes:
    """A few bytes for what a worksheet is called."""
    return _digest(name.strip())


def _digest(text: str, size: int = _SIZE) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).digest()


def shown(cell: Any) -> str:
    """What stands in a cell, the same for the same thing in whatever format it is kept."""
    if cell is NO_VALUE or cell == NO_RESULT:
        return ""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return as_text(cell).replace("\r", "").strip()
