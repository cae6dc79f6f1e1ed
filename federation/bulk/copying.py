"""Rows as the text that PostgreSQL's COPY reads, made column by column."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.db import connection

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_BLOCK = 1 << 20

Line = TypeVar("Line", str, bytes)


def copy_rows(
    table: str,
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    constant: Sequence[Any] = (),
) -> None:
    """Write ``rows`` into the first columns of ``names``, ``constant`` into those that are left.

    Raises the errors of ``django.db``, as a statement would.
    """
    copy_columns(table, names, list(zip(*rows, strict=True)), constant)


def copy_columns(
    table: str,
    names: Sequence[str],
    columns: Sequence[Sequence[Any]],
    constant: Sequence[Any] = (),
) -> None:
    """The same of rows that are given column by column."""
    send = copying(table, names, columns, constant)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        send(cursor)


def copying(
    table: str,
    names: Sequence[str],
    columns: Sequence[Sequence[Any]],
    constant: Sequence[Any] = (),
) -> Callable[[Any], None]:
    """The same made ready, to be sent with a cursor; that may be done in another thread."""
    tail = "".join("\t" + written(value) for value in constant) + "\n"
    lines = map("\t".join, zip(*map(column_text, columns), strict=True))
    text = io.BytesIO()
    for some in pieces(lines):
        # Every line ends with the tail, the last one as well.
        text.write(tail.join([*some, ""]).encode())
    quote = connection.ops.quote_name
    statement = f"COPY {quote(table)} ({', '.join(map(quote, names))}) FROM STDIN"
    return sending(statement, text)


def sending(statement: str, text: io.BytesIO) -> Callable[[Any], None]:
    """COPY with what it is to read, to be run with a cursor."""

    def send(cursor: Any) -> None:
        text.seek(0)
        cursor.copy_expert(statement, text, _BLOCK)

    return send


def pieces(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Some lines at a time: of all of them only the bytes are to stand together."""
    some: list[Line] = []
    held = 0
    for line in lines:
        some.append(line)
        held += len(line)
        if held > _BLOCK:
            yield some
            some, held = [], 0
    yield some


def column_text(values: Sequence[Any]) -> Iterable[str]:
    """The values of one column as COPY reads them; what they are is asked of all at once."""
    sorts = set(map(type, values))
    if sorts == {int}:
        return list(map(str, values))
    if sorts == {str} and is_plain(values):
        return values
    if sorts == {bytes}:
        # One by one: in letters they are twice as long.
        return ("\\\\x" + value.hex() for value in values)
    if len(sorts - {type(None)}) == 1 and 2 * len(distinct := set(values)) < len(values):
        texts = {value: written(value) for value in distinct}
        return [texts[value] for value in values]
    return [written(value) for value in values]


def is_plain(texts: Sequence[str]) -> bool:
    """Whether COPY can take all texts as they are."""
    together = "".join(texts)
    return "\\" not in together and together.isprintable()


def written(value: Any) -> str:
    """One value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\\\x" + bytes(value).hex()
    return str(value)
