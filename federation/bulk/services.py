"""Set-based writing: ids drawn in one go, rows inserted and updated many at a time.

Values are plain (see ``audit.snapshot``): ISO dates, 32 hex digits for ids, bytes for sealed
columns; both engines take them as they are.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models
from psycopg2.extras import execute_batch, execute_values

PAGE = 1000
#: how many values one IN list holds
IN_LIST = 2000


def in_blocks(items: Iterable[Any], size: int = IN_LIST) -> Iterable[list[Any]]:
    """``items`` in lists of at most ``size``."""
    iterator = iter(items)
    while block := list(islice(iterator, size)):
        yield block


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """``count`` primary keys that nobody else will get. Call inside the writing transaction."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The sequence is looked up once, not for each of its numbers.
            cursor.execute(
                "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass))"
                " FROM generate_series(1, %s)",
                [table, count],
            )
            return [key for (key,) in cursor]
        # The transaction is IMMEDIATE: no other writer can draw from the sequence meanwhile.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
    return range(last + 1, last + 1 + count)


def columns_of(model: type[models.Model], attnames: Sequence[str]) -> list[str]:
    """The columns behind attribute names. Raises KeyError."""
    known = {column.attname: str(column.column) for column in model._meta.concrete_fields}
    return [known[name] for name in attnames]


def insert_rows(
    model: type[models.Model], attnames: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert whole rows; ``attnames`` names their columns."""
    quote = connection.ops.quote_name
    columns = columns_of(model, attnames)
    named = ", ".join(map(quote, columns))
    head = " ".join(["INSERT INTO", quote(model._meta.db_table), "(", named, ") VALUES "])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            execute_values(cursor.cursor, head + "%s", rows, page_size=PAGE)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"{head}({marks})", list(rows))


def update_rows(
    model: type[models.Model], attnames: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Set columns of rows; each of ``rows`` holds the values, then the primary key.

    A column ``version`` of the model is raised by one.
    """
    quote = connection.ops.quote_name
    sets = [f"{quote(column)} = %s" for column in columns_of(model, attnames)]
    if any(column.attname == "version" for column in model._meta.concrete_fields):
        sets.append("version = version + 1")
    # Table and columns come from the model, never from a workbook.
    statement = " ".join(
        ["UPDATE", quote(model._meta.db_table), "SET", ", ".join(sets), "WHERE id = %s"]
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            execute_batch(cursor.cursor, statement, rows, page_size=PAGE)
        else:
            cursor.executemany(statement, list(rows))
