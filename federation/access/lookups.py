"""``column__begins``: the beginning of a text, found through an index on both engines."""

from typing import Any

from django.db.models import F, Index, Lookup
from django.db.models.expressions import OrderBy

LAST = "\U0010ffff"
Compiled = tuple[str, tuple[Any, ...]]


class Begins(Lookup):
    """Exact in case, as names, codes and pinyin are kept.

    PostgreSQL reads LIKE through an index of ``varchar_pattern_ops`` whatever the collation;
    SQLite compares bytes, and its own LIKE, blind to case, would read the whole table.
    """

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> Compiled:
        column, values = self.process_lhs(compiler, connection)
        text = str(self.rhs)
        return f"({column} >= %s AND {column} < %s)", (*values, text, *values, text + LAST)

    def as_postgresql(self, compiler: Any, connection: Any) -> Compiled:
        column, values = self.process_lhs(compiler, connection)
        pattern = connection.ops.prep_for_like_query(str(self.rhs)) + "%"
        return f"{column} LIKE %s", (*values, pattern)


class ByBytes(OrderBy):
    """The order of ``beginning``: PostgreSQL walks its index only when asked for its operator.

    Text as bytes, whatever the collation, on every engine.
    """

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        # Django looks for the direction in what it gets, PostgreSQL takes none after an operator.
        way = "~>~ /* DESC */" if self.descending else "~<~ /* ASC */"
        return self.as_sql(compiler, connection, template=f"%(expression)s USING {way}")


def by_bytes(column: str, *, descending: bool = False) -> ByBytes:
    """``column`` in the order of its ``beginning``."""
    return ByBytes(F(column), descending=descending)


def beginning(column: str, *, name: str, then: dict[str, str] | None = None) -> Index:
    """An index for ``column__begins``, and for all in the order of ``by_bytes(column)``.

    ``then``: columns, each with its operator class, by which what begins alike is in order.
    """
    rest = then or {}
    opclasses = ["varchar_pattern_ops", *rest.values()]
    return Index(fields=[column, *rest], name=name, opclasses=opclasses)
