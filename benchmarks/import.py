"""Imports against their fixed opponents, on the engine of ``DATABASE_URL`` (a scratch database).

usage: DATABASE_URL=… python -m benchmarks.import [--rows 170000] [--stock-rows 20000] [--rounds 3]

Rosters of members, interleaved in one run: the floor (calamine, the reference validation, COPY and
upsert), then the portal in an empty register, ``--rounds`` times; medians decide. Once against
stock django-import-export; the same file again, which must write nothing; a report of 12,000
villages; a file of 300 rows; the export of what was imported against xlsxwriter alone. Exit 1 when
a bar is missed. The database must be migrated; its register is emptied before every round.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from benchmarks import workbooks  # noqa: E402
from benchmarks.lists import officer  # noqa: E402
from orgs.models import Organisation  # noqa: E402
from orgs.services.loading import divisions_load  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT, FLOORS = HERE.parent, HERE / "floors"
CHONGQING = ROOT / "orgs" / "data" / "50_chongqing.csv.gz"
VILLAGES, TOWNSHIP = 12_000, 300
#: highest times the floor, lowest times faster than stock, megabytes, seconds, statements
BARS = {
    "plan_times_floor": 2.0,
    "commit_times_floor": 1.5,
    "megabytes": 500,
    "times_stock": 25.0,
    "statements": 60,
    "villages_seconds": 10.0,
    "township_seconds": 2.0,
    "export_times_xlsxwriter": 1.3,
    "export_megabytes": 100,
}
# Emptied before every round, those that refer to others first.
REGISTER = (
    "cadres_appointment", "cadres_person", "orgs_term", "audit_creationplace",
    "audit_creationblock", "audit_change", "audit_imageblock",
    "exchange_planchunk", "exchange_originblock", "exchange_batch", "coverage_dirtyorganisation",
    "jobs_job",
)  # fmt: skip
LEAST = ("times_stock",)


def emptied() -> None:
    """The register as it was before anything was imported."""
    fresh = Organisation.objects.filter(batch=None).values(
        "status", "status_since_on", "status_since_precision", "from_report"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(REGISTER)} CASCADE")
        else:
            for table in REGISTER:
                cursor.execute(f"DELETE FROM {table}")
        Organisation.objects.exclude(batch=None).update(**fresh[0], batch=None)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE orgs_organisation")


def told(command: list[str], **environment: str) -> dict[str, Any]:
    """The JSON of the last line that a process of its own prints."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT, env=os.environ | environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def floor(script: str, path: Path, folder: Path, *rest: str) -> dict[str, Any]:
    """One round of a fixed opponent on the same server, or in a file beside ours."""
    url = os.environ.get("DATABASE_URL", "")
    if connection.vendor == "sqlite":
        url = f"sqlite:///{folder / 'floor.sqlite3'}"
    return told([str(FLOORS / "imports" / script), str(path), "--database", url, *rest])


def ours(sheet: str, path: Path, *how: str) -> dict[str, Any]:
    """One import of the portal."""
    return told(["-m", "benchmarks.one_import", sheet, str(path), *how])


def seconds(found: dict[str, Any], deed: str) -> float:
    """Wall seconds of planning or writing."""
    return float(found[deed]["wall_seconds"])


def most_memory(rounds: list[dict[str, Any]]) -> int:
    """The most any process held."""
    names = ("plan_megabytes", "commit_megabytes", "child_megabytes")
    return max(found.get(name, 0) for found in rounds for name in names)


def raced(path: Path, folder: Path, rounds: int) -> dict[str, Any]:
    """The floor and the portal in turn; then the same file once more."""
    floors, mine = [], []
    for _round in range(rounds):
        floors.append(floor("import_floor.py", path, folder, "--divisions", str(folder / "tree")))
        emptied()
        mine.append(ours("committee", path))
        same(floors[-1], mine[-1])
    again = ours("committee", path, "again")
    base = statistics.median(found["wall_seconds"] for found in floors)
    plan, commit = (statistics.median(seconds(f, d) for f in mine) for d in ("plan", "commit"))
    return {
        "rows": floors[0]["rows"],
        "floor_seconds": round(base, 2),
        "plan_seconds": round(plan, 2),
        "commit_seconds": round(commit, 2),
        "figures_seconds": mine[-1]["figures_seconds"],
        "plan_times_floor": round(plan / base, 2),
        "commit_times_floor": round(commit / base, 2),
        "cpu_seconds": [mine[-1][deed]["cpu_seconds"] for deed in ("plan", "commit")],
        "megabytes": most_memory([*mine, again]),
        "floor_megabytes": floors[-1]["peak_mb"],
        "again_seconds": round(seconds(again, "plan") + seconds(again, "commit"), 2),
        "again_rewritten": again["rewritten"],
    }


