"""Sessions in the database, as Django keeps them; every page begins with reading one."""

from functools import cache

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from federation.bulk.ready import Ready, Slot


@cache
def _sessions() -> Ready:
    """The session of ``key``, unless it had ended before ``now``."""
    key = Slot("key", Session._meta.pk)
    now = Slot("now", Session._meta.get_field("expire_date"))
    return Ready(Session.objects.filter(session_key=key, expire_date__gt=now))


class SessionStore(DatabaseStore):
    """The store of the database, with the SQL of its one question written once."""

    def _get_session_from_db(self) -> Session | None:
        for session in _sessions().ask(key=self.session_key, now=timezone.now()):
            found: Session = session
            return found
        self._session_key = None
        return None
