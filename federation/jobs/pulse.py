"""The pulse of the background: the clock sends a sweep, a worker does it and leaves the time.

A fresh time therefore proves the whole way, from beat through the broker to a worker and back
into the cache.
"""

from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

from federation.jobs.services import UNREACHABLE

KEY = "jobs-pulse"
KEPT_SECONDS = 7 * 24 * 3600


def leave_pulse() -> None:
    """Note that a worker has just done what the clock sent. A cache that is away is no error."""
    try:
        cache.set(KEY, timezone.now(), KEPT_SECONDS)
    except UNREACHABLE:
        return


def last_pulse() -> datetime | None:
    """When a worker last did what the clock sent; None if never, or if the cache is away."""
    try:
        found = cache.get(KEY)
    except UNREACHABLE:
        return None
    return found if isinstance(found, datetime) else None
