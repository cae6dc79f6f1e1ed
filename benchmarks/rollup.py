"""Counting a filled city against its floor, on the engine of ``DATABASE_URL`` (scratch database).

usage: DATABASE_URL=… python -m benchmarks.rollup [rounds] [times]

Fills the real tree with 170,000 people and believable records, then measures in turn, with all
stored rows a day old: the product counts, writes every row and commits, the floor only counts. Both
must find the same numbers. Prints seconds by the clock and of the processors (ours and the
database's, where it runs beside us), and the ratio of medians. Then a second rebuild, which has
nothing to write, 24 past months, one edit, and all again with ``times`` the city (10; 1: not).
"""

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
django.setup()

import numpy as np  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.floors import rollup_floor  # noqa: E402
from benchmarks.records_of_a_city import fill, multiply  # noqa: E402
from cadres.models import Person  # noqa: E402
from federation.coverage.adding import WIDTH, column_of, figure_names  # noqa: E402
from federation.coverage.models import CoverageRow, FrozenMonth  # noqa: E402
from federation.coverage.packing import unpack  # noqa: E402
from federation.coverage.periods import current_period  # noqa: E402
from federation.coverage.services import months_backfill, rebuild, recompute  # noqa: E402
from orgs.models import Organisation  # noqa: E402

BAR, GROWTH_BAR, RATIO_GROWTH_BAR, MONTHS = 3.0, 12.0, 1.5, 24


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock and of the processors, and what came out."""
    wall, processor = time.perf_counter(), processor_seconds()
    result = work()
    return time.perf_counter() - wall, processor_seconds() - processor, result


def processor_seconds() -> float:
    """What this process has used, and the database's process for us where it is on this machine."""
    spent = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        told = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
        if told.exists() and "postgres" in (text := told.read_text("utf-8")):
            user, system = text.rpartition(")")[2].split()[11:13]
            spent += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return spent


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


def rebuilt() -> tuple[float, float, Any]:
    """A rebuild that has to write every row."""
    CoverageRow.objects.update(as_of=timezone.localdate() - timedelta(days=1))
    return timed(rebuild)


def rewritten() -> int:
    """How many rows another rebuild writes when nothing has changed."""
    rows = CoverageRow.objects.filter(period=current_period())
    before = set(rows.values_list("pk", "computed_at"))
    rebuild()
    return len(set(rows.values_list("pk", "computed_at")) - before)


def a_round() -> tuple[tuple[float, float, bytes], tuple[float, float, Any]]:
    """The floor, then ours. What the floor found is kept as bytes: lists of a whole nation, kept
    while ours runs, would have the collector walk through them again and again.
    """
    wall, processor, found = timed(floor)
    kept = as_bytes(found)
    del found
    gc.collect()
    return (wall, processor, kept), rebuilt()


def as_bytes(numbers: dict[int, list[int]]) -> bytes:
    """The same numbers, organisation by organisation."""
    rows = [[pk, *numbers[pk]] for pk in sorted(numbers)]
    return np.array(rows, dtype=np.int64).tobytes()


def measure(rounds: int) -> dict[str, Any]:
    """Both sides in turn."""
    rebuild()
    measured = [a_round() for _round in range(rounds)]
    agree = measured[-1][0][2] == as_bytes(stored())
    least, least_cpu, mine, mine_cpu = (
        statistics.median(pair[side][clock] for pair in measured)
        for side in (0, 1)
        for clock in (0, 1)
    )
    return {
        "organisations": Organisation.objects.count(),
        "people": Person.objects.count(),
        "indicators": measured[-1][1][2]["indicators"],
        "floor_seconds": round(least, 2),
        "floor_cpu": round(least_cpu, 2),
        "seconds": round(mine, 2),
        "cpu": round(mine_cpu, 2),
        "ratio": round(mine / least, 2),
        "ratio_cpu": round(mine_cpu / least_cpu, 2),
        "one_edit_seconds": round(statistics.median(one_edit() for _n in range(5)), 4),
        "rows_rewritten_without_change": rewritten(),
        "agree": agree,
    }


def grown(city: dict[str, Any], larger: dict[str, Any]) -> dict[str, Any]:
    """By how much the larger city costs more; the floor's growth stands beside ours."""
    return {
        name: round(larger[key] / city[key], 1 if name.startswith("growth") else 2)
        for name, key in (
            ("growth", "seconds"),
            ("growth_cpu", "cpu"),
            ("growth_of_floor", "floor_seconds"),
            ("growth_of_floor_cpu", "floor_cpu"),
            ("ratio_growth", "ratio"),
        )
    }


def misses(found: dict[str, Any], bars: dict[str, float]) -> list[str]:
    """Bars that were not met, in words."""
    wrong = [f"{name} {found[name]} > {bar}" for name, bar in bars.items() if found[name] > bar]
    return wrong if found.get("agree", True) else [*wrong, "other numbers than the floor"]


def main(rounds: int, times: int) -> int:
    """1 when the numbers differ or a bar is missed."""
    fill()
    city = measure(rounds)
    shown: dict[str, Any] = {"engine": connection.vendor, **city}
    shown[f"seconds_of_{MONTHS}_months"] = round(past_months(), 1)
    bars = {"ratio": BAR, "rows_rewritten_without_change": 0}
    missed = misses(city, bars)
    if times > 1:
        multiply(times)
        larger = measure(rounds)
        growth = grown(city, larger)
        shown |= {f"with {times} x the city": larger, **growth}
        missed += misses(larger, bars)
        growth_bars = {"growth": GROWTH_BAR * times / 10, "ratio_growth": RATIO_GROWTH_BAR}
        missed += misses(growth, growth_bars)
        bars |= growth_bars
    print(json.dumps(shown | {"bars": bars, "missed": missed, "load": os.getloadavg()[0]}))
    return int(bool(missed))


if __name__ == "__main__":
    given = [int(number) for number in sys.argv[1:]]
    sys.exit(main(*(given + [3, 10][len(given) :])))
