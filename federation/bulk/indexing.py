"""What a table that grows many times over needs: its indexes sorted once, its size known."""

from functools import partial
from typing import Any

from django.db import connection, models

from federation.bulk.ahead import Statement

#: from so many new rows on it is worth sorting them once for each index
MANY = 100_000
#: so many make a difference to how questions about a table are best answered
MARKED = 20_000


def put_off(model: type[models.Model], coming: int) -> list[Statement]:
    """Inside the writing transaction: put off the indexes of ``model`` until its rows are there.

    Returns what makes each of them anew, to be run in the same transaction. Each new key falls
    somewhere into an index; sorted all at once they cost a fifth of that. Only where ``coming`` new
    rows are many and at least as many as stand, and only on SQLite: others there read what was
    before the transaction until it ends, indexes included. PostgreSQL would keep them from reading
    the table meanwhile. Indexes that guard uniqueness stay.
    """
    if connection.vendor != "sqlite" or coming < MANY or coming < _standing(model):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
            " AND sql LIKE 'CREATE INDEX %%' ORDER BY rowid",
            [model._meta.db_table],
        )
        found = cursor.fetchall()
        for name, _sql in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    return [partial(_anew, sql) for _name, sql in found]


def _anew(index: str, cursor: Any) -> None:
    # Percent signs in it are its own: without parameters they mean nothing.
    cursor.execute(index, None)


def tell_size(model: type[models.Model], written: int) -> None:
    """Inside the writing transaction: let PostgreSQL know what ``model`` has become.

    Its own look at a table in the middle of a load sees no row, and from then on it takes the table
    for empty: what is checked at the commit and whatever is counted right after it would read all
    rows for every row. Keys and references are enough to know better, and the daemon still looks at
    the rest. Nothing waits: where somebody else is looking, that is left to her.
    """
    if connection.vendor != "postgresql" or written < MARKED:
        return
    keys = [str(c.column) for c in model._meta.concrete_fields if c.is_relation or c.primary_key]
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(map(quote, keys))
    with connection.cursor() as cursor:
        # Table and columns come from the model.
        cursor.execute(" ".join(["ANALYZE (SKIP_LOCKED)", table, f"({columns})"]))


def _standing(model: type[models.Model]) -> int:
    """How many rows there are at most: the highest key, found without counting."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        # The table comes from the model.
        cursor.execute(" ".join(["SELECT coalesce(max(id), 0) FROM", table]))
        return int(cursor.fetchone()[0])
