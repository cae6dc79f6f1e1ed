"""What a table that grows many times over needs: its indexes sorted once, its size known."""

from collections import Counter
from functools import lru_cache, partial
from typing import Any

from django.db import connection, models

from federation.bulk.ahead import Statement

#: from so many new rows on it is worth sorting them once for each index
MANY = 100_000
#: so many make a difference to how questions about a table are best answered
MARKED = 10_000


def put_off(model: type[models.Model], coming: int) -> list[Statement]:
    """Inside the writing transaction: put off the indexes of ``model`` until its rows are there.

    Returns what makes each of them anew, to be run in the same transaction. Each new key falls
    somewhere into an index; sorted all at once they cost a fifth of that. Only where ``coming`` new
    rows are many and at least as many as stand, and only on SQLite: others there read what was
    before the transaction until it ends, indexes included. PostgreSQL would keep them from reading
    the table meanwhile. Indexes that guard uniqueness stay.
    """
    if connection.vendor != "sqlite" or coming < MANY:
        return []
    later: list[Statement] = []
    with connection.cursor() as cursor:
        for name, sql, standing in _indexes(cursor, model):
            if coming >= standing:
                cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
                later.append(partial(_anew, sql))
    return later


@lru_cache
def gathering(model: type[models.Model]) -> str | None:
    """The column of texts that several indexes of ``model`` hold, more than hold any other.

    New rows that come in its order fall into few pages of these indexes at a time.
    """
    sorts = (models.CharField, models.TextField)
    told = (c for c in model._meta.concrete_fields if isinstance(c, sorts) and not c.null)
    texts = {column.name: column.attname for column in told}
    held = Counter(
        name for index in model._meta.indexes for name in set(index.fields) if name in texts
    )
    for name, count in held.most_common(1):
        if count > 1:
            return str(texts[name])
    return None


def _indexes(cursor: Any, model: type[models.Model]) -> list[tuple[str, str, int]]:
    """Name and text of the indexes that guard no uniqueness, with how many rows there are at most.

    These are known without counting: by the highest key.
    """
    # The table comes from the model.
    standing = " ".join(["(SELECT coalesce(max(id), 0) FROM", _quoted(model), ")"])
    wanted = "type = 'index' AND tbl_name = %s AND sql LIKE 'CREATE INDEX %%'"
    asking = ["SELECT name, sql,", standing, "FROM sqlite_master WHERE", wanted, "ORDER BY rowid"]
    cursor.execute(" ".join(asking), [model._meta.db_table])
    found: list[tuple[str, str, int]] = cursor.fetchall()
    return found


def _quoted(model: type[models.Model]) -> str:
    return str(connection.ops.quote_name(model._meta.db_table))


def _anew(index: str, cursor: Any) -> None:
    # Percent signs in it are its own: without parameters they mean nothing.
    cursor.execute(index, None)


def tell_size(model: type[models.Model], written: int) -> None:
    """Inside the writing transaction: let PostgreSQL know what ``model`` has become.

    Its own look at a table in the middle of a load sees no row, and from then on it takes the table
    for empty: references to it, whatever is checked at the commit and counted right after it would
    read all rows for every row (an import of six seconds took three minutes). Nor does it look
    again until the transaction ends. Keys and references are enough to know better, and the daemon
    still looks at the rest. Nothing waits: where somebody else is looking, that is left to her.
    """
    if connection.vendor != "postgresql" or written < MARKED:
        return
    keys = [str(c.column) for c in model._meta.concrete_fields if c.is_relation or c.primary_key]
    table, columns = _quoted(model), ", ".join(map(connection.ops.quote_name, keys))
    with connection.cursor() as cursor:
        # Table and columns come from the model.
        cursor.execute(" ".join(["ANALYZE (SKIP_LOCKED)", table, f"({columns})"]))
