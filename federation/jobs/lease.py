"""The lease of a running job, kept fresh beside the work."""

import logging
import threading
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from federation.jobs.models import Job

log = logging.getLogger(__name__)


class LostLease(Exception):
    """Another process owns the job by now, or it was stopped: end without writing anything."""


def renew(job_id: int, token: int, **more: Any) -> bool:
    """Extend the lease of a running job; False when ``token`` is no longer its owner's.

    ``more``: columns of the job to write along with it.
    """
    until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    mine = Job.objects.filter(pk=job_id, token=token, state=Job.State.RUNNING)
    return mine.update(lease_until=until, **more) == 1


class Heartbeat:
    """Renews a lease from a thread of its own: the work need not think of it."""

    def __init__(self, job_id: int, token: int) -> None:
        self.job_id, self.token = job_id, token
        self.is_lost = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="lease")

    def start(self) -> None:
        """Begin renewing, three times per lease."""
        self._thread.start()

    def stop(self) -> None:
        """End renewing; returns once the thread is gone or waits for the database."""
        self._stopped.set()
        self._thread.join(timeout=1)

    def _beat(self) -> None:
        while not self._stopped.wait(settings.JOB_LEASE_SECONDS / 3):
            try:
                self.is_lost = not renew(self.job_id, self.token)
            except DatabaseError as problem:
                # A long commit of the job itself may keep the database; the next beat tries again.
                log.warning("lease not renewed: %s", type(problem).__name__)
            finally:
                connection.close()
