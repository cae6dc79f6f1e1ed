"""Loading Chongqing against its floor, on the engine of ``DATABASE_URL`` (a scratch database).

usage: DATABASE_URL=… python -m benchmarks.load [rounds]

Prints seconds of both, the median ratio, the machine and its load. The database must be migrated;
its organisations are deleted before every round, so never name one that is in use.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
django.setup()

from django.apps import apps  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from benchmarks.floors import load_floor  # noqa: E402
from orgs.services.loading import divisions_load  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
CHONGQING = ROOT / "orgs" / "data" / "50_chongqing.csv.gz"
BAR = 3.0


def empty() -> None:
    """Leave no organisation and nothing that hangs on one."""
    wanted = {"orgs_organisation", "orgs_parentlink", "orgs_alias", "coverage_dirtyorganisation"}
    tables = [m._meta.db_table for m in apps.get_models() if m._meta.db_table in wanted]
    with transaction.atomic(), connection.cursor() as cursor:
        statements = connection.ops.sql_flush(no_style(), tables, allow_cascade=True)
        for statement in statements:
            cursor.execute(statement)


def floor() -> float:
    """Seconds of the floor on the same engine."""
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        return load_floor.postgresql(CHONGQING, connection.connection)
    with tempfile.TemporaryDirectory() as folder:
        return load_floor.sqlite(CHONGQING, Path(folder) / "floor.sqlite3")


def product() -> tuple[float, float]:
    """Seconds until the tree stands, and seconds of the figures that follow it."""
    empty()
    moments = [time.perf_counter()]
    with transaction.atomic():
        # The first of the hooks: the load is committed, the recount has not begun.
        transaction.on_commit(lambda: moments.append(time.perf_counter()))
        loaded = divisions_load(path=CHONGQING)
    moments.append(time.perf_counter())
    if loaded.created != 12_340:
        raise SystemExit(f"{loaded.created} organisations instead of 12340")
    return moments[1] - moments[0], moments[2] - moments[1]


def main(rounds: int) -> int:
    """Measure in turn; 1 when median over median is above the bar."""
    product()
    measured = [(floor(), *product()) for _round in range(rounds)]
    least, mine, figures = (statistics.median(column) for column in zip(*measured, strict=True))
    print(
        json.dumps(
            {
                "engine": connection.vendor,
                "floor_seconds": round(least, 3),
                "seconds": round(mine, 3),
                "ratio": round(mine / least, 2),
                "figures_seconds": round(figures, 3),
                "bar": BAR,
                "load": os.getloadavg()[0],
            }
        )
    )
    return int(mine / least > BAR)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
