"""Looking records up by thousands of keys: one statement with one parameter, however many.

An IN list has a parameter for each of its values, which is slow to write and slow to plan. Here
the keys travel together: as an array on PostgreSQL, as JSON or as one run of bytes on SQLite.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import BooleanField, F, Func, Model, QuerySet

M = TypeVar("M", bound=Model)

_LISTED = "(SELECT value FROM json_each(%s))"
# SQLite has no JSON for bytes: keys of one length stand behind each other in one value.
_RUN = (
    "(WITH RECURSIVE place(at) AS (SELECT 1 UNION ALL SELECT at + {width} FROM place"
    " WHERE at + {width} < {end}) SELECT substr(%s, at, {width}) FROM place)"
)


def keyed(queryset: QuerySet[M], column: str, values: Iterable[Any]) -> QuerySet[M]:
    """Those records of ``queryset`` whose ``column`` holds one of ``values``.

    Keys are whole numbers, texts, UUIDs, or bytes of one length. Raises ValueError for others.
    """
    wanted = list(values)
    if len({len(value) for value in wanted if isinstance(value, bytes)}) > 1:
        raise ValueError("keys of several lengths")
    return queryset.filter(_Among(column, wanted)) if wanted else queryset.none()


class _Among(Func):
    """Whether a column holds one of many keys."""

    conditional = True

    def __init__(self, column: Any, values: Sequence[Any] = ()) -> None:
        named = F(column) if isinstance(column, str) else column
        super().__init__(named, output_field=BooleanField())
        self.values = values

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        (column,) = self.source_expressions
        sql, params = compiler.compile(column)
        of_column: Any = column.target  # type: ignore[attr-defined]
        if connection.vendor == "postgresql":
            sort = of_column.db_type(connection).partition("(")[0]
            return f"{sql} = ANY(%s::{sort}[])", (*params, _array(self.values))
        values = self.values
        if not {int, bytes}.issuperset(map(type, values)):
            values = [of_column.get_db_prep_value(value, connection) for value in values]
        if isinstance(values[0], bytes | memoryview):
            return " ".join([sql, "IN", _run_of(values)]), (*params, b"".join(values))
        return " ".join([sql, "IN", _LISTED]), (*params, json.dumps(values))


def _array(values: Sequence[Any]) -> str:
    """The literal of an array of PostgreSQL."""
    if isinstance(values[0], bytes):
        return "{" + ",".join(['"\\\\x' + value.hex() + '"' for value in values]) + "}"
    if isinstance(values[0], str):
        escaped = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
        return "{" + ",".join([f'"{value}"' for value in escaped]) + "}"
    return "{" + ",".join(map(str, values)) + "}"


def _run_of(values: Sequence[bytes]) -> str:
    """The question for the single keys of a run."""
    width = len(values[0])
    return _RUN.format(width=width, end=width * len(values))
