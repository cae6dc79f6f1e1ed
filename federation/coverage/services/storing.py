"""The only place that writes coverage rows, and the lock that makes writers take turns."""

from collections.abc import Iterable
from datetime import date
from io import StringIO
from typing import Any

from django.db import connection
from django.utils import timezone

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.coverage.adding import figure_names, fingerprint
from federation.coverage.models import CoverageRow, Layout

# Tuples of these columns in this order, without the moment of writing.
INSERT = (
    "INSERT INTO coverage_coveragerow"
    " (organisation_id, branch_id, period, as_of, layout, own, total, computed_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
)
UPDATE = (
    "UPDATE coverage_coveragerow"
    " SET as_of = %s, layout = %s, own = %s, total = %s, computed_at = %s WHERE id = %s"
)
COPY = (
    "COPY coverage_coveragerow"
    " (organisation_id, branch_id, period, as_of, layout, own, total, computed_at) FROM STDIN"
)

# Organisation, branch, own part and total of one row.
Count = tuple[int, int | None, bytes, bytes]


def take_turn() -> Layout:
    """The layout of today's rules, locked until the transaction ends.

    Every change moves the figures of the root, so writers could never run side by side anyway; one
    lock taken before anything is counted means that nobody adds to numbers she read too early.
    """
    names = figure_names()
    locked = Layout.objects.select_for_update().filter(fingerprint=fingerprint(names))
    known = locked.first()
    if known is None:
        Layout.objects.get_or_create(fingerprint=fingerprint(names), defaults={"figures": names})
        known = locked.get()
    return known


def replace(period: str, as_of: date, layout: Layout, counts: Iterable[Count]) -> int:
    """All rows of ``period`` as counted; rows that say so already are left alone.

    Returns how many were written.
    """
    rows = CoverageRow.objects.filter(period=period)
    rows.exclude(as_of=as_of, layout=layout.fingerprint).delete()
    standing = {
        pk: (branch, bytes(own), bytes(total))
        for pk, branch, own, total in rows.values_list(
            "organisation_id", "branch_id", "own", "total"
        )
    }
    changed = [count for count in counts if standing.get(count[0]) != count[1:]]
    for some in in_blocks(count[0] for count in changed if count[0] in standing):
        keyed(rows, "organisation", some).delete()
    insert(
        (pk, branch, period, as_of, layout.fingerprint, own, total)
        for pk, branch, own, total in changed
    )
    return len(changed)


def insert(rows: Iterable[tuple[Any, ...]]) -> None:
    """New rows from tuples as INSERT names them; one statement."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    adapt = connection.ops.adapt_datefield_value
    stamped = [(*row[:3], adapt(row[3]), *row[4:], now) for row in rows]
    if not stamped:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = ("\t".join(map(_text, row)) for row in stamped)
            cursor.copy_expert(COPY, StringIO("\n".join(lines)))
        else:
            cursor.executemany(INSERT, stamped)


def _text(value: Any) -> str:
    """One value in the text format of COPY; none of ours holds a tab or a line break."""
    if value is None:
        return r"\N"
    return rf"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def update(rows: Iterable[CoverageRow]) -> None:
    """Write ``as_of``, ``layout``, ``own`` and ``total`` of stored rows."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    adapt = connection.ops.adapt_datefield_value
    changed = [
        (adapt(row.as_of), row.layout, bytes(row.own), bytes(row.total), now, row.pk)
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(UPDATE, changed)