def same(base: dict[str, Any], mine: dict[str, Any]) -> None:
    """Both took and refused the same rows. Raises SystemExit."""
    both = [(base["accepted"], base["rejected"])]
    both.append((mine["counts"]["accepted"], mine["counts"]["rejected"]))
    if both[0] != both[1] or mine["counts"].get("stale"):
        raise SystemExit(f"floor and portal disagree: {both} {mine['counts']}")


def against_stock(path: Path, folder: Path, rows: int) -> dict[str, Any]:
    """Ours on both sides of one round of django-import-export."""
    mine = []
    for is_last in (False, True):
        emptied()
        mine.append(ours("committee", path))
        if not is_last:
            stock = floor("stock_import_export.py", path, folder)
    both = statistics.mean(seconds(found, "plan") + seconds(found, "commit") for found in mine)
    return {
        "stock_rows": rows,
        "stock_seconds": stock["wall_seconds"],
        "ours_seconds": round(both, 2),
        "times_stock": round(stock["wall_seconds"] / both, 1),
        "statements": max(found["statements"] for found in mine),
    }


def exported(folder: Path) -> dict[str, Any]:
    """The export of the posts that stand, and xlsxwriter alone over the same cells."""
    officer()
    path = str(folder / "export.xlsx")
    mine = told(["-m", "benchmarks.exports", "/cadres/appointments/", "xlsx", path])
    alone = told([str(FLOORS / "xlsx_floor.py"), path])
    return {
        "export_rows": mine["rows"],
        "export_seconds": mine["seconds"],
        "xlsxwriter_seconds": alone["seconds"],
        "export_times_xlsxwriter": round(mine["seconds"] / alone["seconds"], 2),
        "export_megabytes": mine["megabytes"],
    }


def missed(shown: dict[str, Any]) -> list[str]:
    """The bars that were not met, in words."""
    wrong = [
        f"{name} {shown[name]}"
        for name, bar in BARS.items()
        if name in shown and (shown[name] < bar if name in LEAST else shown[name] > bar)
    ]
    return wrong + ["the same file again was written"] * bool(shown["again_rewritten"])


def main() -> int:
    """1 when a bar is missed."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--rows", type=int, default=170_000)
    wanted.add_argument("--stock-rows", type=int, default=20_000, help="0: leave stock out")
    wanted.add_argument("--rounds", type=int, default=3)
    args = wanted.parse_args()
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        (folder / "tree").mkdir()
        tree = workbooks.divisions(CHONGQING, folder / "tree" / "50.csv.gz", VILLAGES)
        if not Organisation.objects.exists():
            divisions_load(path=tree)
        places = workbooks.places(tree)
        whole = workbooks.roster(folder / "roster.xlsx", args.rows, places)
        shown: dict[str, Any] = {"engine": connection.vendor, **raced(whole, folder, args.rounds)}
        shown |= exported(folder)
        shown |= small_ones(folder, places)
        if args.stock_rows:
            some = workbooks.roster(folder / "some.xlsx", args.stock_rows, places)
            shown |= against_stock(some, folder, args.stock_rows)
    wrong = missed(shown)
    print(json.dumps(shown | {"bars": BARS, "missed": wrong, "load": os.getloadavg()[0]}))
    return int(bool(wrong))


def small_ones(folder: Path, places: list[workbooks.Place]) -> dict[str, Any]:
    """Seconds until the plan of a report of all villages, and of a township's file, is there.

    Sealing the file and the child that reads it are in them; the upload and the queue are not.
    """
    villages = workbooks.report(folder / "villages.xlsx", VILLAGES, places)
    township = workbooks.roster(folder / "township.xlsx", TOWNSHIP, places[:20])
    emptied()
    return {
        "villages_seconds": round(seconds(ours("villages", villages, "plan"), "plan"), 2),
        "township_seconds": round(seconds(ours("committee", township, "plan"), "plan"), 2),
    }


if __name__ == "__main__":
    sys.exit(main())
