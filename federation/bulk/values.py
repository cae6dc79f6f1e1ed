"""Rows as SQLite takes them in: hundreds with each run of a statement.

While a run lasts this process may do other work (see ``ahead``). Run for single rows the statement
would stop and ask for its turn after each of them.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.db import DatabaseError, connection

#: so many values are bound to one run, where SQLite takes as many
AT_ONCE = 10_000
#: fewer rows are written one with each run: the long statement is not worth its preparation
WORTH = 100


def inserting(
    table: str,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    count: int,
    constant: Sequence[Any] = (),
) -> Callable[[Any], None]:
    """A statement that inserts ``count`` rows, made ready to be run once with a cursor.

    ``rows`` hold the first of the columns ``names``; ``constant`` are the values of the last ones,
    the same in every row. It raises DatabaseError when it did not write as many.
    """
    wide = len(names) - len(constant)
    each = max(1, _most(len(constant)) // wide) if count >= WORTH else 1
    statement = _statement(table, names, wide, each)

    def run(cursor: Any) -> None:
        cursor.executemany(statement, _runs(rows, each, wide, constant))
        if cursor.rowcount != count:
            raise DatabaseError(f"{table}: {cursor.rowcount} rows were written, not {count}")

    return run


def _most(beside: int) -> int:
    """How many values of rows one run may be given, ``beside`` others and their number."""
    connection.ensure_connection()
    taken: int = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    return min(AT_ONCE, taken - beside - 1)


def _runs(
    rows: Iterable[Sequence[Any]], each: int, wide: int, constant: Sequence[Any]
) -> Iterator[list[Any]]:
    """What is bound to every run: the values that are the same, the rows, and how many they are."""
    rows = iter(rows)
    while some := list(islice(rows, each)):
        lacking = [None] * ((each - len(some)) * wide)
        yield [*constant, *chain.from_iterable(some), *lacking, len(some)]


def _statement(table: str, names: Sequence[str], wide: int, each: int) -> str:
    """Always the same text for the same columns, so that it is prepared only once."""
    quote = connection.ops.quote_name
    told = [*names[wide:], *names[:wide]]
    chosen = ", ".join([*["%s"] * (len(names) - wide), "*"])
    row = "(" + ", ".join(["%s"] * wide) + ")"
    rows = ", ".join([row] * each)
    # Table and columns come from the model. The limit keeps out what only fills the last run.
    head = ["INSERT INTO", quote(table), "(", ", ".join(map(quote, told)), ")"]
    return " ".join([*head, "SELECT", chosen, "FROM ( VALUES", rows, ") LIMIT %s"])
