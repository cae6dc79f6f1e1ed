"""Rows in the binary format of PostgreSQL's COPY: for tables that hold ciphertext.

As text each of its bytes takes two letters, which the server reads four times as slowly.
"""

import io
import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

from django.db import DataError, connection, models

from federation.bulk.copying import pieces, sending

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_LONG, _INT, _SHORT = (struct.Struct(sort).pack for sort in ("!iq", "!ii", "!ih"))
_SIZE, _COUNT = struct.Struct("!i").pack, struct.Struct("!h").pack
_NULL, _END = _SIZE(-1), _COUNT(-1)
_UUID, _TRUE, _FALSE = _SIZE(16), _SIZE(1) + b"\1", _SIZE(1) + b"\0"
#: the day and the moment from which PostgreSQL counts
_FIRST_DAY, _FIRST_MOMENT = date(2000, 1, 1).toordinal(), datetime(2000, 1, 1, tzinfo=UTC)


def is_binary(sorts: Iterable[str | None]) -> bool:
    """Whether columns of these types (``db_type``) are written like this, and are worth it."""
    bare = [_bare(sort) for sort in sorts]
    return "bytea" in bare and all(sort in _WRITERS for sort in bare)


def copying_binary(
    table: str,
    names: Sequence[str],
    sorts: Sequence[str | None],
    columns: Sequence[Sequence[Any]],
    constant: Sequence[Any] = (),
    by: Sequence[str] | None = None,
) -> Callable[[Any], None]:
    """``copying.copying`` in binary; ``sorts`` are the types of ``names``. Raises DataError.

    ``by``: a text of each row, in whose order they are sent.
    """
    writers = [_WRITERS[_bare(sort)] for sort in sorts]
    tail = b"".join(
        _one(write, value) for write, value in zip(writers[len(columns) :], constant, strict=True)
    )
    between = tail + _COUNT(len(names))
    cells = [_column(write, column) for write, column in zip(writers, columns, strict=False)]
    text = io.BytesIO()
    text.write(HEAD + _COUNT(len(names)))
    lines: Iterable[bytes] = map(b"".join, zip(*cells, strict=True))
    if by is not None:
        lines = map(itemgetter(1), sorted(zip(by, lines, strict=True), key=itemgetter(0)))
    for some in pieces(lines):
        # Between two rows stands what ends one and begins the other; so it does after the last.
        text.write(between.join([*some, b""]))
    text.seek(-2, io.SEEK_END)
    text.write(_END)
    quote = connection.ops.quote_name
    told = ", ".join(map(quote, names))
    statement = f"COPY {quote(table)} ({told}) FROM STDIN WITH (FORMAT binary)"
    return sending(statement, text)


def types_of(model: type[models.Model], attnames: Iterable[str]) -> list[str | None]:
    """The types of columns in the database, by attribute name. Raises KeyError."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [fields[name].db_type(connection) for name in attnames]


def _bare(sort: str | None) -> str:
    return (sort or "").partition("(")[0]


def _column(write: Callable[[Any], bytes], values: Sequence[Any]) -> list[bytes]:
    """The cells of a column; equal values are written once where there are few of them."""
    sorts = set(map(type, values))
    if sorts == {bytes}:
        return [_SIZE(len(value)) + value for value in values]
    if len(sorts - {type(None)}) == 1 and 2 * len(distinct := set(values)) < len(values):
        known = {value: _one(write, value) for value in distinct}
        return [known[value] for value in values]
    if sorts == {str} and write is _text:
        texts = [value.encode() for value in values]
        return [_SIZE(len(text)) + text for text in texts]
    return [_one(write, value) for value in values]


def _one(write: Callable[[Any], bytes], value: Any) -> bytes:
    try:
        return _NULL if value is None else write(value)
    except (struct.error, ValueError) as error:
        raise DataError(f"a value does not fit its column: {error}") from error


def _text(value: Any) -> bytes:
    text = str(value).encode()
    return _SIZE(len(text)) + text


def _bytes(value: Any) -> bytes:
    raw = bytes(value)
    return _SIZE(len(raw)) + raw


def _uuid(value: Any) -> bytes:
    return _UUID + bytes.fromhex(str(value).replace("-", ""))


def _date(value: Any) -> bytes:
    day = value if type(value) is date else date.fromisoformat(str(value))
    return _INT(4, day.toordinal() - _FIRST_DAY)


def _moment(value: Any) -> bytes:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    # Without a zone it is told by the clock of the connection, as PostgreSQL takes its text.
    since = (at if at.tzinfo else at.replace(tzinfo=connection.timezone or UTC)) - _FIRST_MOMENT
    return _LONG(8, (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


_WRITERS: dict[str, Callable[[Any], bytes]] = {
    "bigint": lambda value: _LONG(8, int(value)),
    "integer": lambda value: _INT(4, int(value)),
    "smallint": lambda value: _SHORT(2, int(value)),
    "boolean": lambda value: _TRUE if value else _FALSE,
    "varchar": _text,
    "text": _text,
    "bytea": _bytes,
    "uuid": _uuid,
    "date": _date,
    "timestamp with time zone": _moment,
}
