"""How many records a list has: counted once, kept until records change.

Counting a city's people costs more than showing fifty of them. What was counted is kept in the
cache under the last entry of the change log: every change of a record writes one.
"""

from collections.abc import Hashable
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

# A nation's list is cut here: "more than" says enough, and counting on would take seconds.
MOST_COUNTED = 200_000
# Entries of the log become visible in the order of commits, not of their numbers: not for long.
# What is kept in a frame counts from when the frame was built, so a number may live twice as long.
KEPT_SECONDS = 30


def counted(records: QuerySet[Any], question: Hashable) -> int:
    """The number of ``records``, at most MOST_COUNTED + 1.

    ``question`` is whatever distinguishes these records from others: the register, the scope, the
    filters.
    """
    key = f"registers:count:{_digest(question)}"
    known: int | None = cache.get(key)
    if not known:
        known = records.order_by()[: MOST_COUNTED + 1].count()
        cache.set(key, known, KEPT_SECONDS)
    return known


def last_change() -> int | None:
    """The number of the last entry of the change log: what was kept under it still holds."""
    # By hand: every page asks this, and building the query costs ten times its answer.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(last) FROM (SELECT max(id) AS last FROM audit_change"
            " UNION ALL SELECT max(id) FROM audit_creationblock) AS both_kinds"
        )
        (found,) = cursor.fetchone()
    return found


def _digest(question: Hashable) -> str:
    # The day is part of the question: posts end and homes close overnight.
    return sha256(repr((question, timezone.localdate(), last_change())).encode()).hexdigest()
