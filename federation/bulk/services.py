"""Set-based writing: ids drawn in one go, rows inserted and updated many at a time.

Values are plain (see ``audit.snapshot``): ISO dates, 32 hex digits for ids, bytes for sealed
columns; both engines take them as they are.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

from federation.bulk.ahead import Statement
from federation.bulk.binary import copying_binary, is_binary, types_of
from federation.bulk.copying import copy_rows, copying
from federation.bulk.indexing import gathering
from federation.bulk.values import inserting

#: where SQLite keeps the highest key each table ever had
SEQUENCES = "sqlite_sequence"
#: how many rows one statement writes
WINDOW = 20_000
#: how many keys one question asks for (see ``keyed``)
KEYS = 20_000


def in_blocks(items: Iterable[Any], size: int = KEYS) -> Iterable[list[Any]]:
    """``items`` in lists of at most ``size``."""
    iterator = iter(items)
    while block := list(islice(iterator, size)):
        yield block


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """``count`` primary keys that nobody else will get. Call inside the writing transaction."""
    return reserve_many({model: count})[model]


def reserve_many(
    wanted: Mapping[type[models.Model], int],
) -> dict[type[models.Model], Sequence[int]]:
    """The same for several models: so many keys for each of them, drawn with one statement."""
    drawn: dict[type[models.Model], Sequence[int]] = {
        model: () for model, count in wanted.items() if not count
    }
    asked = {model: count for model, count in wanted.items() if count}
    if asked:
        draw = _drawn if connection.vendor == "postgresql" else _following
        drawn |= zip(asked, draw(asked), strict=True)
    return drawn


def _drawn(wanted: Mapping[type[models.Model], int]) -> Iterator[Sequence[int]]:
    # A sequence is looked up once, not for each of its numbers.
    one = (
        "ARRAY(SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass))"
        " FROM generate_series(1, %s))"
    )
    told = [value for model, count in wanted.items() for value in (model._meta.db_table, count)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join([one] * len(wanted)), told)
        for keys in cursor.fetchone():
            # Where nobody else drew meanwhile, they follow each other.
            first, last = min(keys), max(keys)
            yield range(first, last + 1) if last - first + 1 == len(keys) else keys


def _following(wanted: Mapping[type[models.Model], int]) -> Iterator[Sequence[int]]:
    # The transaction is IMMEDIATE: no other writer can draw from the sequences meanwhile.
    tables = [model._meta.db_table for model in wanted]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, seq FROM sqlite_sequence WHERE name IN (SELECT value FROM json_each(%s))",
            [json.dumps(tables)],
        )
        last = dict(cursor.fetchall())
    for table, count in zip(tables, wanted.values(), strict=True):
        yield range(last.get(table, 0) + 1, last.get(table, 0) + 1 + count)


def draw_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """The same for keys under which no row of ``model`` itself will be written."""
    if connection.vendor != "sqlite" or not count:
        return reserve_ids(model, count)
    # There the highest key of a table is known from its rows alone, unless it is told.
    head = " ".join(["UPDATE", SEQUENCES, "SET seq = seq + %s WHERE name = %s RETURNING seq"])
    with connection.cursor() as cursor:
        cursor.execute(head, [count, model._meta.db_table])
        told = cursor.fetchone()
    last = told[0] if told else count
    if told is None:
        tell_last(model, last)
    return range(last - count + 1, last + 1)


def tell_last(model: type[models.Model], last: int) -> None:
    """On SQLite: no key of ``model`` up to ``last`` is drawn any more."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        head = " ".join(["UPDATE", SEQUENCES, "SET seq = max(seq, %s) WHERE name = %s"])
        cursor.execute(head, [last, table])
        if not cursor.rowcount:
            head = " ".join(["INSERT INTO", SEQUENCES])
            cursor.execute(f"{head} (name, seq) VALUES (%s, %s)", [table, last])


def columns_of(model: type[models.Model], attnames: Sequence[str]) -> list[str]:
    """The columns behind attribute names. Raises KeyError."""
    known = {column.attname: str(column.column) for column in model._meta.concrete_fields}
    return [known[name] for name in attnames]


