"""A wrong key ring refuses to start: nothing is sealed with a key that would be lost.

The database knows the fingerprints of its keys. The first connection of a process asks it, so
that web, worker, supervisor and every command are covered without each having to remember.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from federation.sealing.keys import ring
from federation.sealing.models import KeyMark


class WrongKeys(ImproperlyConfigured):
    """The key ring lacks a key with which this database was written."""


class Guard:
    """Remembers for one process that its ring fits its database."""

    def __init__(self) -> None:
        self.is_passed = False

    def on_connection(self, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
        """Receiver of ``connection_created``. Raises WrongKeys."""
        if self.is_passed or connection.alias != DEFAULT_DB_ALIAS:
            return
        # Set first: reading the marks must not ask again.
        self.is_passed = True
        try:
            check_ring(connection)
        except WrongKeys:
            self.is_passed = False
            connection.close()
            raise

    def reset(self) -> None:
        """Ask again at the next connection."""
        self.is_passed = False


guard = Guard()


def marks(connection: BaseDatabaseWrapper) -> set[str]:
    """The fingerprints this database knows; none when it is empty or not yet migrated."""
    table = KeyMark._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return set()
        cursor.execute("SELECT fingerprint FROM sealing_keymark")
        return {row[0] for row in cursor.fetchall()}


def check_ring(connection: BaseDatabaseWrapper | None = None) -> None:
    """Raises WrongKeys unless the ring holds every key this database was written with."""
    known = marks(connection or connections[DEFAULT_DB_ALIAS])
    path = Path(settings.FIELD_KEYS_FILE)
    # Asking for the ring would make a new one where the right one is missing.
    if (known and not path.exists()) or known - ring().fingerprints():
        raise WrongKeys(
            f"加密密钥文件 {path} 不是这个数据库的密钥，平台不能启动。"
            "请放回原来的密钥文件，或者用纸质备份恢复。"
        )


def mark_ring(**kwargs: Any) -> None:
    """Write the marks of keys that this database does not know yet (after ``migrate``)."""
    known = marks(connections[DEFAULT_DB_ALIAS])
    for fingerprint in sorted(ring().fingerprints() - known):
        KeyMark.objects.create(fingerprint=fingerprint)
