"""What becomes of a job: done, failed with a sentence, tried again, or no longer ours."""

import logging
import traceback
from types import TracebackType
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.jobs.lease import Heartbeat, LostLease
from federation.jobs.models import Job

log = logging.getLogger(__name__)


class JobFailed(Exception):
    """Raised by a handler: the work cannot be done; the message is a sentence for the user."""


def close(job: Job, **fields: Any) -> None:
    """Write the end of a job, unless it was stopped or another process owns it by now."""
    mine = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING)
    mine.update(finished_at=timezone.now(), lease_until=None, **fields)


class Outcome:
    """Turns what a handler raises into the job's end: lost, tried again, or failed.

    ``job`` is the row as it was claimed: its token says whose it was then.
    """

    def __init__(self, job: Job, heartbeat: Heartbeat) -> None:
        self.job, self.heartbeat = job, heartbeat

    def __enter__(self) -> None:
        self.heartbeat.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.heartbeat.stop()
        if kind is None:
            return False
        if not issubclass(kind, Exception):
            return False
        if issubclass(kind, LostLease):
            log.info("job %s went on in another process, or was stopped", self.job.uid)
        elif issubclass(kind, JobFailed):
            self._fail(str(problem))
        else:
            self._surprise(kind, trace)
        return True

    def _surprise(self, kind: type[BaseException], trace: TracebackType | None) -> None:
        # The message of an exception may quote a cell: only its type and place are logged.
        frames = traceback.extract_tb(trace)
        place = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
        log.error("job %s: %s at %s", self.job.uid, kind.__name__, place)
        if issubclass(kind, OperationalError | InterfaceError):
            _again(self.job)
            return
        self._fail(
            _("处理时出现意外错误，没有写入任何数据。请重新操作；若再次出现，请联系管理员。")
        )

    def _fail(self, sentence: str) -> None:
        close(self.job, state=Job.State.FAILED, problem=sentence[:300])


def _again(job: Job) -> None:
    """Back into the queue: the database was away, the sweeper publishes the job again."""
    mine = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING)
    mine.update(state=Job.State.QUEUED, lease_until=None, published_at=timezone.now())
