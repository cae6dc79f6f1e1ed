"""List, search and roster pages of 170,000 people against Django admin's changelist.

usage: DATABASE_URL=… python -m benchmarks.lists [rounds] [seconds] [times]

Both sides serve the same invented people from gunicorn with two workers on the loopback, asked by
the same client: the admin's changelist (floors/admin, which never changes), then the portal's
pages, in turn. Prints requests a second of both, the median ratio, the statements of every page,
and whether a search reads a whole table. Then both with ``times`` as many people (default 10;
1: not at all), and what is left of each ratio. Exit 1 when a bar is missed.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import people_of_a_city  # noqa: E402
from federation.access.models import Posting, Role, User  # noqa: E402
from orgs.models import Organisation  # noqa: E402

FLOOR = Path(__file__).resolve().parent / "floors" / "admin"
sys.path.insert(0, str(FLOOR))

from client import get, measure  # noqa: E402

BAR, MOST_ASKED, MOST_LOST, WORKERS = 20.0, 12, 1.5, 2
FLOORS = ("empty_rps", "changelist_rps", "search_rps")
BACKEND = "federation.access.backends.NameOrPhoneBackend"
LISTS = {"people": "/cadres/people/", "appointments": "/cadres/appointments/"}
SEARCHES = {
    "name": "/cadres/people/?q=" + quote("王秀英"),
    "two characters": "/cadres/people/?q=" + quote("秀英"),
    "initials": "/cadres/people/?q=wxy",
    "pinyin": "/cadres/people/?q=wangxiuying",
    "code": "/cadres/people/?q=500101001",
    "posts by name": "/cadres/appointments/?q=" + quote("王秀英"),
    "places": "/orgs/?q=" + quote("红"),
}
TABLES = ("cadres_person", "cadres_appointment")


def officer() -> User:
    """Somebody who may see all people of the city."""
    found = User.objects.filter(username="bench").first()
    if found is None:
        found = User.objects.create_user(username="bench", password=None)
        city, role = Organisation.objects.get(depth=0), Role.objects.get(code="city_officer")
        since = timezone.localdate()
        Posting.objects.create(user=found, role=role, organisation=city, from_on=since)
    return found


def cookie(user: User) -> str:
    """A session, as the log-in page would begin it."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def served() -> Any:
    """The portal behind gunicorn on a free port."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    command = [sys.executable, "-m", "gunicorn", "federation.wsgi:application"]
    command += ["--workers", str(WORKERS), "--bind", f"fd://{listener.fileno()}"]
    command += ["--log-level", "error", "--timeout", "120"]
    server = subprocess.Popen(command, pass_fds=[listener.fileno()])
    try:
        yield listener.getsockname()[1]
    finally:
        server.terminate()
        server.wait(60)


def floor(seconds: int, number: int) -> dict[str, Any]:
    """What the fixed opponent answers on this database's server about ``number`` of people."""
    url = os.environ["DATABASE_URL"]
    command = [sys.executable, str(FLOOR / "admin_list.py"), "--database", url]
    command += ["--seconds", str(seconds), "--people", str(number)]
    done = subprocess.run(command, cwd=FLOOR, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def ours(pages: dict[str, str], session: str, seconds: int) -> dict[str, float]:
    """Requests a second of every page; each is seen to be the page, not the log-in."""
    found = {}
    with served() as port:
        for name, path in pages.items():
            for _ in range(2 * WORKERS):
                status, text = get(port, path, session)
                if status != 200 or b'class="tb' not in text:
                    sys.exit(f"{path}: {status}, and not the list")
            found[name] = measure(port, path, session, seconds)["rps"]
    return found


def statements(client: Client, path: str) -> list[str]:
    """The SQL of one page, once it is warm."""
    client.get(path)
    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    return [one["sql"] for one in caught]


def reads_whole_table(sql: str) -> bool:
    """Whether the engine means to read all people or all appointments for ``sql``."""
    if not sql.startswith("SELECT") or not any(table in sql for table in TABLES):
        return False
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN " if is_postgresql else "EXPLAIN QUERY PLAN ") + sql)
        plan = [str(row[-1]) for row in cursor.fetchall()]
    mark = "Seq Scan on {}" if is_postgresql else "SCAN {}"
    return any(
        mark.format(table) in line for table in TABLES for line in plan if "INDEX" not in line
    )


class Bench:
    """Both sides asked in turn by one account, from one session."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        user = officer()
        self.client = Client(headers={"host": "127.0.0.1"})
        self.client.force_login(user, backend=BACKEND)
        self.session = cookie(user)
        town = Organisation.objects.of_group("town").order_by("path").first()
        roster = f"/cadres/appointments/?organisation={town.code}"
        self.pages = {**LISTS, "roster": roster, **SEARCHES}

    def round(self, times: int) -> tuple[dict[str, Any], dict[str, float]]:
        """Floor and pages, one after the other."""
        return floor(self.seconds, people_of_a_city.PEOPLE * times), ours(
            self.pages, self.session, self.seconds
        )

    def figures(self, rounds: int, times: int) -> dict[str, Any]:
        """Medians of the rounds, ratios of both sides, statements, and searches that read all."""
        pairs = [self.round(times) for _ in range(rounds)]
        least = {key: statistics.median(pair[0][key] for pair in pairs) for key in FLOORS}
        mine = {n: statistics.median(pair[1][n] for pair in pairs) for n in self.pages}
        asked = {name: statements(self.client, path) for name, path in self.pages.items()}
        changelist = least["changelist_rps"]
        return {
            **least,
            "rps": mine,
            "ratio": {name: round(rps / changelist, 1) for name, rps in mine.items()},
            "ratio_to_its_search": {
                name: round(mine[name] / least["search_rps"], 1) for name in SEARCHES
            },
            "statements": {name: len(sql) for name, sql in asked.items()},
            "searches_that_read_a_table": [
                name for name in SEARCHES if any(reads_whole_table(sql) for sql in asked[name])
            ],
        }


def misses(found: dict[str, Any], grown: dict[str, Any] | None) -> list[str]:
    """The bars that were not met, in words."""
    ratio = found["ratio"]
    slow = [f"{name} {ratio[name]} x" for name in LISTS if ratio[name] < BAR]
    for one in [found] if grown is None else [found, grown]:
        asked = one["statements"].items()
        slow += [f"{name}: {number} statements" for name, number in asked if number > MOST_ASKED]
        slow += [f"{name} reads a table" for name in one["searches_that_read_a_table"]]
    if grown is not None:
        for kind in ("ratio", "ratio_to_its_search"):
            pages = LISTS if kind == "ratio" else SEARCHES
            lost = {name: found[kind][name] / grown[kind][name] for name in pages}
            slow += [f"{name} loses {by:.1f} x" for name, by in lost.items() if by > MOST_LOST]
    return slow


def main(rounds: int, seconds: int, times: int) -> int:
    """Measure in turn; 1 when a page is too slow, asks too often, or a search reads a table."""
    people_of_a_city.fill()
    bench = Bench(seconds)
    found = bench.figures(rounds, 1)
    grown = None
    if times > 1:
        people_of_a_city.multiply(times)
        grown = bench.figures(1, times)
    missed = misses(found, grown)
    shown = {"engine": connection.vendor, **found, f"with {times} x the people": grown}
    print(json.dumps({**shown, "bar": BAR, "missed": missed, "load": os.getloadavg()[0]}))
    return int(bool(missed))


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(numbers + [3, 4, 10][len(numbers) :])))
