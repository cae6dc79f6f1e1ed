"""Room for the pages of a large import on SQLite."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

#: of the pages that the indexes of a city's people need while they grow
KIBIBYTES = 64 * 1024


@contextmanager
def roomy_cache() -> Iterator[None]:
    """Keeps the pages of growing indexes in memory until this is over; nothing on PostgreSQL.

    New keys fall all over an index: where its pages have no room they are written out and read
    again for almost every one of them.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = {-KIBIBYTES:d}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {before:d}")