def insert_rows(
    model: type[models.Model], attnames: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Insert whole rows; ``attnames`` names their columns. Returns how many.

    One statement for every ``WINDOW`` of them: COPY on PostgreSQL, executemany on SQLite.
    """
    table, columns, written = model._meta.db_table, columns_of(model, attnames), 0
    for block in in_blocks(rows, WINDOW):
        _write(table, columns, block)
        written += len(block)
    return written


def insert_columns(
    model: type[models.Model], attnames: Sequence[str], columns: Sequence[Sequence[Any]]
) -> None:
    """Insert as many rows as every one of ``columns`` has values, with one statement.

    A column that says the same in every row is told only once, but for the first (the key).
    """
    statement = insertion(model, attnames, columns)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        statement(cursor)


def insertion(
    model: type[models.Model], attnames: Sequence[str], columns: Sequence[Sequence[Any]]
) -> Statement:
    """The same made ready, to be run once with a cursor."""
    varying: list[tuple[str, Any]] = []
    constant: list[tuple[str, Any]] = []
    for name, column in zip(attnames, columns, strict=True):
        is_same = bool(varying) and _is_same(column)
        (constant if is_same else varying).append((name, column[0] if is_same else column))
    told, values = [column for _name, column in varying], [value for _name, value in constant]
    in_order = [name for name, _column in [*varying, *constant]]
    table, names = model._meta.db_table, columns_of(model, in_order)
    if connection.vendor == "postgresql":
        if is_binary(sorts := types_of(model, in_order)):
            by = dict(varying).get(gathering(model) or "")
            return copying_binary(table, names, sorts, told, values, by)
        return copying(table, names, told, values)
    return inserting(table, names, zip(*told, strict=True), len(told[0]), values)


def _is_same(column: Sequence[Any]) -> bool:
    """Whether all values of a column are one that may stand in the statement itself."""
    first = column[0]
    if not (first is None or isinstance(first, int | str)) or column[-1] != first:
        return False
    if column.count(first) < len(column):
        return False
    # True is equal to 1, but not written alike.
    return not isinstance(first, int) or len(set(map(type, column))) == 1


def insert_with_defaults(
    model: type[models.Model], attnames: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows that name only some columns: the others get the default of their model."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rest = [field for name, field in fields.items() if name not in attnames and name != "id"]
    constant = [field.get_db_prep_save(field.get_default(), connection) for field in rest]
    columns = [*columns_of(model, attnames), *(str(field.column) for field in rest)]
    if rows:
        _write(model._meta.db_table, columns, rows, constant)


def _write(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], constant: Sequence[Any] = ()
) -> None:
    if connection.vendor == "postgresql":
        copy_rows(table, columns, rows, constant)
        return
    statement = inserting(table, columns, rows, len(rows), constant)
    with connection.cursor() as cursor:
        statement(cursor)


def update_rows(
    model: type[models.Model], attnames: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Set columns of rows; each of ``rows`` holds the values, then the primary key.

    A column ``version`` of the model is raised by one.
    """
    for statement in updates(model, attnames, rows):
        with connection.cursor() as cursor, connection.wrap_database_errors:
            statement(cursor)


def updates(
    model: type[models.Model], attnames: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[Statement]:
    """The same made ready, statement by statement, to be run in this order."""
    for block in in_blocks(rows, WINDOW):
        if connection.vendor == "postgresql":
            for single in _without_repeats(block):
                yield _update_from_arrays(model, attnames, single)
        else:
            yield _update_each(model, attnames, block)


def _has_version(model: type[models.Model]) -> bool:
    return any(column.attname == "version" for column in model._meta.concrete_fields)


def _update_each(model: type[models.Model], attnames: Sequence[str], rows: list[Any]) -> Statement:
    quote = connection.ops.quote_name
    sets = [f"{quote(column)} = %s" for column in columns_of(model, attnames)]
    if _has_version(model):
        sets.append("version = version + 1")
    # Table and columns come from the model, never from a workbook.
    statement = " ".join(
        ["UPDATE", quote(model._meta.db_table), "SET", ", ".join(sets), "WHERE id = %s"]
    )
    return lambda cursor: cursor.executemany(statement, rows)


def _without_repeats(rows: list[Any]) -> Iterator[list[Any]]:
    """``rows`` in turns in which no key comes twice: an UPDATE sets a row only once."""
    while rows:
        now: dict[Any, Any] = {}
        later = [row for row in rows if now.setdefault(row[-1], row) is not row]
        yield list(now.values())
        rows = later


def _update_from_arrays(
    model: type[models.Model], attnames: Sequence[str], rows: list[Any]
) -> Statement:
    """One statement for all rows: every column is an array, the keys are the last one."""
    quote = connection.ops.quote_name
    fields = {field.attname: field for field in model._meta.concrete_fields}
    # Without its length: a text that is too long must be refused, not cut by the cast.
    sorts = [str(fields[name].db_type(connection)).partition("(")[0] for name in attnames]
    told = [f"c{number}" for number in range(len(sorts))]
    pairs = zip(columns_of(model, attnames), told, strict=True)
    sets = [f"{quote(column)} = told.{name}" for column, name in pairs]
    if _has_version(model):
        sets.append("version = stood.version + 1")
    arrays = ", ".join(f"%s::{sort}[]" for sort in [*sorts, "bigint"])
    # Table and columns come from the model, never from a workbook.
    statement = " ".join(
        ["UPDATE", quote(model._meta.db_table), "AS stood SET", ", ".join(sets)]
        + ["FROM unnest(", arrays, ") AS told (", ", ".join([*told, "k"]), ")"]
        + ["WHERE stood.id = told.k"]
    )
    values = [list(column) for column in zip(*rows, strict=True)]
    return lambda cursor: cursor.execute(statement, values)
