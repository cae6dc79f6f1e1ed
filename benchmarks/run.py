"""Every benchmark in turn on fresh databases: SQLite, and PostgreSQL when it is named.

usage: make bench, or TEST_DATABASE_URL=postgresql://… make bench (the named database is emptied)
       python benchmarks/run.py rollup exports     (these alone; the other rows of the table stay)

Each benchmark prints one line of JSON with its own ratios; seconds are printed with the machine and
its load, ratios of one run decide. The table goes to docs/scoreboard.md. Exit 1 when one of them
misses its bar.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg2

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SCOREBOARD = ROOT / "docs" / "scoreboard.md"
#: what is measured, and what the module is called
BENCHMARKS = {
    "load": "Loading the divisions of Chongqing",
    "lists": "Lists and searches of 170,000 people, and of ten times as many",
    "rollup": "Counting a filled city, and ten times the city",
    "exports": "Exports of 170,000 rows",
    "import": "Importing a roster of 170,000 members",
}
ENGINES = ("SQLite", "PostgreSQL")
EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


def engines(folder: str) -> dict[str, str]:
    """Database URL by name of the engine."""
    found = {"SQLite": f"sqlite:///{folder}/{{name}}.sqlite3"}
    if named := os.environ.get("TEST_DATABASE_URL"):
        found["PostgreSQL"] = named
    else:
        print("LEFT OUT  PostgreSQL: set TEST_DATABASE_URL to a scratch database")
    return found


def prepared(environment: dict[str, str]) -> None:
    """An empty database with all tables."""
    url = environment["DATABASE_URL"]
    if url.startswith("postgresql"):
        # Not through the portal: it refuses a database of another key, as the last run's is.
        with closing(psycopg2.connect(url)) as made, made, made.cursor() as cursor:
            cursor.execute(EMPTY)
    migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)


def measured(name: str, environment: dict[str, str]) -> tuple[dict[str, Any], bool]:
    """What a benchmark printed, and whether it met its bar."""
    prepared(environment)
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    print(done.stdout, end="", flush=True)
    return told(done.stdout, done.returncode), done.returncode == 0


def told(output: str, status: int) -> dict[str, Any]:
    """The JSON of the last line; one that broke off says so in the table instead of vanishing."""
    try:
        found: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        return {"missed": f"broke off with exit status {status}"}
    return found


def machine() -> str:
    """Which machine the seconds are of."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    told = f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    return f"{told}{database_server()}"


def database_server() -> str:
    """The named PostgreSQL and how much memory it was given, for that decides at ten times."""
    if not (named := os.environ.get("TEST_DATABASE_URL")):
        return ""
    with closing(psycopg2.connect(named)) as asked, asked.cursor() as cursor:
        cursor.execute("SHOW shared_buffers")
        (shared,) = cursor.fetchone()
        version = str(asked.server_version)[:-4]
    return f", PostgreSQL {version} with {shared} of shared_buffers"


def row(name: str, engine: str, found: dict[str, Any], is_met: bool) -> str:
    """What one benchmark measured, as a line of the table."""
    shown = "<br>".join(f"{key}: {value}" for key, value in found.items() if key != "engine")
    said = "yes" if is_met else "**no**"
    return f"{began(name, engine)} {date.today().isoformat()} | {shown} | {said} |"


def began(name: str, engine: str) -> str:
    """How the line of a benchmark begins, by which an older one is found again."""
    return f"| {BENCHMARKS[name]} | {engine} | `python -m benchmarks.{name}` |"


def standing(planned: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The lines of the last table; what was never measured says so."""
    lines = SCOREBOARD.read_text("utf-8").splitlines() if SCOREBOARD.exists() else []
    found = {}
    for one in planned:
        old = [line for line in lines if line.startswith(began(*one))]
        found[one] = old[0] if old else f"{began(*one)} – | not measured | **no** |"
    return found


def scoreboard(rows: Iterable[str]) -> str:
    """The table as Markdown."""
    lines = [
        "# Scoreboard",
        "",
        f"Machine of the last run: {machine()}.",
        "Written by `make bench` (`TEST_DATABASE_URL=postgresql://…` names the second engine).",
        "A ratio compares both sides in one run; seconds are those of this machine and its load.",
        "",
        "| what | engine | command | measured on | figures | bar met |",
        "|---|---|---|---|---|---|",
        *rows,
    ]
    return "\n".join(lines) + "\n"


def main(chosen: list[str]) -> int:
    """0 when every benchmark met its bar. The table is written anew after each of them."""
    if unknown := set(chosen) - set(BENCHMARKS):
        known = ", ".join(BENCHMARKS)
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {known}")
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        both = engines(folder)
        rows = standing([(name, engine) for name in BENCHMARKS for engine in ENGINES])
        wanted = [one for one in rows if one[1] in both and one[0] in (chosen or BENCHMARKS)]
        for name, engine in wanted:
            print(f"== {name} on {engine}", flush=True)
            url = both[engine].format(name=name)
            place = {"DATABASE_URL": url, "VAR_DIR": folder, "REDIS_URL": ""}
            found, is_met = measured(name, os.environ | place)
            rows[name, engine] = row(name, engine, found, is_met)
            SCOREBOARD.write_text(scoreboard(rows.values()), "utf-8")
            missed += [] if is_met else [f"{name} on {engine}"]
    for line in missed:
        print(f"MISSED    {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
