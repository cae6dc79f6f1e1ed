"""Background work: enqueue, claim with a lease and a fencing token, report progress, sweep.

The Job row is the truth. The broker's message is only a hint that a row waits, so the same code
serves every broker: a message that is lost or doubled costs nothing.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from federation.access.models import User
from federation.celery import app
from federation.declarations import Registry
from federation.jobs.lease import Heartbeat, LostLease, renew
from federation.jobs.models import Job

log = logging.getLogger(__name__)

ATTEMPTS_MAX = 5
REPUBLISH_AFTER = timedelta(seconds=10)
SWEEP_EVERY_SECONDS = 5
PROGRESS_KEPT_SECONDS = 24 * 3600
UNREACHABLE = (OSError, RedisError, BrokerError)


class JobFailed(Exception):
    """Raised by a handler: the work cannot be done; the message is a sentence for the user."""


@dataclass(frozen=True)
class Handler:
    """What does the jobs of one kind."""

    kind: str
    run: Callable[["Claimed"], dict[str, Any]]


@dataclass(frozen=True)
class Progress:
    """How far a job is. ``percent`` 0-100; ``total`` 0 while the amount is unknown."""

    done: int
    total: int
    message: str
    percent: int
    state: str


class Claimed:
    """A job that this process may work on, for as long as nobody else claims it."""

    def __init__(self, job: Job) -> None:
        self.job, self.token = job, job.token
        self.heartbeat = Heartbeat(job.pk, job.token)

    @property
    def payload(self) -> dict[str, Any]:
        """What was given to ``enqueue``."""
        return dict(self.job.payload)

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Show how far the work is. Raises LostLease once another process owns the job."""
        if self.heartbeat.is_lost:
            raise LostLease(self.job.kind)
        _cache_set(_progress_key(self.job), (done, total, message))

    def fence(self) -> None:
        """Call inside the transaction that writes the result: rolls back if the lease is lost."""
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("fence() belongs inside the transaction that it guards")
        if not renew(self.job.pk, self.token):
            raise LostLease(self.job.kind)


handlers: Registry[Handler] = Registry(room="tasks", key="kind")


def handler(kind: str) -> Callable[[Callable[[Claimed], dict[str, Any]]], Any]:
    """Declare in ``<app>/tasks.py`` the function that does the jobs of ``kind``.

    It must be safe to run twice: a process killed after its commit leaves the job to be claimed
    again. It returns plain values, kept as the job's result.
    """

    def attach(run: Callable[[Claimed], dict[str, Any]]) -> Callable[[Claimed], dict[str, Any]]:
        handlers.register(Handler(kind, run))
        return run

    return attach


def enqueue(
    kind: str, *, created_by: User | None = None, subject: UUID | None = None, **payload: Any
) -> Job:
    """Write a job in the caller's transaction; a worker hears of it when that commits.

    ``subject`` is the uid of the record it is about; ``payload`` holds plain values (ids, ISO
    dates), never personal data.
    """
    job = Job.objects.create(kind=kind, created_by=created_by, subject=subject, payload=payload)
    transaction.on_commit(lambda: publish(job))
    return job


def publish(job: Job) -> None:
    """Tell the workers that a job waits. A broker that is away is no error: the sweeper retries."""
    try:
        app.send_task("jobs.run", args=[str(job.uid)], retry=False)
    except UNREACHABLE as problem:
        log.warning("job %s stays queued, broker away: %s", job.uid, type(problem).__name__)
        return
    Job.objects.filter(pk=job.pk).update(published_at=timezone.now())


def claim(uid: UUID | str) -> Claimed | None:
    """Take a waiting or orphaned job for this process; None when there is nothing to take."""
    now = timezone.now()
    with transaction.atomic():
        taken = Job.objects.filter(_claimable(now), uid=uid, attempts__lt=ATTEMPTS_MAX).update(
            state=Job.State.RUNNING,
            token=F("token") + 1,
            attempts=F("attempts") + 1,
            lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
            started_at=now,
            holder=settings.JOB_HOLDER,
        )
        return Claimed(Job.objects.get(uid=uid)) if taken else None


def run(uid: UUID | str) -> None:
    """Do one job if it can be claimed; a second message about it finds nothing to do."""
    claimed = claim(uid)
    if claimed is None:
        return
    with _Outcome(claimed):
        doer = handlers.get(claimed.job.kind)
        if doer is None:
            raise JobFailed(_("系统不认识这项后台任务，请联系管理员。"))
        result = doer.run(claimed)
        _close(claimed, state=Job.State.DONE, result=result or {})


