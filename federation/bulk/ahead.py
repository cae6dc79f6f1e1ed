"""Sending one statement while the next one is made ready."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from django.db import connection

log = logging.getLogger(__name__)

#: what runs a statement that is made ready on a cursor
Statement = Callable[[Any], None]


def nothing(*_cursor: Any) -> None:
    """What is done where nothing is to be done."""


@dataclass(frozen=True)
class Piece:
    """One of many statements that follow each other.

    ``before`` and ``after`` are called when no statement is under way: they may use the connection.
    """

    statement: Statement
    before: Callable[[], None] = nothing
    after: Callable[[], None] = nothing


def in_turn(pieces: Iterable[Piece]) -> None:
    """Run the pieces one after the other, each while the next one is made ready.

    What makes them ready therefore must not use the connection after the first of them.
    """
    with Sender() as sender:
        last: Piece | None = None
        for piece in pieces:
            sender.wait()
            if last is not None:
                last.after()
            piece.before()
            sender.send(piece.statement)
            last = piece
        sender.wait()
        if last is not None:
            last.after()


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
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._thread.shutdown()
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

    def wait(self) -> None:
        """Until what was sent is done. Raises the errors of ``django.db``, as a statement would."""
        if self._sent is not None:
            sent, self._sent = self._sent, None
            with connection.wrap_database_errors:
                sent.result()
