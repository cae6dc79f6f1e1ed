"""The processes of an installation live and end together."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from federation.jobs.management.commands.serve import OnlyOne, children, refuse_taken_port

ROOT = Path(__file__).resolve().parents[2]
# A supervisor over two sleepers, of which one does not listen to SIGTERM.
TROUPE = """
import os, signal, sys
from federation.jobs import supervisor
supervisor.GRACE_SECONDS = 0.5
deaf = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
awake = "import time; time.sleep(300)"
supervisor.Supervisor([
    supervisor.Child(name, [sys.executable, "-c", code], os.environ)
    for name, code in (("deaf", deaf), ("awake", awake))
]).run()
"""


@pytest.fixture
def troupe():
    """A running supervisor in a process group of its own."""
    leader = subprocess.Popen(
        [sys.executable, "-c", TROUPE], cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL
    )
    yield leader
    leader.kill()
    leader.wait()


def members(leader: subprocess.Popen) -> set[int]:
    """The living children of a supervisor that are in its process group."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        state, group = fields[0], int(fields[2])
        if group == leader.pid and int(entry.name) != leader.pid and state != "Z":
            found.add(int(entry.name))
    return found


def until(condition, seconds: float = 30.0) -> bool:
    """Whether a condition comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_killed_child_is_started_again(troupe):
    assert until(lambda: len(members(troupe)) == 2)
    before = members(troupe)
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    assert until(lambda: len(members(troupe) - {victim}) == 2)
    assert len(members(troupe) - before) == 1


def test_sigterm_ends_all_of_them_even_one_that_does_not_listen(troupe):
    assert until(lambda: len(members(troupe)) == 2)
    troupe.send_signal(signal.SIGTERM)
    assert troupe.wait(timeout=10) == 0
    assert members(troupe) == set()


def test_a_killed_supervisor_takes_its_children_with_it(troupe):
    assert until(lambda: len(members(troupe)) == 2)
    troupe.kill()
    troupe.wait()
    assert until(lambda: members(troupe) == set())


def test_a_second_supervisor_of_one_installation_is_refused(tmp_path):
    lock = tmp_path / "lock"
    with OnlyOne(lock), pytest.raises(CommandError, match="已经在运行"), OnlyOne(lock):
        pass
    with OnlyOne(lock):
        pass


def test_a_taken_port_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=str(port)):
            refuse_taken_port("127.0.0.1", port)


@pytest.mark.parametrize(("redis", "pool"), [("", "solo"), ("redis://127.0.0.1:6379/0", "prefork")])
def test_web_worker_and_clock_run_and_the_worker_fits_the_broker(settings, redis, pool):
    settings.REDIS_URL = redis
    web, worker, beat = children("127.0.0.1", 8000)
    assert [child.name for child in (web, worker, beat)] == ["web", "worker", "beat"]
    assert pool in worker.command
    assert "127.0.0.1:8000" in web.command
    assert worker.environment["JOB_HOLDER"]
