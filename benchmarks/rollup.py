"""Counting a filled city against its floor, on the engine of ``DATABASE_URL`` (scratch database).

usage: DATABASE_URL=… python -m benchmarks.rollup [rounds]

Fills a tree without records with believable ones, then measures in turn. Both sides must find the
same numbers. Prints seconds of both, wall and processor, the median ratio, the machine's load. The
product writes its rows and commits; the floor only counts.
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.floors import rollup_floor  # noqa: E402
from cadres.models import Appointment, Person, Post  # noqa: E402
from federation.coverage.adding import unpack  # noqa: E402
from federation.coverage.models import CoverageRow  # noqa: E402
from federation.coverage.periods import current_period  # noqa: E402
from federation.coverage.services import rebuild, recompute  # noqa: E402
from homes.models import Home, HomeKind  # noqa: E402
from orgs.models import Organisation, ReportedFact, Term  # noqa: E402
from orgs.services.loading import divisions_load  # noqa: E402

CHONGQING = Path(__file__).resolve().parent.parent / "orgs" / "data" / "50_chongqing.csv.gz"
BAR = 3.0
MEMBERS = 6


def fill() -> None:
    """Reports, terms, committees and homes of every village; the same on every run."""
    if not Organisation.objects.exists():
        divisions_load(path=CHONGQING)
    if Term.objects.exists():
        return
    luck, today = random.Random(50), timezone.localdate()
    villages = list(Organisation.objects.of_group("village").order_by("path"))
    with transaction.atomic():
        for model, made in records(villages, luck, today).items():
            model.objects.bulk_create(made, batch_size=5000)


def records(villages: list, luck: random.Random, today: date) -> dict[Any, list]:
    """Unsaved records by model, in the order in which they can be saved."""
    posts = {post.name: post for post in Post.objects.all()}
    kind = HomeKind.objects.get(code="women_home")
    made: dict[Any, list] = {Term: [], ReportedFact: [], Person: [], Appointment: [], Home: []}
    for village in villages:
        place = {"organisation": village, "branch_id": village.branch_id}
        starts = today - timedelta(days=luck.randrange(300, 2200))
        due = starts + timedelta(days=1826)
        made[Term].append(Term(**place, starts_on=starts, due_on=due, from_report=True))
        for key, number in cells(luck).items():
            if luck.random() < 0.95:
                fact = ReportedFact(**place, key=key, as_of=today, number=number, text=key)
                made[ReportedFact].append(fact)
        for n in range(MEMBERS):
            post = appointment(place, starts, posts["执委" if n else "主席"], luck)
            made[Person].append(post.person)
            made[Appointment].append(post)
        if luck.random() < 0.9:
            made[Home].append(Home(**place, kind=kind, name="妇女之家", from_report=True))
    return made


def appointment(place: dict, starts: date, post: Post, luck: random.Random) -> Appointment:
    """A new person in a post; the chair rests on a report."""
    return Appointment(
        **place,
        person=Person(name="何平", from_report=post.is_head),
        post=post,
        is_head=post.is_head,
        from_on=starts,
        from_report=post.is_head,
        is_on_two_committees=luck.choice([True, True, False, None]) if post.is_head else None,
    )


def cells(luck: random.Random) -> dict[str, int | None]:
    """One row of a report."""
    return {
        "women_resident": luck.randrange(300, 2000),
        "households": luck.randrange(200, 900),
        "chair_name": None,
        "chair_in_committee": int(luck.random() < 0.95),
        "exec_count": luck.randrange(7, 17),
        "group_count": luck.randrange(0, 9),
        "has_home": int(luck.random() < 0.9),
        "budget_yuan": luck.randrange(0, 400_000),
        "election_date": None,
    }


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock and of this process, and what came out."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return time.perf_counter() - wall, time.process_time() - processor, result


def floor() -> dict[int, list[int]]:
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    return rollup_floor.rollup(cursor, connection.vendor, timezone.localdate())


def stored() -> dict[int, list[int]]:
    rows = CoverageRow.objects.filter(period=current_period())
    return {pk: unpack(total).tolist() for pk, total in rows.values_list("organisation", "total")}


def one_edit() -> float:
    """Seconds in which an edit of one village reaches the city."""
    village = Organisation.objects.of_group("village").order_by("-path").first()
    return timed(lambda: recompute({village.pk}))[0]


def main(rounds: int) -> int:
    """Measure in turn; 1 when the numbers differ or median over median is above the bar."""
    fill()
    rebuild()
    measured = [(timed(floor), timed(rebuild)) for _round in range(rounds)]
    agree = measured[-1][0][2] == stored()
    least, least_cpu, mine, mine_cpu = (
        statistics.median(pair[side][clock] for pair in measured)
        for side in (0, 1)
        for clock in (0, 1)
    )
    shown = {
        "engine": connection.vendor,
        "organisations": Organisation.objects.count(),
        "floor_seconds": round(least, 3),
        "floor_cpu": round(least_cpu, 3),
        "seconds": round(mine, 3),
        "cpu": round(mine_cpu, 3),
        "ratio": round(mine / least, 2),
        "one_edit_seconds": round(statistics.median(one_edit() for _n in range(5)), 4),
        "agree": agree,
        "bar": BAR,
        "load": os.getloadavg()[0],
    }
    print(json.dumps(shown))
    return int(not agree or mine / least > BAR)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
