"""Writing many new rows at once: COPY on PostgreSQL, one executemany elsewhere."""

import io
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Write new rows given as values of ``columns`` (attnames); the others get their default.

    Values are what the database stores: text, numbers, None, and ids as 32 hexadecimal digits.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = [fields[name].column for name in columns]
    rest = [field for name, field in fields.items() if name not in columns and name != "id"]
    constant = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)
    names += [field.column for field in rest]
    if connection.vendor == "postgresql":
        _copy(model._meta.db_table, names, rows, constant)
    else:
        _executemany(model._meta.db_table, names, rows, constant)


def _copy(
    table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], constant: tuple[Any, ...]
) -> None:
    tail = "".join("\t" + _written(value) for value in constant) + "\n"
    filled = range(len(names) - len(constant))
    columns = [_column([row[at] for row in rows]) for at in filled]
    lines = map("\t".join, zip(*columns, strict=True))
    text = io.StringIO("".join([line + tail for line in lines]))
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN", text)


def _column(values: Sequence[Any]) -> Sequence[str]:
    """The values of one column as COPY reads them; what they are is asked of all at once."""
    sorts = set(map(type, values))
    if sorts == {int}:
        return list(map(str, values))
    if sorts == {str} and "".join(values).isprintable() and "\\" not in "".join(values):
        return values
    return [_written(value) for value in values]


def _written(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def _executemany(
    table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], constant: tuple[Any, ...]
) -> None:
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    places = ", ".join(["%s"] * (len(names) - len(constant)) + [_literal(v) for v in constant])
    # Table and columns come from the model, the literals from its defaults.
    into = connection.ops.quote_name(table)
    statement = " ".join(["INSERT INTO", into, "(", quoted, ") VALUES (", places, ")"])
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''").replace("%", "%%") + "'"
    return str(int(value))
