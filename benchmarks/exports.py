"""Exports of registers with 170,000 rows: statements and memory, on the engine of ``DATABASE_URL``.

usage: DATABASE_URL=… python -m benchmarks.exports

Each export runs in a process of its own, once its list has been shown. Prints rows, statements,
seconds, the size of the file and the most memory it took beyond what the process had before. Exit 1
when an export is not the whole register or misses a bar. The database is a scratch one.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks import people_of_a_city  # noqa: E402
from benchmarks.lists import BACKEND, officer  # noqa: E402
from federation.audit.deeds import ENDED  # noqa: E402
from federation.audit.models import Event  # noqa: E402

MOST_STATEMENTS, MOST_MEGABYTES = 12, 80
LISTS = {"people": "/cadres/people/", "appointments": "/cadres/appointments/"}
FORMS = ("xlsx", "csv")


def peak_megabytes(*, forget: bool = False) -> float:
    """The most memory this process ever held; ``forget`` begins anew from what it holds now."""
    if forget:
        Path("/proc/self/clear_refs").write_text("5", "utf-8")
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def one(path: str, form: str, target: str = os.devnull) -> dict[str, Any]:
    """What one export costs in this process; the file goes to ``target`` as it comes."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(officer(), backend=BACKEND)
    client.get(path)
    if connection.vendor == "sqlite":
        # Mapped pages of the database file are the system's cache, not the export's memory.
        connection.cursor().execute("PRAGMA mmap_size=0")
    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    before, began = peak_megabytes(forget=True), time.perf_counter()
    with connection.execute_wrapper(count), Path(target).open("wb") as kept:
        answer = client.get(f"{path}export/?form={form}")
        size = sum(map(kept.write, answer)) if answer.status_code == 200 else 0
    return {
        "rows": Event.objects.filter(deed=ENDED).latest("pk").detail["rows"] if size else 0,
        "statements": len(asked),
        "seconds": round(time.perf_counter() - began, 1),
        "file_megabytes": round(size / 2**20, 1),
        "megabytes": round(peak_megabytes() - before),
    }


def misses(name: str, found: dict[str, Any]) -> list[str]:
    """The bars that were not met, in words."""
    wrong = []
    if found["rows"] < people_of_a_city.PEOPLE:
        wrong.append(f"{name}: {found['rows']} rows")
    if found["statements"] > MOST_STATEMENTS:
        wrong.append(f"{name}: {found['statements']} statements")
    if found["megabytes"] > MOST_MEGABYTES:
        wrong.append(f"{name}: {found['megabytes']} MB")
    return wrong


def main() -> int:
    """1 when a bar is missed."""
    people_of_a_city.fill()
    officer()
    shown: dict[str, Any] = {"engine": connection.vendor}
    missed: list[str] = []
    for name, path in LISTS.items():
        for form in FORMS:
            command = [sys.executable, "-m", "benchmarks.exports", path, form]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            shown[f"{name} {form}"] = found = json.loads(done.stdout.splitlines()[-1])
            missed += misses(f"{name} {form}", found)
    bars = {"statements": MOST_STATEMENTS, "megabytes": MOST_MEGABYTES}
    print(json.dumps(shown | {"bars": bars, "missed": missed, "load": os.getloadavg()[0]}))
    return int(bool(missed))


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(one(*sys.argv[1:])))
        sys.exit(0)
    sys.exit(main())
