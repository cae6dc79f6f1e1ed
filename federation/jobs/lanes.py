"""One at a time per place: jobs that write the same town follow each other, the oldest first.

Lanes keep the order and let a page say honestly who is first. They are not what keeps records
whole: that is done by row locks, tokens and unique constraints.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from federation.jobs.models import Job, JobLane

UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)
#: names the advisory lock under which jobs are claimed; any number nobody else uses
CLAIMING = 7_105_337_201


def take_turns() -> None:
    """Claim alone until the transaction ends, so that two jobs never overlook each other.

    SQLite has but one writer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMING])


def occupy(job: Job, keys: Iterable[str]) -> None:
    """Put a new job into the lanes of ``keys``, in the caller's transaction."""
    JobLane.objects.bulk_create([JobLane(job=job, key=key) for key in sorted(set(keys))])


def is_blocked(now: datetime) -> Exists:
    """A condition on jobs: another one comes first in one of their lanes.

    That is an older one, or one at work: it may have been claimed before the older was committed.
    A dead worker's job comes first only where it is the older, or nobody would move.
    """
    others = JobLane.objects.filter(key=OuterRef("key"), job__state__in=UNFINISHED)
    older = Q(job_id__lt=OuterRef("job_id"))
    at_work = Q(job__state=Job.State.RUNNING, job__lease_until__gt=now)
    first = others.exclude(job_id=OuterRef("job_id")).filter(older | at_work)
    return Exists(JobLane.objects.filter(Exists(first), job_id=OuterRef("pk")))


def ahead(job: Job) -> int:
    """How many unfinished jobs come before ``job`` in its lanes."""
    keys = JobLane.objects.filter(job=job).values("key")
    at_work = Q(state=Job.State.RUNNING, lease_until__gt=timezone.now())
    found = Job.objects.filter(Q(pk__lt=job.pk) | at_work, state__in=UNFINISHED)
    return found.filter(lanes__key__in=keys).exclude(pk=job.pk).distinct().count()


def behind(job: Job) -> QuerySet[Job]:
    """The jobs that wait in lanes of ``job``, the oldest first."""
    keys = JobLane.objects.filter(job=job).values("key")
    waiting = Job.objects.filter(state=Job.State.QUEUED, lanes__key__in=keys)
    return waiting.exclude(pk=job.pk).distinct().order_by("pk")
