"""A portal of its own for the browser: its processes, database and folder, ended together."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlparse, urlunparse

import psycopg2
from redis import Redis

ROOT = Path(__file__).resolve().parents[2]
DIVISIONS = ROOT / "orgs" / "data" / "50_chongqing.csv.gz"
SAMPLES = ROOT / "tests" / "exchange" / "samples"
START_SECONDS, END_SECONDS = 90, 15
# Each portal has a Redis database of its own: a worker that hears of another's job finds nothing
# to do, and the job waits to be told once more. The suite empties those below between its tests.
REDIS_DATABASES = {"empty": 9, "reporting": 10, "silent": 11, "collecting": 12}


class Installation:
    """One portal: ``manage`` runs its commands, ``serve`` starts it, ``end`` ends it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.var = folder / name
        self.var.mkdir()
        self.server: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.environment = self._environment()

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        kept |= {"VAR_DIR": str(self.var), "DATABASE_URL": self._database_url()}
        redis = os.environ.get("REDIS_URL")
        if redis:
            mine = urlparse(redis)._replace(path=f"/{REDIS_DATABASES[self.name]}")
            kept["REDIS_URL"] = urlunparse(mine)
            Redis.from_url(kept["REDIS_URL"]).flushdb()
        return kept

    def _database_url(self) -> str:
        if not is_postgresql():
            return f"sqlite:///{self.var}/portal.sqlite3"
        server = urlparse(os.environ["DATABASE_URL"])
        return urlunparse(server._replace(path=f"/{self.database}"))

    @property
    def database(self) -> str:
        """The name of this portal's database on the server."""
        return f"browser_{os.getpid()}_{self.name}"

    def create(self) -> None:
        """Migrations, the shipped tree and the people of these tests."""
        if is_postgresql():
            ask_server(f'CREATE DATABASE "{self.database}"')
        self.manage("migrate", "-v", "0")
        self.manage("load_divisions", str(DIVISIONS))
        self.manage("shell", "-c", "from tests.browser.people import make; make()")
        self.manage("rebuild_coverage")

    def copy(self, name: str) -> "Installation":
        """A second portal that begins where this one stands."""
        twin = Installation(self.folder, name)
        shutil.copytree(self.var, twin.var, dirs_exist_ok=True)
        if is_postgresql():
            ask_server(f'CREATE DATABASE "{twin.database}" TEMPLATE "{self.database}"')
        return twin

    def manage(self, *arguments: str) -> str:
        """What a command prints."""
        return self.run("manage.py", *arguments)

    def run(self, *arguments: str) -> str:
        """What a program of this installation prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def figures(self, code: str) -> dict[str, dict[str, int]]:
        """The figures of one organisation by indicator, as the command gives them."""
        return json.loads(self.manage("show_coverage", code, "--json"))["indicators"]

    def serve(self) -> None:
        """Start web server, worker and clock, and wait until the portal answers."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + START_SECONDS
        while not answers(port):
            assert self.server.poll() is None, "the portal ended while it was starting"
            assert time.monotonic() < until, "the portal does not start"
            time.sleep(0.2)

    @contextmanager
    def resting_worker(self) -> Iterator[None]:
        """The worker stands still, so that what waits for it can be looked at."""
        assert self.server is not None
        workers = [pid for pid in children(self.server.pid) if b"worker" in command_of(pid)]
        workers = [pid for pid in workers if b"celery" in command_of(pid)]
        assert workers
        for pid in workers:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in workers:
                os.kill(pid, signal.SIGCONT)

    def end(self) -> None:
        """End every process of this portal and drop its database."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGTERM)
            self.server.wait(END_SECONDS)
        if is_postgresql():
            ask_server(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def command_of(pid: int) -> bytes:
    """The command line of a process, its words divided by zero bytes."""
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def is_postgresql() -> bool:
    """Whether this run of the suite is the one on PostgreSQL."""
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def ask_server(statement: str) -> None:
    """Run one statement on the PostgreSQL server, outside a transaction."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether the portal on ``port`` says that it is well."""
    there = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        there.request("GET", "/healthz")
        return there.getresponse().status == 200
    except OSError:
        return False
    finally:
        there.close()
