"""The only place that writes coverage rows, and the lock that makes writers take turns."""

from collections.abc import Iterable
from io import StringIO
from typing import Any

from django.db import connection
from django.utils import timezone

from federation.coverage.adding import figure_names, fingerprint
from federation.coverage.models import CoverageRow, Layout

COLUMNS = (
    "organisation_id",
    "branch_id",
    "period",
    "as_of",
    "layout",
    "own",
    "total",
    "computed_at",
)


def take_turn() -> Layout:
    """The layout of today's rules, locked until the transaction ends.

    Every change moves the figures of the root, so writers could never run side by side anyway; one
    lock taken before anything is counted means that nobody adds to numbers she read too early.
    """
    names = figure_names()
    layout, _made = Layout.objects.get_or_create(
        fingerprint=fingerprint(names), defaults={"figures": names}
    )
    return Layout.objects.select_for_update().get(pk=layout.pk)


def replace(period: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """All rows of ``period`` anew, from tuples of COLUMNS without ``computed_at``."""
    CoverageRow.objects.filter(period=period).delete()
    insert(rows)


def insert(rows: Iterable[tuple[Any, ...]]) -> None:
    """New rows from tuples of COLUMNS without ``computed_at``; one statement."""
    now = timezone.now()
    stamped = [(*row, connection.ops.adapt_datetimefield_value(now)) for row in rows]
    if connection.vendor == "postgresql":
        _copy(stamped)
        return
    table = CoverageRow._meta.db_table
    adapt = connection.ops.adapt_datefield_value
    marks = ", ".join(["%s"] * len(COLUMNS))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608
            [(*row[:3], adapt(row[3]), *row[4:]) for row in stamped],
        )


def _copy(rows: list[tuple[Any, ...]]) -> None:
    lines = StringIO("".join("\t".join(map(_text, row)) + "\n" for row in rows))
    with connection.cursor() as cursor:
        table = CoverageRow._meta.db_table
        cursor.copy_expert(f"COPY {table} ({', '.join(COLUMNS)}) FROM STDIN", lines)


def _text(value: Any) -> str:
    """One value in the text format of COPY; none of ours holds a tab or a line break."""
    if value is None:
        return r"\N"
    return rf"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def update(rows: Iterable[CoverageRow]) -> None:
    """Write ``as_of``, ``layout``, ``own`` and ``total`` of stored rows."""
    changed = list(rows)
    for row in changed:
        row.computed_at = timezone.now()
    CoverageRow.objects.bulk_update(
        changed, ["as_of", "layout", "own", "total", "computed_at"], batch_size=100
    )
