"""How often something may be tried, and under which name a lock is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from federation.access.backends import account_named
from federation.audit.addresses import client_address
from federation.audit.services import Actor, record_event
from federation.sealing.boxes import digest

SLIP_TRIES = 30
SLIP_SECONDS = 900
LOOKUP_SECONDS = 3600


def lock_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name under which failures are counted: never a telephone number, which is personal.

    The account's user name, whatever was typed for it; for an unknown name a digest.
    """
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    typed = typed.strip()[:254]
    account = account_named(typed)
    return account.username if account else f"?{digest('login', typed).hex()[:24]}"


def slip_try_is_allowed(request: HttpRequest) -> bool:
    """Counts a try to open a slip; False after SLIP_TRIES from one address in SLIP_SECONDS."""
    key = f"slip-tries:{client_address(request)}"
    if cache.add(key, 1, SLIP_SECONDS):
        return True
    try:
        return cache.incr(key) <= SLIP_TRIES
    except ValueError:
        # The count ran out between the two calls: this is the first try of the next quarter.
        return True


def lookup_is_allowed(user: Any) -> bool:
    """Counts a look for a person by her ID number; False beyond ``LOOKUPS_PER_HOUR``.

    The answer says whether somebody is registered, so it must not be asked for number by number.
    Going beyond is written to the log once in the hour.
    """
    key = f"id-lookups:{user.pk}"
    if cache.add(key, 1, LOOKUP_SECONDS):
        return True
    try:
        count = cache.incr(key)
    except ValueError:
        return True
    if count == settings.LOOKUPS_PER_HOUR + 1:
        record_event("lookups_exceeded", actor=Actor.of(user), count=count)
    return count <= settings.LOOKUPS_PER_HOUR


@contextmanager
def turn(deed: str, user: Any, *, at_once: int, seconds: int) -> Iterator[bool]:
    """Whether ``user`` may begin a costly ``deed`` now, which holds her turn until the block ends.

    One at a time for each account, ``at_once`` for all of them. A turn that nobody ends, because
    its process was killed, is free again after ``seconds``.
    """
    own = f"turn:{deed}:{user.pk}"
    if not cache.add(own, 1, seconds):
        yield False
        return
    places = (f"turn:{deed}#{number}" for number in range(at_once))
    place = next((key for key in places if cache.add(key, 1, seconds)), None)
    try:
        yield place is not None
    finally:
        cache.delete_many([own, *filter(None, [place])])
