"""Sending one statement while the next one is made ready."""

import logging
import sys
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from django.db import connection

log = logging.getLogger(__name__)

#: pieces are made ready ahead until they weigh so much
MOST_AHEAD = 20_000

#: seconds after which a thread that waits gets its turn: usually, and while statements are sent
USUAL_TURN = sys.getswitchinterval()
TURN = 0.001

#: what runs a statement that is made ready on a cursor
Statement = Callable[[Any], None]


def nothing(*_cursor: Any) -> None:
    """What is done where nothing is to be done."""


@dataclass(frozen=True)
class Piece:
    """One of many statements that follow each other.

    ``before`` and ``after`` are called when no statement is under way: they may use the connection.
    ``weight``: how many records it holds. ``needs_before``: the piece that follows can be made
    ready only once ``before`` of this one was called.
    """

    statement: Statement
    before: Callable[[], None] = nothing
    after: Callable[[], None] = nothing
    weight: int = 0
    needs_before: bool = False


def in_turn(pieces: Iterable[Piece]) -> None:
    """Run the pieces one after the other, each while the next ones are made ready.

    What makes them ready therefore must not use the connection after the first of them.
    """
    coming, ready = iter(pieces), deque[Piece]()
    last: Piece | None = None
    with Sender() as sender:
        while True:
            while not ready or (sender.is_busy() and _may_go_on(ready)):
                piece = next(coming, None)
                if piece is None:
                    break
                ready.append(piece)
            sender.wait()
            if last is not None:
                last.after()
            if not ready:
                return
            last = ready.popleft()
            last.before()
            sender.send(last.statement)


def _may_go_on(ready: Sequence[Piece]) -> bool:
    return not ready[-1].needs_before and sum(piece.weight for piece in ready) < MOST_AHEAD


class Sender:
    """Sends statements one at a time from a thread of its own, on the caller's connection.

    While the server of PostgreSQL takes rows in, this process would only wait; SQLite works within
    this process, and lets others work meanwhile as long as a run of its statement lasts. From
    ``send`` to ``wait`` nothing else may use the connection. Use as a context manager: on leaving
    no statement is under way any more.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "sender")
        self._sent: Future[None] | None = None

    def __enter__(self) -> Self:
        sys.setswitchinterval(TURN)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._thread.shutdown()
        finally:
            sys.setswitchinterval(USUAL_TURN)
        if kind is None:
            self.wait()
        elif self._sent is not None and (also := self._sent.exception()):
            # The caller's transaction ends with the first error; this one is told here alone.
            log.info("a statement sent ahead failed as well: %s", type(also).__name__)

    def send(self, statement: Statement) -> None:
        """Run ``statement``; what is wrong with it, ``wait`` raises."""
        self.wait()
        # A cursor belongs to the connection of the thread that asks for it.
        self._sent = self._thread.submit(statement, connection.cursor())

    def is_busy(self) -> bool:
        """Whether what was sent is still under way."""
        return self._sent is not None and not self._sent.done()

    def wait(self) -> None:
        """Until what was sent is done. Raises the errors of ``django.db``, as a statement would."""
        if self._sent is not None:
            sent, self._sent = self._sent, None
            with connection.wrap_database_errors:
                sent.result()
