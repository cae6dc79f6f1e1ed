"""One import in a process of its own: what the benchmark of imports measures.

usage: DATABASE_URL=… python -m benchmarks.one_import SHEET FILE [plan]

Prints one line of JSON: seconds and processor seconds from the file to the finished plan and from
there to the committed rows (the change log is among them; the figures that follow are apart), SQL
statements, rows by what became of them, and the most memory of this process and of its children.
With ``plan`` nothing is written.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
django.setup()

import psycopg2.extensions  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.exports import peak_megabytes  # noqa: E402
from benchmarks.floors.imports.common import Clock  # noqa: E402
from federation.audit.services import Actor  # noqa: E402
from federation.coverage import tasks as coverage  # noqa: E402
from federation.exchange import tasks as exchange  # noqa: E402
from federation.exchange.models import Batch  # noqa: E402
from federation.exchange.services import batch_apply, batch_open, batch_plan  # noqa: E402
from orgs.models import Organisation  # noqa: E402

CITY = "50"
#: seconds in which the child that reads workbooks has started, as python and Django have
LOADING = 2
#: tables whose rows must not move when the same file comes again
REGISTER = ("cadres_person", "cadres_appointment", "orgs_term", "orgs_organisation")


class Statements:
    """Counts what is sent to the database, COPY included."""

    def __init__(self) -> None:
        self.count = 0
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            connection.connection.cursor_factory = self._counting()

    def _counting(self) -> Any:
        told = self

        class Cursor(psycopg2.extensions.cursor):
            def execute(self, *args: Any) -> Any:
                told.count += 1
                return super().execute(*args)

            def copy_expert(self, *args: Any, **kwargs: Any) -> Any:
                told.count += 1
                return super().copy_expert(*args, **kwargs)

        return Cursor

    def wrapper(self, execute: Any, sql: str, *rest: Any) -> Any:
        """For ``execute_wrapper``; on PostgreSQL the cursor counts."""
        self.count += connection.vendor == "sqlite"
        return execute(sql, *rest)


def marks() -> list[Any]:
    """What changes when any row of the register is written, be it with the same values."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            told = " UNION ALL ".join(
                f"SELECT '{table}', count(*), sum(hashtext(ctid::text || xmin::text)::bigint)"
                f" FROM {table}"
                for table in REGISTER
            )
            cursor.execute(told)
            return sorted(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM moved")
        return cursor.fetchall()


def watch() -> None:
    """SQLite has no mark in the row: triggers of this connection note what is written."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE moved (id integer)")
        for table in REGISTER:
            for deed in ("INSERT", "UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TEMP TRIGGER {table}_{deed} AFTER {deed} ON main.{table}"
                    " BEGIN INSERT INTO moved VALUES (1); END"
                )


def planned(sheet: str, path: Path) -> Batch:
    """The workbook taken in and planned."""
    batch = batch_open(
        sheet=sheet,
        organisation=Organisation.objects.get(code=CITY),
        as_of=timezone.localdate(),
        actor=Actor.command(),
        file_name=path.name,
        data=path.read_bytes(),
    )
    return batch_plan(batch=batch)


def written(batch: Batch, clock: Clock, asked: Statements) -> tuple[Batch, dict[str, Any]]:
    """The plan written; what it took until the commit, with the statements sent so far."""
    at_commit: list[dict[str, Any]] = []
    with transaction.atomic():
        # The first of the hooks: the rows are committed, the recount has not begun.
        transaction.on_commit(lambda: at_commit.append({**clock.stop(), "sent": asked.count}))
        batch = batch_apply(batch=batch)
    return batch, at_commit[0]


def measured(sheet: str, path: Path, *, only_plan: bool, is_again: bool) -> dict[str, Any]:
    """Everything about one import."""
    asked = Statements()
    if is_again:
        watch()
    before = marks() if is_again else []
    if connection.vendor == "sqlite":
        # Mapped pages of the database file are the system's cache, not the import's memory.
        connection.cursor().execute("PRAGMA mmap_size=0")
    # As every worker does before its first import, and long before it.
    exchange.make_ready()
    exchange.keep_child()
    coverage.make_ready()
    time.sleep(LOADING)
    peak_megabytes(forget=True)
    clock = Clock(connection.connection)
    with connection.execute_wrapper(asked.wrapper):
        batch = planned(sheet, path)
        found: dict[str, Any] = {"plan": clock.stop(), "plan_megabytes": round(peak_megabytes())}
        if not only_plan:
            peak_megabytes(forget=True)
            clock.start()
            began = time.perf_counter()
            batch, found["commit"] = written(batch, clock, asked)
            found["statements"] = found["commit"].pop("sent")
            spent = time.perf_counter() - began
            found["figures_seconds"] = round(spent - found["commit"]["wall_seconds"], 2)
            found["commit_megabytes"] = round(peak_megabytes())
    found["counts"] = batch.counts
    if is_again:
        found["rewritten"] = before != marks()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return found | {"child_megabytes": children}


if __name__ == "__main__":
    kind, named, *how = sys.argv[1:]
    told = measured(kind, Path(named), only_plan="plan" in how, is_again="again" in how)
    print(json.dumps(told, ensure_ascii=False))
