"""The broker of an installation without Redis: messages as files, each there whole or not at all.

Kombu's own transport opens a file under its last name and fills it afterwards: a worker that looks
in between, or after the writer was killed, ends over a message without text.
"""

import contextlib
import fcntl
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Messages and tables of queues get their name when they are complete."""

    def get_table(self, exchange: str) -> list[Any]:
        """The queues of an exchange; none where the table is cut off, until a worker binds anew."""
        try:
            return super().get_table(exchange)
        except ValueError:
            log.warning("the table of %s is cut off and begun anew", exchange)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        wanted = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        table = self._exchange_file(exchange)
        with locked(table.with_suffix(".lock")):
            known = self.get_table(exchange)
            if wanted not in known:
                write_whole(table, dumps([wanted, *known]))

    # Kombu's base classes name the second one differently.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        # Read in the order of their names: two of one moment must not change places.
        name = f"{monotonic_ns():020d}_{uuid4()}.{queue}.msg"
        try:
            write_whole(Path(self.data_folder_out, name), dumps(payload))
        except OSError as problem:
            raise ChannelError(f"cannot leave a message: {problem}") from problem

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                # Already taken out of the folder; the row of its job brings the message again.
                log.warning("a message that was cut off is passed over")


class Transport(filesystem.Transport):
    """Kombu's transport on the channel above."""

    Channel = Channel


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place and move it there; whoever looks sees all of it or nothing."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file's lock, which goes with the process that holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
