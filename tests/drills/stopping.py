"""Imports stopped in the hands of a real worker, and two at once into one branch.

Prints one line of JSON: what was left behind by each stop, and how many rows two imports made.
Run by ``test_stopping.py`` in a throw-away installation. ``… stopping do UID`` does one job in a
process of its own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from cadres.models import Appointment, Person  # noqa: E402
from federation.audit.services import Actor  # noqa: E402
from federation.exchange import services as exchange  # noqa: E402
from federation.exchange.models import Batch, PlanChunk  # noqa: E402
from federation.jobs.models import Job  # noqa: E402
from federation.jobs.progress import told_of  # noqa: E402
from federation.jobs.services import enqueue, handlers, run  # noqa: E402
from tests.drills.installation import Portal, until  # noqa: E402
from tests.drills.killing import Import, officer, workbooks  # noqa: E402

SECONDS_PATIENT = 60


def reached(job: Job, stage: str) -> Callable[[], bool]:
    """Whether the worker has told of this stage, or is past it."""
    doer = handlers.get(job.kind)
    assert doer is not None

    def look() -> bool:
        job.refresh_from_db()
        stages = told_of(job, doer.stages).stages
        return any(one.key == stage and one.state for one in stages)

    return look


def stop(portal: Portal, one: Import, job: Job, stage: str) -> dict[str, object]:
    """Press the button at a stage; what is left when the worker has heard of it."""
    until(reached(job, stage), f"{stage} never came", SECONDS_PATIENT)
    stopped = exchange.batch_cancel(batch=one.batch)
    until(lambda: not one._is_reading(), "the reading child lives on", SECONDS_PATIENT)
    # A job of its own, so that the worker is known to be done with the stopped one.
    after = enqueue("expire")
    until(lambda: Import._state(after) == Job.State.DONE, "the worker is stuck", SECONDS_PATIENT)
    one.batch.refresh_from_db()
    uid = one.batch.uid
    return {
        "stage": stage, "stopped": stopped, "job": Import._state(job), "batch": one.batch.state,
        "rows": Person.objects.filter(batch=uid).count()
        + Appointment.objects.filter(batch=uid).count(),
    }  # fmt: skip


def two_at_once(portal: Portal, actor: Actor, book: bytes) -> int:
    """The same roster planned twice and written by two processes at once, in no lane."""
    both = [Import(portal, actor, book, turn) for turn in range(2)]
    for one in both:
        exchange.batch_plan(batch=one.batch)
    jobs = [enqueue("apply_import", created_by=actor.user, subject=one.batch.uid) for one in both]
    command = [sys.executable, "-m", "tests.drills.stopping", "do"]
    started = [subprocess.Popen([*command, str(job.uid)]) for job in jobs]
    assert [process.wait(SECONDS_PATIENT * 3) for process in started] == [0, 0]
    for one in both:
        exchange.batch_apply(batch=Batch.objects.get(pk=one.batch.pk))
    return Person.objects.filter(batch__in=[one.batch.uid for one in both]).count()


def main(log: Path) -> None:
    """Stop a check and a writing; then let the import through, then race two of another."""
    actor = Actor.of(officer())
    (size, book), (other_size, other) = workbooks(2)
    portal = Portal(dict(os.environ), log)
    seen = []
    try:
        until(portal.is_up, "the portal never came up")
        one = Import(portal, actor, book, 0)
        for stage in ("reading", "checking"):
            job = exchange.batch_queue_plan(batch=one.batch, actor=actor)
            seen.append(stop(portal, one, job, stage))
        seen[-1]["chunks"] = PlanChunk.objects.filter(batch=one.batch).count()
        one._finish("plan", exchange.batch_queue_plan(batch=one.batch, actor=actor))
        one.batch.refresh_from_db()
        for stage in ("comparing", "writing"):
            job = exchange.batch_queue_apply(batch=one.batch, actor=actor)
            seen.append(stop(portal, one, job, stage))
        one._finish("apply", exchange.batch_queue_apply(batch=one.batch, actor=actor))
        written = Person.objects.filter(batch=one.batch.uid).count()
    finally:
        portal.stop()
    raced = two_at_once(portal, actor, other)
    result = {"size": size, "written": written, "other_size": other_size, "raced": raced}
    sys.stdout.write(json.dumps({"stops": seen, **result}) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "do":
        run(sys.argv[2])
    else:
        main(Path(sys.argv[1]))
