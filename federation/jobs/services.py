"""Background work: enqueue, claim with a lease and a fencing token, report progress, sweep.

The Job row is the truth. The broker's message is only a hint that a row waits, so the same code
serves every broker: a message that is lost or doubled costs nothing.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.models import User
from federation.celery import app
from federation.declarations import Registry
from federation.jobs.lanes import UNFINISHED, behind, is_blocked, occupy, take_turns
from federation.jobs.lease import Heartbeat, LostLease, renew
from federation.jobs.models import Job
from federation.jobs.outcome import JobFailed, Outcome, close
from federation.jobs.progress import (
    UNREACHABLE,
    Progress,
    Tracker,
    ask_to_stop,
    forget_to_stop,
    is_asked_to_stop,
    told_of,
)

log = logging.getLogger(__name__)

ATTEMPTS_MAX = 5
REPUBLISH_AFTER = timedelta(seconds=10)
SWEEP_EVERY_SECONDS = 5


@dataclass(frozen=True)
class Handler:
    """What does the jobs of one kind. ``stages``: by name in their order, with their weights."""

    kind: str
    run: Callable[["Claimed"], dict[str, Any]]
    stages: Mapping[str, int] = field(default_factory=dict)


class Claimed:
    """A job that this process may work on, for as long as nobody else claims it."""

    def __init__(self, job: Job) -> None:
        self.job, self.token = job, job.token
        self.heartbeat = Heartbeat(job.pk, job.token)
        self.tracker = Tracker(job, _stages_of(job))

    @property
    def payload(self) -> dict[str, Any]:
        """What was given to ``enqueue``."""
        return dict(self.job.payload)

    def progress(self, done: int, total: int, message: str = "", stage: str = "") -> None:
        """Show how far the work, or a stage of it, is.

        Raises LostLease once another process owns the job, or somebody has stopped it.
        """
        is_news = self.tracker.tell(done, total, message, stage)
        if self.heartbeat.is_lost or (is_news and is_asked_to_stop(self.job)):
            raise LostLease(self.job.kind)

    def fence(self, *, is_final: bool = True) -> None:
        """Call inside the transaction that writes the result: rolls back if the lease is lost.

        Once that transaction is committed the job cannot be stopped any more; ``is_final`` False
        for what is only made ready.
        """
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("fence() belongs inside the transaction that it guards")
        more = {"committed_at": timezone.now()} if is_final else {}
        if not renew(self.job.pk, self.token, **more):
            raise LostLease(self.job.kind)


handlers: Registry[Handler] = Registry(room="tasks", key="kind")


def handler(kind: str, **stages: int) -> Callable[[Callable[[Claimed], dict[str, Any]]], Any]:
    """Declare in ``<app>/tasks.py`` the function that does the jobs of ``kind``.

    ``stages``: what it names in ``progress``, in this order, each with its part of the time.

    It must be safe to run twice: a process killed after its commit leaves the job to be claimed
    again. It returns plain values, kept as the job's result.
    """

    def attach(run: Callable[[Claimed], dict[str, Any]]) -> Callable[[Claimed], dict[str, Any]]:
        handlers.register(Handler(kind, run, stages))
        return run

    return attach


@transaction.atomic(savepoint=False)
def enqueue(
    kind: str,
    *,
    created_by: User | None = None,
    subject: UUID | None = None,
    lanes: Iterable[str] = (),
    **payload: Any,
) -> Job:
    """Write a job in the caller's transaction; a worker hears of it when that commits.

    ``subject`` is the uid of the record it is about; in each of its ``lanes`` it waits for the
    jobs written before it. ``payload`` holds plain values (ids, ISO dates), never personal data.
    """
    job = Job.objects.create(kind=kind, created_by=created_by, subject=subject, payload=payload)
    occupy(job, lanes)
    transaction.on_commit(lambda: publish(job))
    return job


def cancel(job: Job) -> bool:
    """Stop a job that waits or is at work. False when it has ended, or its result is committed.

    The worker hears of it when it next tells how far it is, or at its fence, and rolls back.
    """
    ask_to_stop(job)
    stoppable = Job.objects.filter(pk=job.pk, state__in=UNFINISHED, committed_at=None)
    stopped = stoppable.update(
        state=Job.State.CANCELLED,
        finished_at=timezone.now(),
        lease_until=None,
        problem=_("已停止，没有改动任何数据。"),
    )
    if not stopped:
        forget_to_stop(job)
        return False
    _call_next(job)
    return True


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
    with transaction.atomic():
        take_turns()
        now = timezone.now()
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
    with Outcome(claimed.job, claimed.heartbeat):
        doer = handlers.get(claimed.job.kind)
        if doer is None:
            raise JobFailed(_("系统不认识这项后台任务，请联系管理员。"))
        result = doer.run(claimed)
        close(claimed.job, state=Job.State.DONE, result=result or {})
    _call_next(claimed.job)


def progress_of(job: Job) -> Progress:
    """How far a job is, read from the row and the cache; also gives overdue jobs a push."""
    sweep_now_and_then()
    return told_of(job, _stages_of(job))


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
    orphaned = Q(state=Job.State.RUNNING, lease_until__lte=now)
    return (Q(state=Job.State.QUEUED) | orphaned) & ~Q(is_blocked(now))


def _call_next(job: Job) -> None:
    """Tell the workers of the jobs that waited for this one."""
    # Who waits is asked first: asked together with who may go, hundreds of jobs that were queued a
    # moment ago would each be held against all others, by a database that knows of none yet.
    waiting = list(behind(job).values_list("pk", flat=True))
    ready = Job.objects.filter(_claimable(timezone.now()), pk__in=waiting) if waiting else []
    for one in sorted(ready, key=lambda one: one.pk):
        publish(one)


def _stages_of(job: Job) -> Mapping[str, int]:
    doer = handlers.get(job.kind)
    return doer.stages if doer else {}
