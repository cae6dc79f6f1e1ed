"""List, search and roster pages of 170,000 people against Django admin's changelist.

usage: DATABASE_URL=… python -m benchmarks.lists [rounds] [seconds]

Both sides serve the same invented people from gunicorn with two workers on the loopback, asked by
the same client: the admin's changelist (floors/admin, which never changes), then the portal's
pages, in turn. Prints requests a second of both, the median ratio, the statements of every page,
and whether a search reads a whole table. Exit 1 when a bar is missed.
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

BAR, MOST_STATEMENTS, WORKERS = 20.0, 12, 2
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


def floor(seconds: int) -> dict[str, Any]:
    """What the fixed opponent answers on this database's server."""
    url = os.environ["DATABASE_URL"]
    command = [sys.executable, str(FLOOR / "admin_list.py"), "--database", url]
    done = subprocess.run(
        [*command, "--seconds", str(seconds)], cwd=FLOOR, check=True, capture_output=True, text=True
    )
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


def main(rounds: int, seconds: int) -> int:
    """Measure in turn; 1 when a page is too slow, asks too often, or a search reads a table."""
    people_of_a_city.fill()
    user = officer()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user, backend=BACKEND)
    town = Organisation.objects.of_group("town").order_by("path").first()
    pages = {**LISTS, "roster": f"/cadres/appointments/?organisation={town.code}", **SEARCHES}
    asked = {name: statements(client, path) for name, path in pages.items()}
    scanned = [n for n in SEARCHES if any(reads_whole_table(sql) for sql in asked[n])]
    session = cookie(user)
    pairs = [(floor(seconds), ours(pages, session, seconds)) for _ in range(rounds)]
    least = statistics.median(pair[0]["changelist_rps"] for pair in pairs)
    mine = {n: statistics.median(pair[1][n] for pair in pairs) for n in pages}
    shown = {
        "engine": connection.vendor,
        "changelist_rps": least,
        "admin_search_rps": statistics.median(pair[0]["search_rps"] for pair in pairs),
        "empty_rps": statistics.median(pair[0]["empty_rps"] for pair in pairs),
        "rps": mine,
        "ratio": {name: round(rps / least, 1) for name, rps in mine.items()},
        "statements": {name: len(sql) for name, sql in asked.items()},
        "searches_that_read_a_table": scanned,
        "bar": BAR,
        "load": os.getloadavg()[0],
    }
    print(json.dumps(shown, ensure_ascii=False))
    slow = [name for name in LISTS if mine[name] < BAR * least]
    many = [name for name, sql in asked.items() if len(sql) > MOST_STATEMENTS]
    return int(bool(slow or many or scanned))


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(numbers + [3, 6][len(numbers) :])))
