"""The whole drill: an import of 50,000 rows killed 32 times, stopped, and raced by its twin.

``make drill`` prints what it saw, on SQLite, or on PostgreSQL with Redis where DATABASE_URL and
REDIS_URL name servers. One import in peace says what all tables hold in the end. Every round
begins with a copy of the same empty portal and must end with the same tables, row by row, sealed
columns opened, change log and figures included.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.drills.installation import ROOT, copied, environment, last_json, run

ROWS = 50_000
DIVISIONS = ROOT / "orgs/data/50_chongqing.csv.gz"
STRIKING = ("-m", "tests.drills.striking")
HOURS = 3 * 3600
KINDS = ("reading", "planning", "applying", "after commit")
# Where the worker dies in each of eight imports: four times, each time taken up by another.
STRIKES = tuple(
    (f"reading {read}", f"planning {planned}", f"applying {written}", "committed")
    for read, planned, written in (
        (0, "comparing 0", "comparing 0"),
        (0.1, "comparing 0.25", "comparing 0.5"),
        (0.25, "comparing 0.5", "comparing 1"),
        (0.4, "comparing 0.5", "writing 0.1"),
        (0.5, "comparing 0.75", "writing 0.3"),
        (0.6, "comparing 0.75", "writing 0.5"),
        (0.75, "comparing 1", "writing 0.8"),
        (0.85, "keeping 0", "writing 0.95"),
    )
)
#: one of each kind, for a file of a few hundred rows
ONCE = (("reading 0", "planning comparing 0.5", "applying writing 0.1", "committed"),)
Tables = dict[str, Counter[str]]


def drill(folder: Path, rows: int, strikes: Iterable[tuple[str, ...]]) -> Iterator[dict[str, Any]]:
    """Round by round: what was done, what was seen, rows lost and rows doubled."""
    (folder / "base").mkdir()
    with environment(folder / "base") as base:
        run(base, "manage.py", "migrate", "-v", "0")
        run(base, "manage.py", "load_divisions", str(DIVISIONS))
        run(base, "manage.py", "rebuild_coverage")
        book = folder / "roster.xlsx"
        size = last_json(run(base, *STRIKING, "prepare", str(book), str(rows)))["rows"]
        yield {"deed": "a roster", "rows": size}
        peace = None
        deeds = [("kill",), *(("kill", *aims) for aims in strikes)]
        for number, deed in enumerate([*deeds, ("stop",), ("race",), ("race in no lane",)]):
            place = folder / f"round{number}"
            seen = _round(base, place, book, deed)
            told = _told(place)
            peace = told if peace is None else peace
            yield {"deed": " ".join(deed), **seen, **_verdict(peace, told), "size": _size(told)}


def _round(base: dict[str, str], place: Path, book: Path, deed: tuple[str, ...]) -> dict[str, Any]:
    """One deed in a fresh copy of the portal."""
    with copied(base, place) as fresh:
        what, *strikes = deed
        command = (*STRIKING, what, str(book), str(place), *strikes)
        seen = last_json(run(fresh, *command, seconds=HOURS))
        figures = last_json(run(fresh, "manage.py", "rebuild_coverage", "--verify", seconds=HOURS))
    return {**seen, "wrong figures": figures["differences"]}


def _told(place: Path) -> Tables:
    tables = json.loads((place / "told").read_text())
    return {name: Counter(rows) for name, rows in tables.items()}


def _size(told: Tables) -> int:
    return told["cadres_person"].total()


def _verdict(peace: Tables, told: Tables) -> dict[str, Any]:
    """Rows that the undisturbed import has and this one lacks, and the reverse, in any table."""
    gone = {name: (rows - told[name]).total() for name, rows in peace.items()}
    more = {name: (told[name] - rows).total() for name, rows in peace.items()}
    other = [name for name in peace if gone[name] or more[name]]
    return {"lost": sum(gone.values()), "doubled": sum(more.values()), "other tables": other}


def summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """What the rounds come to; a deed is done when it left every table as it had to."""
    kills = [kill for one in rounds for kill in one.get("strikes", ())]
    where = Counter(kill["where"] for kill in kills)
    return {
        "rows": rounds[0]["rows"],
        "written in peace": rounds[1]["size"],
        "kills": len(kills),
        "where": {kind: where[kind] for kind in KINDS},
        "at work": sum(kill["job"] == "running" for kill in kills),
        "taken up again": sum(one.get("taken_up_again", 0) for one in rounds),
        "lost": sum(one.get("lost", 0) for one in rounds),
        "doubled": sum(one.get("doubled", 0) for one in rounds),
        "unfinished": sum(
            not set(one.get("jobs", ())) <= {"done", "cancelled"} for one in rounds
        ),
        "wrong figures": sum(one.get("wrong figures", 0) for one in rounds),
        "stops": [stop for one in rounds for stop in one.get("stops", ())],
        "races": sum(one["deed"].startswith("race") for one in rounds),
    }  # fmt: skip


def played(folder: Path, rows: int, strikes: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    """The whole drill, told round by round on standard error."""
    rounds = []
    for one in drill(folder, rows, strikes):
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {json.dumps(one, ensure_ascii=False)}\n")
        rounds.append(one)
    return summary(rounds)


def main() -> int:
    """0 when nothing was lost, doubled or left over."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        seen = played(Path(folder), rows, STRIKES)
    sys.stdout.write(json.dumps(seen, ensure_ascii=False, indent=1) + "\n")
    faults = ("lost", "doubled", "unfinished", "wrong figures")
    left = [stop for stop in seen["stops"] if not stop["nothing left"]]
    too_few = [kind for kind, times in seen["where"].items() if times < 6]
    is_whole = seen["rows"] == seen["written in peace"]
    return 1 if any(seen[fault] for fault in faults) or left or too_few or not is_whole else 0


if __name__ == "__main__":
    sys.exit(main())
