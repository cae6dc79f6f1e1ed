"""Keeps the processes of one installation alive together, and ends them together.

Every child stays in the supervisor's session and process group, so one signal to the group
reaches all of them; the kernel kills a child whose supervisor died.
"""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, SETTLED_SECONDS = 0.2, 5.0, 10.0
GRACE_SECONDS = 6.0
LOOK_EVERY_SECONDS = 0.1


def _die_with(parent: int) -> Callable[[], None]:
    """What a child does before it starts: it dies when its supervisor does."""
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        # The supervisor may have died before the call above took hold.
        if os.getppid() != parent:
            os._exit(1)

    return prepare


class Child:
    """One process that is started again whenever it ends, later and later while it keeps ending."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name, self.command, self.environment = name, list(command), dict(environment)
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = self.due_at = 0.0
        self.pause = FIRST_PAUSE_SECONDS

    def look(self, now: float) -> None:
        """Start the process if it is due; plan its next start if it has ended."""
        if self.process is None:
            if now >= self.due_at:
                self._start(now)
            return
        code = self.process.poll()
        if code is None:
            return
        self.process = None
        settled = now - self.started_at >= SETTLED_SECONDS
        self.pause = FIRST_PAUSE_SECONDS if settled else self.pause
        self.due_at = now + self.pause
        log.warning("%s ended (%s), starts again in %.1f s", self.name, code, self.pause)
        self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)

    def _start(self, now: float) -> None:
        self.started_at = now
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            preexec_fn=_die_with(os.getpid()),
        )

    def is_alive(self) -> bool:
        """Whether the process runs at this moment."""
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Signal the process if it still runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)


class Supervisor:
    """Runs children until it is told to end, by signal or because ``stop`` was called."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        self.is_ending = False

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Ask for the end; also the signal handler."""
        self.is_ending = True

    def run(self) -> None:
        """Keep the children alive; returns when all of them have ended."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.stop)
        while not self.is_ending:
            now = time.monotonic()
            for child in self.children:
                child.look(now)
            time.sleep(LOOK_EVERY_SECONDS)
        self._end()

    def _end(self) -> None:
        for child in self.children:
            child.send(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until and any(child.is_alive() for child in self.children):
            time.sleep(LOOK_EVERY_SECONDS)
        # A worker in the middle of a job is cut off: the job's row brings it back.
        for child in self.children:
            child.send(signal.SIGKILL)
        for child in self.children:
            if child.process is not None:
                child.process.wait()


def python(*arguments: str) -> list[str]:
    """The command line of a module run by this very interpreter."""
    return [sys.executable, "-m", *arguments]
