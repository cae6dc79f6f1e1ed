"""Reading a workbook: the file goes to a limited child process, frames of columns come back."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from math import inf
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Any, Self

import msgpack

from federation.exchange import spare
from federation.exchange.cleaners.text import NO_VALUE

#: bytes of an upload; pictures in a workbook count too
LARGEST_FILE = 50 * 1024 * 1024
#: processor time that the child may spend on one frame; of all frames it is bounded apart
SECONDS = 45
#: the longest we wait for a frame by the clock: a busy machine is no fault of the file
PATIENCE = 600
_GLANCE = 0.05
_DATE = 1
_ABORTED, _KILLED, _OUT_OF_TIME = -6, -9, -24


class Refused(Exception):
    """The file as a whole cannot be taken: the code of a refusal, and what its sentence names."""

    def __init__(self, code: str, rows_read: int = 0, **params: Any) -> None:
        super().__init__(code)
        self.code, self.rows_read, self.params = code, rows_read, params


@dataclass
class SheetStart:
    """A sheet begins: its name, state (visible, hidden, veryHidden) and what rules need of it.

    ``untyped``: the file knows no numbers and no dates, only text (CSV, a web page).
    ``from_1904``: its days are counted from 1904, as old spreadsheets of Apple did.

    Rows and columns count from 0; ``merges`` are (first row, first column, last row, last column).
    """

    name: str
    state: str = "visible"
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[int, ...] = ()
    untyped: bool = False
    from_1904: bool = False


@dataclass
class Frame:
    """Up to 2,000 rows of the sheet, as columns of equal length; ``first`` counts from 0."""

    first: int
    count: int
    columns: list[list[Any]]


@dataclass
class BrokenSheet:
    """A sheet that no reader could read."""

    name: str


Event = SheetStart | Frame | BrokenSheet


class Dates(dict[bytes, Any]):
    """Days and moments as the child writes them; equal ones are one object."""

    def __missing__(self, raw: bytes) -> Any:
        text = raw.decode("ascii")
        made = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        self[raw] = made
        return made


class Reader:
    """Iterate for events; then ``format`` says what the file was and ``rows_read`` how many rows.

    ``rows_told``: the rows that the sheets so far say they have; 0 where their format does not.
    Raises Refused while iterating. Use as a context manager: the child never outlives it.
    ``begin`` has it read on while nobody iterates yet.
    """

    def __init__(self, source: bytes | Path, *, seconds: float = SECONDS) -> None:
        self.source, self.seconds = source, seconds
        self.rows_read, self.rows_told, self.format = 0, 0, ""
        self._late = False
        self._child: spare.Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, however far it is."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            if self._child.stdout is not None:
                self._child.stdout.close()

    def begin(self) -> None:
        """Start the child. What is wrong with the file is told whoever iterates."""
        data = self.source if isinstance(self.source, bytes) else self.source.read_bytes()
        if self._child is None and len(data) <= LARGEST_FILE:
            self._start(data)

    def __iter__(self) -> Iterator[Event]:
        self.begin()
        child = self._child
        if child is None:
            raise Refused("too_large")
        yield from self._events(child)
        self._check_end(child.wait())

    def _start(self, data: bytes) -> None:
        child = spare.child()
        self._child = child
        assert child.stdin is not None  # noqa: S101 - opened above
        feed(child.stdin, data)

    def _watch(self, child: spare.Child, answered: threading.Event) -> None:
        """End a child that works too long on its next frame, or never comes to work on it."""
        begun, given_up = processor_seconds(child.pid), monotonic() + PATIENCE
        left = self.seconds
        while not answered.wait(max(left, _GLANCE)):
            left = self.seconds + begun - processor_seconds(child.pid)
            if left <= 0 or monotonic() >= given_up:
                self._late = True
                child.kill()
                return

    def _watched(self, child: spare.Child) -> Iterator[dict[str, Any]]:
        """Frames as they come; a child that takes too long over one is ended."""
        unpacker = msgpack.Unpacker(
            child.stdout,
            ext_hook=restorer(),
            max_buffer_size=0,
            strict_map_key=False,
            use_list=True,
        )
        while True:
            answered = threading.Event()
            threading.Thread(target=self._watch, args=(child, answered), daemon=True).start()
            try:
                frame = next(unpacker, None)
            finally:
                answered.set()
            if frame is None:
                return
            yield frame

    def _events(self, child: spare.Child) -> Iterator[Event]:
        first = 0
        for frame in self._watched(child):
            kind = frame["k"]
            if kind == "rows":
                yield Frame(first, frame["n"], frame["columns"])
                first += frame["n"]
                self.rows_read += frame["n"]
            elif kind == "sheet":
                first = 0
                self.rows_told += frame.get("height", 0)
                yield sheet_start(frame)
            elif kind == "broken":
                yield BrokenSheet(frame["name"])
            elif kind == "refused":
                raise Refused(frame["code"], self.rows_read, **frame["params"])
            else:
                self.format = frame["format"]

    def _check_end(self, status: int) -> None:
        if self.format:
            return
        if self._late or status in (_ABORTED, _KILLED, _OUT_OF_TIME):
            raise Refused("too_large", self.rows_read)
        raise Refused("corrupt_file", self.rows_read)


def processor_seconds(pid: int) -> float:
    """The processor time that a child of ours has spent so far; endless for one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return inf
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def restorer() -> Callable[[int, bytes], Any]:
    """What msgpack does not know, turned back: dates, and formulas without a result."""
    dates = Dates()

    def restore(code: int, raw: bytes) -> Any:
        return dates[raw] if code == _DATE else NO_VALUE

    return restore


def feed(pipe: IO[bytes], data: bytes) -> None:
    """Hand the file over; a child that died before reading it tells so by its end."""
    try:
        pipe.write(data)
        pipe.close()
    except BrokenPipeError:
        return


def sheet_start(frame: dict[str, Any]) -> SheetStart:
    """The event of a frame that opens a sheet."""
    return SheetStart(
        name=frame["name"],
        state=frame["state"],
        merges=[tuple(merge) for merge in frame["merges"]],
        hidden_rows=frozenset(frame["hidden_rows"]),
        hidden_columns=tuple(frame["hidden_columns"]),
        untyped=frame.get("untyped", False),
        from_1904=frame.get("from_1904", False),
    )
