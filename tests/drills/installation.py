"""A throw-away installation for drills: its own folder, database, broker and processes.

Drills run against real processes, so their own code runs in a process of its own too, with the
product's settings: ``python -m tests.drills.killing`` with the environment made here.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import psycopg2

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def environment(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a fresh installation on the engine that the tests run on."""
    url = os.environ.get("DATABASE_URL", "")
    made = {
        **os.environ,
        "VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "DJANGO_SETTINGS_MODULE": "federation.settings",
    }
    if not url.startswith("postgres"):
        yield made
        return
    name = f"drill_{secrets.token_hex(6)}"
    redis = urlparse(os.environ["REDIS_URL"])
    made["DATABASE_URL"] = urlparse(url)._replace(path=f"/{name}").geturl()
    # A numbered database beside the one of the tests, so that their caches stay apart.
    made["REDIS_URL"] = redis._replace(path="/7").geturl()
    _on_server(url, f'CREATE DATABASE "{name}"')
    try:
        yield made
    finally:
        _on_server(url, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def copied(environment: dict[str, str], folder: Path) -> Iterator[dict[str, str]]:
    """Another installation, filled as the one of ``environment``, whose processes have ended."""
    shutil.copytree(environment["VAR_DIR"], folder)
    made = {**environment, "VAR_DIR": str(folder)}
    url = environment["DATABASE_URL"]
    if url.startswith("sqlite"):
        yield made | {"DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3"}
        return
    address, name = urlparse(url), f"drill_{secrets.token_hex(6)}"
    server = os.environ["DATABASE_URL"]
    _on_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{address.path[1:]}"')
    try:
        yield made | {"DATABASE_URL": address._replace(path=f"/{name}").geturl()}
    finally:
        _on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)


def run(environment: dict[str, str], *command: str, seconds: int = 600) -> str:
    """What a command of this interpreter prints; its errors are shown when it fails."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def last_json(text: str) -> dict[str, Any]:
    """The JSON of the last line."""
    return json.loads(text.strip().splitlines()[-1])


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(
    condition: Callable[[], Any], what: str, seconds: float = 120.0, pause: float = 0.004
) -> None:
    """Wait for a condition. Raises TimeoutError naming what never came."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(pause)


class Portal:
    """``manage.py serve`` in a session of its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT, env=environment, start_new_session=True,
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def is_up(self) -> bool:
        """Whether /healthz answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as page:
                return json.load(page) == {"status": "ok"}
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def worker(self) -> int | None:
        """The process of the worker, None while it is down."""
        mine = [pid for pid in session(self.process.pid) if "worker" in command_line(pid).split()]
        heads = [pid for pid in mine if parent(pid) == self.process.pid]
        return heads[0] if heads else None

    def kill_worker(self) -> None:
        """kill -9 of the worker and of everything below it."""
        head = self.worker()
        assert head is not None, "no worker to kill"
        for pid in [head, *below(head)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def stop(self) -> float:
        """SIGTERM to the group. Returns the seconds until nobody of the session is left."""
        started = time.monotonic()
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=30)
        until(lambda: not session(self.process.pid), "processes survive SIGTERM", 30)
        return time.monotonic() - started


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def parent(pid: int) -> int:
    """The parent of a process, 0 when it is gone."""
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def session(leader: int) -> list[int]:
    """The living processes of a session."""
    found = ((pid, _stat(pid)) for pid in _processes())
    return [
        pid for pid, fields in found if fields and int(fields[3]) == leader and fields[0] != "Z"
    ]


def below(pid: int) -> list[int]:
    """Children, their children and so on."""
    children = [other for other in _processes() if parent(other) == pid]
    return children + [deeper for child in children for deeper in below(child)]


def command_line(pid: int) -> str:
    """How a process was started."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def reading(worker: int) -> list[int]:
    """The children below a worker that have a workbook; spare ones still wait for theirs."""
    children = [pid for pid in below(worker) if "child.py" in command_line(pid)]
    return [pid for pid in children if not _pipes(pid, {"0"}) & _pipes(parent(pid))]


def _pipes(pid: int, wanted: Collection[str] = ()) -> set[str]:
    """The pipes that a process has open, ``wanted``: under these numbers alone."""
    found = set()
    with contextlib.suppress(OSError):
        for opened in Path(f"/proc/{pid}/fd").iterdir():
            if not wanted or opened.name in wanted:
                with contextlib.suppress(OSError):
                    found.add(str(opened.readlink()))
    return found
