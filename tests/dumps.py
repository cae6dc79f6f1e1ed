"""Every table of the database by plain SQL: as it is, or by what it says.

``raw`` compares one database with itself over time. ``told`` compares databases that were filled
apart: keys, moments and batches are left out, references stand for the row they name, sealed
columns for what is sealed in them.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any

from django.apps import apps
from django.db import connection

from federation.sealing.boxes import unseal

#: who did what when, the work in hand and what is known of files: no records of the federation
BESIDES = ("audit_", "jobs_", "exchange_", "axes_", "django_", "auth_", "sealing_", "registers_")
KEPT = {"exchange_option"}
#: other in every database that is filled
OWN = {"id", "uid", "batch", "password", "last_login"}
Row = dict[str, Any]


def tables() -> list[str]:
    """The tables that hold records."""
    names = connection.introspection.table_names()
    return [name for name in names if name in KEPT or not name.startswith(BESIDES)]


def rows_of(table: str) -> list[Row]:
    """All rows of a table; bytes and ids alike on every engine."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, map(plain, row), strict=True)) for row in cursor.fetchall()]


def references(table: str) -> dict[str, str]:
    """Which table the columns of a table refer to."""
    models = [model for model in apps.get_models() if model._meta.db_table == table]
    return {
        field.column: field.related_model._meta.db_table
        for model in models
        for field in model._meta.concrete_fields
        if field.is_relation
    }


def plain(value: Any) -> Any:
    """Buffers as bytes, ids as 32 hexadecimal digits."""
    if isinstance(value, memoryview):
        return bytes(value)
    return value.hex if hasattr(value, "hex") and hasattr(value, "int") else value


def raw(besides: Iterable[str] = (), without: Iterable[str] = ()) -> dict[str, Counter[str]]:
    """Every row of every table, keys and all.

    ``besides``: beginnings of tables left out; ``without``: columns that may differ.
    """
    left_out, skipped = tuple(besides), set(without)
    return {
        table: Counter(
            repr({name: value for name, value in row.items() if name not in skipped})
            for row in rows_of(table)
        )
        for table in tables()
        if not table.startswith(left_out)
    }


class Told:
    """What a database says, row by row.

    ``without``: columns that may differ; ``besides``: beginnings of tables left out.
    """

    def __init__(self, without: Iterable[str] = (), besides: Iterable[str] = ()) -> None:
        self.without = OWN | set(without)
        self.besides = tuple(besides)
        self.rows = {table: rows_of(table) for table in tables()}
        self.by_key = {
            table: {row["id"]: row for row in rows if "id" in row}
            for table, rows in self.rows.items()
        }
        self.references = {table: references(table) for table in self.rows}
        self.names: dict[tuple[str, Any], str] = {}

    def name(self, table: str, key: Any) -> str:
        """What the row says, short; the same wherever it says the same."""
        if (table, key) not in self.names:
            # Rows that refer to themselves in a circle are named by their codes alone.
            row = self.by_key[table][key]
            self.names[table, key] = repr(row["code"]) if "code" in row else self.said(table, row)
        return self.names[table, key]

    def said(self, table: str, row: Row) -> str:
        """A row as a digest of its columns."""
        return short(repr(self.cells(table, row)))

    def cells(self, table: str, row: Row) -> list[tuple[str, Any]]:
        """The columns of a row that say something."""
        told = []
        for column, value in row.items():
            if column in self.without or column.endswith("_at"):
                continue
            if value is not None and column in self.references[table]:
                value = self.name(self.references[table][column], value)
            elif isinstance(value, bytes) and self.is_sealed(table, column):
                value = unseal(f"{table}.{column}.{row['uid']}", value).decode()
            told.append((column, value))
        return told

    def is_sealed(self, table: str, column: str) -> bool:
        """Whether the bytes of a column are a sealed text rather than numbers or a digest."""
        return table.partition("_")[0] != "coverage" and not column.endswith("_digest")

    def everything(self) -> dict[str, Counter[str]]:
        """By table, how often each row is said."""
        return {
            table: Counter(self.said(table, row) for row in rows)
            for table, rows in self.rows.items()
            if not table.startswith(self.besides)
        }

    def log(self) -> Counter[str]:
        """The change log: what was done to which record, in words that hold in any database."""
        names: dict[str, str] = {
            row["uid"]: self.said(table, row)
            for table, rows in self.rows.items()
            for row in rows
            if "uid" in row
        }
        entries = [
            (one["model"], one["operation"], one["object_uid"]) for one in rows_of("audit_change")
        ]
        for block in rows_of("audit_creationblock"):
            uids = block["uids"]
            entries += [
                (block["model"], "create", uids[at : at + 16].hex())
                for at in range(0, len(uids), 16)
            ]
        return Counter(repr((model, done, names.get(uid, "gone"))) for model, done, uid in entries)


def short(text: str) -> str:
    """A text as sixteen bytes."""
    return blake2b(text.encode(), digest_size=16).hexdigest()


def told(without: Iterable[str] = (), besides: Iterable[str] = ()) -> dict[str, Counter[str]]:
    """What every table says."""
    return Told(without, besides).everything()


def differences(
    one: dict[str, Counter[str]], other: dict[str, Counter[str]], show: Callable[[Any], Any] = str
) -> dict[str, tuple[list[Any], list[Any]]]:
    """By table, the rows of which ``one`` has more and those of which ``other`` has."""
    found = {}
    for table in sorted({*one, *other}):
        mine, theirs = one.get(table, Counter()), other.get(table, Counter())
        if mine != theirs:
            found[table] = (
                [show(row) for row in (mine - theirs).elements()],
                [show(row) for row in (theirs - mine).elements()],
            )
    return found
