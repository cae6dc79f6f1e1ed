"""What a workbook given out carries of itself: its stamp, and what its masked cells stand for.

Both are sealed with the ring of this installation. A stamp says which table the file is, of whom
and of when, so that an old copy is known when it comes back. A companion stands beside a row with
masked cells: nobody reads it, but the row can return as it left.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

import msgpack

from federation.exchange.cleaners.text import as_text, squash
from federation.exchange.declare import Sheet
from federation.sealing.boxes import CannotOpen, seal, unseal

STAMP = "exchange.stamp"
#: the heading of the hidden column that holds companions
COMPANION = "校验码（请勿改动）"
#: sheets of ours beside the table: nothing of them is imported, and nobody is told of them
HINTS_SHEET, OPTIONS_SHEET, STAMP_SHEET = BESIDE = ("填写说明", "选项", "模板信息")
MARK = "stamp1."
LONGEST = 2_000


class Stamp(NamedTuple):
    """Which table, with which columns, of which organisation, made when and for whom."""

    sheet: str
    columns: str
    organisation: UUID
    made_at: datetime
    user: UUID | None


def columns_hash(sheet: type[Sheet]) -> str:
    """The same as long as the columns of a table and their headings are."""
    told = "\x1f".join(f"{column.key}={column.heading}" for column in sheet.columns)
    return blake2b(told.encode(), digest_size=8).hexdigest()


def seal_stamp(stamp: Stamp) -> str:
    """The stamp as it stands in a cell."""
    user = stamp.user.hex if stamp.user else None
    told = (stamp.sheet, stamp.columns, stamp.organisation.hex, stamp.made_at.isoformat(), user)
    return MARK + _text(STAMP, told)


def read_stamp(text: str) -> Stamp | None:
    """The stamp in a cell; None for anything else, also for one of another installation."""
    told = _told(STAMP, text[len(MARK) :]) if text.startswith(MARK) else None
    if told is None:
        return None
    sheet, columns, organisation, made_at, user = told
    moment = datetime.fromisoformat(made_at)
    return Stamp(sheet, columns, UUID(organisation), moment, UUID(user) if user else None)


def stamp_among(rows: Iterable[Iterable[Any]]) -> Stamp | None:
    """The first stamp that stands in ``rows``."""
    cells = (cell for row in rows for cell in row if isinstance(cell, str))
    return next(filter(None, map(read_stamp, cells)), None)


def seal_companion(sheet: str, code: str, names: str, full: Mapping[str, str]) -> str:
    """What masked cells of one row stand for, by key.

    Bound to the table, the organisation and the ``names`` in the row: a number belongs to nobody
    else, whatever row it is copied to.
    """
    return _text(_companion(sheet, code), (names, dict(full)))


def open_companion(sheet: str, code: str, names: str, text: str) -> Mapping[str, str]:
    """``full`` of ``seal_companion``; nothing when it is not one of this table, place and name."""
    bound, full = _told(_companion(sheet, code), text) or ("", {})
    return full if bound == names else {}


def names_in(sheet: type[Sheet], cells: Mapping[str, Any]) -> str:
    """The names of people in a row, given by key, as companions are bound to them."""
    keys = [column.key for column in sheet.columns if column.clean.kind == "name"]
    return "\x1f".join(squash(as_text(cells.get(key))) for key in keys)


def _companion(sheet: str, code: str) -> str:
    return f"exchange.companion.{sheet}.{code}"


def _text(place: str, told: Any) -> str:
    return urlsafe_b64encode(seal(place, msgpack.packb(told))).decode()


def _told(place: str, text: str) -> Any:
    if not 0 < len(text) <= LONGEST:
        return None
    try:
        return msgpack.unpackb(unseal(place, urlsafe_b64decode(text)))
    except (Error, CannotOpen, ValueError):
        return None
