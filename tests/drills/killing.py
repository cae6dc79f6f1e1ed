"""kill -9 of the worker and all its children, ten times, while it imports.

Prints one line of JSON: kills, jobs finished, rows lost and doubled, where each kill struck.
Run by ``test_kill_worker.py`` in a throw-away installation.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import django

django.setup()

from django.utils import timezone  # noqa: E402

from cadres.models import Appointment, Person  # noqa: E402
from demo.people import IdNumbers  # noqa: E402
from demo.rosters import roster  # noqa: E402
from demo.villages import Place, village  # noqa: E402
from demo.workbooks import roster_workbook  # noqa: E402
from federation.access.models import Role, User  # noqa: E402
from federation.access.services import account_create  # noqa: E402
from federation.audit.log import changes_of  # noqa: E402
from federation.audit.services import Actor  # noqa: E402
from federation.exchange import services as exchange  # noqa: E402
from federation.exchange.models import Batch  # noqa: E402
from federation.jobs.models import Job  # noqa: E402
from orgs.models import Organisation  # noqa: E402
from tests.drills.installation import Portal, reading, until  # noqa: E402

DISTRICT = "500101"
# Where the ten kills strike: the reading child at work, a share of the time the plan or the
# writing takes, the moment the rows are committed.
STRIKES = (
    "reading", "reading", "planning 0.25", "planning 0.4", "planning 0.6",
    "applying 0.2", "applying 0.5", "applying 0.8", "committed", "committed",
)  # fmt: skip


def officer() -> User:
    """Somebody who may import in the district."""
    return account_create(
        username="lan", name="兰晓梅", role=Role.objects.get(code="district_officer"),
        organisation=Organisation.objects.get(code=DISTRICT), actor=Actor.command(),
    )  # fmt: skip


def workbooks(count: int) -> list[tuple[int, bytes]]:
    """Rosters of different villages: how many people each holds, and its file."""
    district = Organisation.objects.get(code=DISTRICT)
    rows = Organisation.objects.below(district).of_group("village").order_by("path").values_list(
        "code", "short_name", "parent__code", "parent__short_name"
    )  # fmt: skip
    today, numbers, made = timezone.localdate(), IdNumbers(), []
    places = [Place(*row, DISTRICT) for row in rows]
    for turn in range(count):
        members = roster((village(place, today) for place in places[turn::count]), numbers, today)
        made.append((len(members), roster_workbook("", members)))
    return made


class Import:
    """One import through the worker, killed once on its way."""

    def __init__(self, portal: Portal, actor: Actor, book: bytes, turn: int) -> None:
        self.portal, self.actor = portal, actor
        self.batch = exchange.batch_open(
            sheet="committee", organisation=Organisation.objects.get(code=DISTRICT),
            as_of=timezone.localdate(), actor=actor, file_name=f"{turn}.xlsx", data=book,
        )  # fmt: skip
        self.struck = ""
        self.seconds: dict[str, float] = {}

    def go(self, strike: str, typical: dict[str, float]) -> None:
        """Plan and apply; ``strike`` says where the worker dies on the way."""
        stage, _, share = strike.partition(" ")
        plan = exchange.batch_queue_plan(batch=self.batch, actor=self.actor)
        if stage in ("reading", "planning"):
            self._strike(stage, plan, float(share or 0) * typical.get("plan", 0))
        self._finish("plan", plan)
        self.batch.refresh_from_db()
        write = exchange.batch_queue_apply(batch=self.batch, actor=self.actor)
        if stage in ("applying", "committed"):
            self._strike(stage, write, float(share or 0) * typical.get("apply", 0))
        self._finish("apply", write)
        self.batch.refresh_from_db()

    def _strike(self, stage: str, job: Job, pause: float) -> None:
        until(lambda: self._state(job) != Job.State.QUEUED, "the job never began")
        if stage == "reading":
            until(lambda: self._is_reading() or self._state(job) != Job.State.RUNNING, "no child")
        elif stage == "committed":
            until(self._is_written, "the rows were never committed")
        else:
            time.sleep(pause)
        state = self._state(job)
        written = self._is_written()
        self.portal.kill_worker()
        self.struck = f"{stage}, job {state}, rows {'committed' if written else 'not yet'}"

    def _is_reading(self) -> bool:
        worker = self.portal.worker()
        return bool(worker and reading(worker))

    def _is_written(self) -> bool:
        return Batch.objects.filter(pk=self.batch.pk, state=Batch.State.APPLIED).exists()

    @staticmethod
    def _state(job: Job) -> str:
        return Job.objects.values_list("state", flat=True).get(pk=job.pk)

    def _finish(self, name: str, job: Job) -> None:
        ended: Sequence[str] = (Job.State.DONE, Job.State.FAILED)
        until(lambda: self._state(job) in ended, f"{name} did not end")
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.problem
        self.seconds[name] = (job.finished_at - job.started_at).total_seconds()


def verdict(imports: list[Import], sizes: list[int]) -> dict[str, object]:
    """Rows lost and doubled over all imports, counted in records and in the change log."""
    lost = doubled = 0
    counters: tuple[Callable[[Import], int], ...] = (
        lambda one: Person.objects.filter(batch=one.batch.uid).count(),
        lambda one: Appointment.objects.filter(batch=one.batch.uid).count(),
        lambda one: len([c for c in changes_of(one.batch.uid) if c.model == "cadres.Person"]),
    )
    for one, size in zip(imports, sizes, strict=True):
        for count in counters:
            lost += max(0, size - count(one))
            doubled += max(0, count(one) - size)
    lost += max(0, sum(sizes) - Person.objects.count())
    doubled += max(0, Person.objects.count() - sum(sizes))
    return {"rows": sum(sizes), "lost": lost, "doubled": doubled}


def main(log: Path) -> None:
    """Eleven imports: one in peace, to learn how long it takes, and ten with a kill each."""
    actor = Actor.of(officer())
    books = workbooks(len(STRIKES) + 1)
    portal = Portal(dict(os.environ), log)
    try:
        until(portal.is_up, "the portal never came up")
        imports = [Import(portal, actor, book, turn) for turn, (_, book) in enumerate(books)]
        imports[0].go("in peace", {})
        for one, strike in zip(imports[1:], STRIKES, strict=True):
            until(portal.worker, "the worker was not started again")
            one.go(strike, imports[0].seconds)
        waiting = Job.objects.exclude(state=Job.State.DONE)
        until(lambda: not waiting.exists(), "jobs are left over")
    finally:
        seconds = portal.stop()
    struck = [one.struck for one in imports[1:]]
    result = verdict(imports, [size for size, _ in books])
    again = Job.objects.filter(attempts__gt=1).count()
    result |= {"kills": len(struck), "taken_up_again": again, "struck": struck}
    result["stopped_in"] = round(seconds, 1)
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
