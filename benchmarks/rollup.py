"""Counting a filled city against its floor, on the engine of ``DATABASE_URL`` (scratch database).

usage: DATABASE_URL=… python -m benchmarks.rollup [rounds] [times]

Fills the real tree with 170,000 people and believable records, then measures in turn. Both sides
must find the same numbers. Prints seconds of both, wall and processor, and the ratio of medians;
the product writes its rows and commits, the floor only counts. Then 24 past months, one edit, and
the city ``times`` times over (10; 1 leaves it out).
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
django.setup()

import numpy as np  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.floors import rollup_floor  # noqa: E402
from benchmarks.records_of_a_city import fill, multiply  # noqa: E402
from federation.coverage.adding import WIDTH, column_of, figure_names  # noqa: E402
from federation.coverage.models import CoverageRow, FrozenMonth  # noqa: E402
from federation.coverage.packing import unpack  # noqa: E402
from federation.coverage.periods import current_period  # noqa: E402
from federation.coverage.services import months_backfill, rebuild, recompute  # noqa: E402
from orgs.models import Organisation  # noqa: E402

BAR, GROWTH_BAR, MONTHS = 3.0, 12.0, 24


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
    """The stored totals in the figures and the order of the floor."""
    starts = [column_of(code, figure_names()) for code in rollup_floor.CODES]
    columns = (np.array(starts)[:, None] + np.arange(WIDTH)).ravel()
    rows = CoverageRow.objects.filter(period=current_period())
    return {
        pk: unpack(total)[columns].tolist()
        for pk, total in rows.values_list("organisation", "total")
    }


def one_edit() -> float:
    """Seconds in which an edit of one village reaches the city."""
    village = Organisation.objects.of_group("village").order_by("-path").first()
    return timed(lambda: recompute({village.pk}))[0]


def past_months() -> float:
    """Seconds in which past month ends are worked out; they are forgotten again."""
    seconds = timed(lambda: months_backfill(months=MONTHS))[0]
    FrozenMonth.objects.all().delete()
    CoverageRow.objects.filter(period__lt=current_period()).delete()
    return seconds


def measure(rounds: int) -> dict[str, Any]:
    """Both sides in turn."""
    rebuild()
    measured = [(timed(floor), timed(rebuild)) for _round in range(rounds)]
    agree = measured[-1][0][2] == stored()
    least, least_cpu, mine, mine_cpu = (
        statistics.median(pair[side][clock] for pair in measured)
        for side in (0, 1)
        for clock in (0, 1)
    )
    return {
        "organisations": Organisation.objects.count(),
        "indicators": measured[-1][1][2]["indicators"],
        "floor_seconds": round(least, 3),
        "floor_cpu": round(least_cpu, 3),
        "seconds": round(mine, 3),
        "cpu": round(mine_cpu, 3),
        "ratio": round(mine / least, 2),
        "one_edit_seconds": round(statistics.median(one_edit() for _n in range(5)), 4),
        "agree": agree,
    }


def main(rounds: int, times: int) -> int:
    """1 when the numbers differ, median over median or the growth is above its bar."""
    fill()
    shown = {"engine": connection.vendor, **measure(rounds)}
    shown |= {f"seconds_of_{MONTHS}_months": round(past_months(), 1)}
    is_met = shown["agree"] and shown["ratio"] <= BAR
    if times > 1:
        multiply(times)
        larger = measure(1)
        growth = round(larger["seconds"] / shown["seconds"], 1)
        # Beside it what a loaded machine distorts less: this process alone, and the floor's growth.
        shown |= {
            f"times_{times}": larger,
            "growth": growth,
            "growth_cpu": round(larger["cpu"] / shown["cpu"], 1),
            "floor_growth": round(larger["floor_seconds"] / shown["floor_seconds"], 1),
            "growth_bar": GROWTH_BAR,
        }
        is_met = is_met and larger["agree"] and growth <= GROWTH_BAR
    print(json.dumps(shown | {"bar": BAR, "load": os.getloadavg()[0]}))
    return int(not is_met)


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:]]
    sys.exit(main(*(given + [5, 10][len(given) :])))
