"""One large import through real processes: killed on its way, stopped, or raced by its twin.

``python -m tests.drills.striking DEED BOOK FOLDER [strikes]`` in a throw-away installation, as
``tests.drills.rounds`` runs it. Prints one line of JSON; what all tables say by then stands in
FOLDER/told.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.cache import cache  # noqa: E402
from django.utils import timezone  # noqa: E402

from demo.people import IdNumbers  # noqa: E402
from demo.rosters import Member, roster  # noqa: E402
from demo.villages import Place, village  # noqa: E402
from demo.workbooks import roster_workbook  # noqa: E402
from federation.access.models import Role, User  # noqa: E402
from federation.access.services import account_create  # noqa: E402
from federation.audit.services import Actor  # noqa: E402
from federation.exchange import services as exchange  # noqa: E402
from federation.exchange.models import Batch  # noqa: E402
from federation.jobs import progress  # noqa: E402
from federation.jobs.models import Job  # noqa: E402
from federation.jobs.services import enqueue, handlers, run  # noqa: E402
from orgs.models import Organisation  # noqa: E402
from tests.drills.installation import Portal, below, reading, until  # noqa: E402
from tests.dumps import Told, raw  # noqa: E402

CITY = "50"
# Only a drill that hangs takes as long: machines are shared, and slow.
PATIENT = 1800
ENDED = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)


def prepare(book: Path, rows: int) -> dict[str, Any]:
    """The clerk of the city, and a roster of at least ``rows`` women, each number once."""
    city = Organisation.objects.get(code=CITY)
    account_create(
        username="su", name="苏青", role=Role.objects.get(code="city_officer"),
        organisation=city, actor=Actor.command(),
    )  # fmt: skip
    members: list[Member] = []
    # Each district has numbers of its own: those of one day of birth are few.
    numbers: dict[str, IdNumbers] = {}
    today = timezone.localdate()
    for place in _places(city):
        own = numbers.setdefault(place.district_code, IdNumbers(len(numbers)))
        members += roster([village(place, today)], own, today)
        if len(members) >= rows:
            break
    book.write_bytes(roster_workbook("", members))
    assert len({one.id_number for one in members}) == len(members)
    return {"rows": len(members)}


def _places(city: Organisation) -> Iterator[Place]:
    rows = Organisation.objects.below(city).of_group("village").order_by("path").values_list(
        "code", "short_name", "parent__code", "parent__short_name"
    )  # fmt: skip
    return (Place(*row, row[0][:6]) for row in rows)


class Import:
    """One import by the worker of ``portal``."""

    def __init__(self, portal: Portal, book: bytes, name: str = "花名册.xlsx") -> None:
        self.portal = portal
        self.actor = Actor.of(User.objects.get(username="su"))
        self.batch = exchange.batch_open(
            sheet="committee", organisation=Organisation.objects.get(code=CITY),
            as_of=timezone.localdate(), actor=self.actor, file_name=name, data=book,
        )  # fmt: skip
        self.strikes: list[dict[str, Any]] = []

    def plan(self) -> Job:
        """Have it checked."""
        return exchange.batch_queue_plan(batch=self.batch, actor=self.actor)

    def write(self) -> Job:
        """Have it written."""
        self.batch.refresh_from_db()
        return exchange.batch_queue_apply(batch=self.batch, actor=self.actor)

    def strike(self, job: Job, aim: str) -> None:
        """kill -9 of the worker and everything below it, once ``job`` is where ``aim`` says."""
        *_group, stage, share = ["", *aim.split()]
        begun = job.attempts
        until(lambda: self._is_begun(job, begun), "the job was never taken up", PATIENT)
        if aim == "committed":
            until(lambda: self._is_late(job), "nothing was written", PATIENT)
            mine = self._processes()
            until(self.is_written, "the rows were never committed", PATIENT, pause=0.0002)
            _send(mine, signal.SIGSTOP)
        else:
            until(reached(job, stage, float(share), self._is_reading), f"no {aim}", PATIENT)
        self._kill(job, aim)

    def _kill(self, job: Job, aim: str) -> None:
        """Hold all of them, see how far they are, kill them."""
        mine: list[int] = []
        while (now := self._processes()) != mine:
            mine = now
            _send(mine, signal.SIGSTOP)
        job.refresh_from_db()
        self.strikes.append({"aim": aim, "where": self._where(job), "job": job.state})
        _send(mine, signal.SIGKILL)
        # What the dead one told of its progress would be taken for that of its successor.
        cache.delete(progress._key(job))
        until(self.portal.worker, "the worker was not started again", PATIENT)

    def _processes(self) -> list[int]:
        head = self.portal.worker()
        return [head, *below(head)] if head else []

    def _where(self, job: Job) -> str:
        if job.kind == "apply_import":
            return "after commit" if self.is_written() else "applying"
        if self._is_reading():
            return "reading"
        return "planning" if job.state == Job.State.RUNNING else "planned"

    def _is_begun(self, job: Job, attempts: int) -> bool:
        job.refresh_from_db()
        return job.attempts > attempts or job.state in ENDED

    def _is_late(self, job: Job) -> bool:
        return reached(job, "writing", 0.5)()

    def _is_reading(self) -> bool:
        """Whether the reading child lives."""
        head = self.portal.worker()
        return bool(head and reading(head))

    def is_written(self) -> bool:
        """Whether the rows are committed."""
        return Batch.objects.filter(pk=self.batch.pk, state=Batch.State.APPLIED).exists()


def reached(
    job: Job, stage: str, share: float, is_reading: Callable[[], bool] = bool
) -> Callable[[], bool]:
    """Whether a share of a stage of ``job`` is done, or the job is past it.

    ``reading`` is the time in which the child lives: its share is that of the rows checked.
    """
    doer = handlers.get(job.kind)
    assert doer is not None
    keys = list(doer.stages)
    place = keys.index("checking" if stage == "reading" else stage)

    def look() -> bool:
        job.refresh_from_db()
        stages = progress.told_of(job, doer.stages).stages
        now = next((n for n, one in enumerate(stages) if one.state == "now"), -1)
        if job.state in ENDED or now > place:
            return True
        if stage == "reading" and not share:
            return is_reading()
        return now == place and stages[place].done >= share * stages[place].total

    return look


def _send(processes: list[int], sign: signal.Signals) -> None:
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)


def finished(*jobs: Job) -> None:
    """Wait until all of ``jobs`` are done. Raises AssertionError when one of them failed."""
    waiting = Job.objects.filter(pk__in=[job.pk for job in jobs])
    until(lambda: not waiting.exclude(state__in=ENDED).exists(), "a job does not end", PATIENT)
    assert {job.state for job in waiting} == {Job.State.DONE}, [job.problem for job in waiting]


def killed(portal: Portal, book: bytes, strikes: list[str]) -> dict[str, Any]:
    """One import and its kills: those of the check first, those of the writing after."""
    one = Import(portal, book)
    for queue, groups in ((one.plan, ("reading", "planning")), (one.write, ("applying", "comm"))):
        job = queue()
        for aim in strikes:
            if aim.startswith(groups):
                one.strike(job, aim)
        finished(job)
    taken = Job.objects.filter(attempts__gt=1).values_list("attempts", flat=True)
    return {"strikes": one.strikes, "taken_up_again": sum(taken) - len(taken)}


def stopped(portal: Portal, book: bytes, _strikes: list[str]) -> dict[str, Any]:
    """Stopped in every stage, each time leaving every table as it was; then let through."""
    before, seen, one = raw(), [], Import(portal, book)
    for queue, aims in (
        (one.plan, ("reading 0", "checking 0.5", "comparing 0.5", "keeping 0")),
        (one.write, ("comparing 0", "comparing 1", "writing 0.1", "writing 0.7")),
    ):
        for aim in aims:
            job = queue()
            stage, _, share = aim.partition(" ")
            until(reached(job, stage, float(share), one._is_reading), f"no {aim}", PATIENT)
            is_stopped = exchange.batch_cancel(batch=one.batch)
            # A job of its own: when it is done, the worker has let go of the stopped one.
            finished(enqueue("expire"))
            seen.append({"aim": aim, "stopped": is_stopped, "nothing left": raw() == before})
        finished(queue())
    return {"stops": seen}


def raced(portal: Portal, book: bytes, _strikes: list[str]) -> dict[str, Any]:
    """Two imports of the same rows at once, as the lanes let them."""
    both = [Import(portal, book, f"{turn}.xlsx") for turn in range(2)]
    finished(*[one.plan() for one in both])
    finished(*[one.write() for one in both])
    return {"imports": 2}


def raced_in_no_lane(portal: Portal, book: bytes, _strikes: list[str]) -> dict[str, Any]:
    """Two imports of the same rows written by two processes at the same moment."""
    both = [Import(portal, book, f"{turn}.xlsx") for turn in range(2)]
    finished(*[one.plan() for one in both])
    portal.stop()
    jobs = [enqueue("apply_import", created_by=x.actor.user, subject=x.batch.uid) for x in both]
    command = [sys.executable, "-m", "tests.drills.stopping", "do"]
    started = [subprocess.Popen([*command, str(job.uid)]) for job in jobs]
    assert [process.wait(PATIENT) for process in started] == [0, 0]
    # What they left to be counted, of which no worker is left to hear.
    for job in Job.objects.exclude(state__in=ENDED):
        run(job.uid)
    finished(*jobs)
    return {"imports": 2}


DEEDS = {"kill": killed, "stop": stopped, "race": raced, "race in no lane": raced_in_no_lane}


def main(deed: str, book: Path, folder: Path, strikes: list[str]) -> dict[str, Any]:
    """One deed, and what all tables say when every job has ended."""
    portal, began = Portal(dict(os.environ), folder / "serve.log"), time.monotonic()
    try:
        until(portal.is_up, "the portal never came up", PATIENT)
        seen = DEEDS[deed](portal, book.read_bytes(), strikes)
        waiting = Job.objects.exclude(state__in=ENDED)
        until(lambda: not waiting.exists(), "jobs are left over", PATIENT)
    finally:
        if portal.process.poll() is None:
            portal.stop()
    told = Told()
    lines = {**told.everything(), "audit_change": told.log()}
    (folder / "told").write_text(json.dumps(lines))
    jobs = Counter(Job.objects.values_list("state", flat=True))
    return {**seen, "jobs": jobs, "seconds": round(time.monotonic() - began)}


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        result = prepare(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        result = main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
