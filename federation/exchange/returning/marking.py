"""The marked workbook of a batch: what is wrong goes to a limited child, the file comes back."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import msgpack
from django.utils.translation import gettext as _

from federation.access.models import User
from federation.exchange.contents import kept_head
from federation.exchange.declare import sheet_on
from federation.exchange.models import Batch
from federation.exchange.reading import Reader, Refused, processor_seconds
from federation.exchange.returning.faults import Faults, faults_of
from federation.exchange.returning.names import excel_names
from federation.exchange.returning.tasks import Collector, task_of
from federation.exchange.storage import stored_file

CHILD = Path(__file__).resolve().parent.parent / "parsing" / "marking_child.py"
#: processor time that the child may spend
SECONDS = 60
#: the longest that it may take by the clock: a busy machine is no fault of the file, but whoever
#: asked waits before her browser
PATIENCE = 100
_GLANCE = 0.05
#: the longest that all of it may last: reading, and telling what is wrong, come before the child
LONGEST = 4 * SECONDS
IN_PLACE = "xlsx"
_DATE = 1


class NothingToMark(Exception):
    """No cell of the batch is wrong or doubtful, or none that could be told."""


class Marked(NamedTuple):
    """A marked workbook: its bytes, how its name ends, how many rows 只需改这些 has, and whether it
    had to be made anew."""

    data: bytes
    ending: str
    rows: int
    is_rebuilt: bool


class Offer(NamedTuple):
    """What a page may offer: cells to put right, cells to look at, whether it is made anew."""

    faults: int
    doubts: int
    is_rebuilt: bool


def offer_of(batch: Batch, user: User) -> Offer | None:
    """What the marked workbook of a batch would hold; None where there is none to be had.

    It is the uploaded file, with all that stands in it, also rows outside the scope of others:
    it goes back to whoever uploaded it, and to nobody else.
    """
    if batch.actor_id != user.pk:
        return None
    counts = batch.counts
    left_out = counts.get("rejected", 0) + counts.get("stale", 0)
    faults = counts.get("faults", left_out)
    is_written = batch.state == Batch.State.APPLIED
    doubts = 0 if is_written else counts.get("doubts", 0)
    if batch.state not in (Batch.State.PLANNED, Batch.State.APPLIED) or not batch.file_stored:
        return None
    if not (left_out if is_written else faults + doubts):
        return None
    return Offer(faults, doubts, kept_head(batch).get("format", IN_PLACE) != IN_PLACE)


def marked(batch: Batch) -> Marked:
    """The workbook of ``batch`` with its bad cells marked and the sheet 只需改这些 added.

    Raises NothingToMark, FileNotFoundError when the file is no longer kept, LookupError when no
    app declares its sheet any more, and Refused when it takes too much memory or time.
    """
    sheet = sheet_on(batch.sheet, batch.as_of)
    if sheet is None:
        raise LookupError(batch.sheet)
    data = stored_file(batch)
    faults = faults_of(batch, sheet)
    collector = Collector(faults, sheet)
    with Reader(data) as reader:
        for event in reader:
            collector.take(event)
    names = excel_names(collector.names)
    given = {} if reader.format == IN_PLACE else names
    task = task_of(batch, sheet, faults, collector.found, given)
    if task is None and not faults.marks:
        raise NothingToMark
    order = {
        "kind": reader.format,
        "names": names,
        "marks": _plain_marks(faults),
        "typed": {
            name: [[row, column, value] for (row, column), value in sorted(cells.items())]
            for name, cells in faults.typed.items()
        },
        "task": task,
        "author": _("导入检查"),
    }
    made = _from_child(order, data)
    rows = len(task["rows"]) if task else 0
    return Marked(made["file"], made["ending"], rows, made["rebuilt"])


def _plain_marks(faults: Faults) -> dict[str, list[list[Any]]]:
    """Marks as the child takes them, in the order of the cells."""
    return {
        name: sorted(
            [row, column, mark.look, "\n".join(mark.words), mark.is_text]
            for (row, column), mark in cells.items()
        )
        for name, cells in faults.marks.items()
    }


def _from_child(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    """What the child answers. Raises Refused."""
    asked = msgpack.packb({"order": order, "file": data}, default=_packed, use_bin_type=True)
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
        [sys.executable, "-I", str(CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8"},
    )
    with child:
        told = _told_in_time(child, asked)
    if child.returncode or not told:
        raise Refused("too_large")
    answer: dict[str, Any] = msgpack.unpackb(told)
    if answer["k"] == "refused":
        raise Refused(answer["code"], **answer["params"])
    return answer


def _told_in_time(child: "subprocess.Popen[bytes]", asked: bytes) -> bytes:
    """What a child says within its processor time; else it is ended. Raises Refused."""
    given_up, left, given = monotonic() + PATIENCE, float(SECONDS), asked or None
    while left > 0 and (patience := given_up - monotonic()) > 0:
        try:
            told: bytes = child.communicate(given, timeout=max(min(left, patience), _GLANCE))[0]
        except subprocess.TimeoutExpired:
            # What was handed over stays handed over, and it is not asked twice.
            given, left = None, SECONDS - processor_seconds(child.pid)
        else:
            return told
    child.kill()
    raise Refused("too_large")


def _packed(value: Any) -> Any:
    """Dates as the child takes them; durations and times as text."""
    if isinstance(value, date):
        return msgpack.ExtType(_DATE, value.isoformat().encode())
    return str(value)
