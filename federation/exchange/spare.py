"""Processes that read workbooks: in workers one stands ready, loaded, for the next workbook.

To start one takes longer than to read a township's file.
"""

import fcntl
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

PROGRAM = Path(__file__).resolve().parent / "parsing" / "child.py"
#: bytes a pipe holds: some frames, with which the child is ahead of whoever reads them
HELD = 1 << 20

Child = subprocess.Popen[bytes]


class _Spare(threading.local):
    """A child dies with the thread that started it: each thread has its own."""

    child: Child | None = None
    #: a process that divides leaves its spare child to nobody
    owner = 0
    is_kept = False


_spare = _Spare()


def child() -> Child:
    """A child that waits for a workbook on its standard input."""
    ready, _spare.child = _spare.child, None
    if ready is not None and _spare.owner == os.getpid():
        if ready.poll() is None:
            return ready
        # It died: ``communicate`` closes what we held of it.
        ready.communicate()
    return _started()


def keep_one() -> None:
    """From now on this thread has a spare child whenever ``refill`` is called."""
    _spare.is_kept = True
    refill()


def refill() -> None:
    """Have a spare child where this thread keeps one and it was taken."""
    if _spare.is_kept and (_spare.child is None or _spare.owner != os.getpid()):
        _spare.child, _spare.owner = _started(), os.getpid()


def _started() -> Child:
    started = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
        [sys.executable, "-I", str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Its limit of memory counts what is set aside, which a second arena would double.
        env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
    )
    for pipe in (started.stdin, started.stdout):
        _widen(pipe)
    return started


def _widen(pipe: IO[bytes] | None) -> None:
    """Give a pipe room for ``HELD`` bytes; a system that grants less leaves it as it is."""
    if pipe is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, HELD)