def progress_of(job: Job) -> Progress:
    """How far a job is, read from the row and the cache; also gives overdue jobs a push."""
    sweep_now_and_then()
    done, total, message = _cache_get(_progress_key(job)) or (0, 0, "")
    if job.state == Job.State.DONE:
        return Progress(done, total, message, 100, job.state)
    if job.state in (Job.State.FAILED, Job.State.CANCELLED):
        message = job.problem
    percent = min(99, done * 100 // total) if total else 0
    return Progress(done, total, message, percent, job.state)


def sweep() -> int:
    """Publish again what waits too long or lost its worker; end what failed too often.

    Returns the number of jobs that were published or ended.
    """
    now = timezone.now()
    ended = Job.objects.filter(_claimable(now), attempts__gte=ATTEMPTS_MAX).update(
        state=Job.State.FAILED,
        finished_at=now,
        problem=_("多次尝试都没有完成，已停止。请重新操作；若再次出现，请联系管理员。"),
    )
    silent = Q(published_at=None) | Q(published_at__lt=now - REPUBLISH_AFTER)
    waiting = list(Job.objects.filter(_claimable(now) & silent).order_by("pk")[:100])
    for job in waiting:
        publish(job)
    return ended + len(waiting)


def sweep_now_and_then() -> None:
    """Sweep unless that was done a moment ago; for pages that poll."""
    try:
        is_due = cache.add("jobs-swept", 1, SWEEP_EVERY_SECONDS)
    except UNREACHABLE:
        is_due = True
    if is_due:
        sweep()


def release(holder: str) -> int:
    """Free the jobs of a worker that died, so that its successor need not wait for the leases.

    ``holder`` names one worker slot of one supervisor: its new process is alone in it.
    """
    held = Job.objects.filter(state=Job.State.RUNNING, holder=holder)
    return held.update(lease_until=timezone.now(), published_at=None) if holder else 0


def _claimable(now: datetime) -> Q:
    return Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lte=now)


def _close(claimed: Claimed, **fields: Any) -> None:
    """Write the end of a job, unless another process owns it by now."""
    mine = Job.objects.filter(pk=claimed.job.pk, token=claimed.token, state=Job.State.RUNNING)
    mine.update(finished_at=timezone.now(), lease_until=None, **fields)


class _Outcome:
    """Turns what a handler raises into the job's end: lost, tried again, or failed."""

    def __init__(self, claimed: Claimed) -> None:
        self.claimed = claimed

    def __enter__(self) -> None:
        self.claimed.heartbeat.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.claimed.heartbeat.stop()
        if kind is None:
            return False
        if not issubclass(kind, Exception):
            return False
        if issubclass(kind, LostLease):
            log.info("job %s went on in another process", self.claimed.job.uid)
        elif issubclass(kind, JobFailed):
            self._fail(str(problem))
        else:
            self._surprise(kind, trace)
        return True

    def _surprise(self, kind: type[BaseException], trace: TracebackType | None) -> None:
        # The message of an exception may quote a cell: only its type and place are logged.
        frames = traceback.extract_tb(trace)
        place = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
        log.error("job %s: %s at %s", self.claimed.job.uid, kind.__name__, place)
        if issubclass(kind, OperationalError | InterfaceError):
            _again(self.claimed)
            return
        self._fail(
            _("处理时出现意外错误，没有写入任何数据。请重新操作；若再次出现，请联系管理员。")
        )

    def _fail(self, sentence: str) -> None:
        _close(self.claimed, state=Job.State.FAILED, problem=sentence[:300])


def _again(claimed: Claimed) -> None:
    """Back into the queue: the database was away, the sweeper publishes the job again."""
    Job.objects.filter(pk=claimed.job.pk, token=claimed.token).update(
        state=Job.State.QUEUED, lease_until=None, published_at=timezone.now()
    )


def _progress_key(job: Job) -> str:
    return f"job-progress-{job.uid}"


def _cache_set(key: str, value: Any) -> None:
    try:
        cache.set(key, value, PROGRESS_KEPT_SECONDS)
    except UNREACHABLE as problem:
        log.warning("progress is not shown, cache away: %s", type(problem).__name__)


def _cache_get(key: str) -> Any:
    try:
        return cache.get(key)
    except UNREACHABLE:
        return None
