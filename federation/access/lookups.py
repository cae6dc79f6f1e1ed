"""``column__begins``: the beginning of a text, found through an index on both engines."""

from typing import Any

from django.db.models import Index, Lookup

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


def beginning(column: str, *, name: str) -> Index:
    """An index for ``column__begins``."""
    return Index(fields=[column], name=name, opclasses=["varchar_pattern_ops"])
