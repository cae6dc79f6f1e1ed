"""What the plan of a collected file says village by village, and every cell that is wrong in it.

Kept sealed with the plan, so that pages about two hundred files read one part of each and open no
workbook. Part ``found``: rows by organisation. Part ``wrong``: a record for every rejected row.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from federation.exchange import chunks
from federation.exchange.chunks import ChunkWriter
from federation.exchange.cleaners.text import as_text
from federation.exchange.judging import MOST_KEPT
from federation.exchange.models import Batch
from federation.exchange.plan_warnings import MASS_CHANGE
from federation.exchange.plans import WRITES
from federation.exchange.problems import RowProblem
from federation.exchange.rows import CheckedSheet, CheckedWorkbook, RejectedRow

FOUND, WRONG = "found", "wrong"
_LONGEST = 200


class Fault(NamedTuple):
    """A wrong cell. ``text``: what stands there, whole and perhaps personal; ``seen``: as a page
    may show it; ``can_type``: whether another text can be put in its place on a page."""

    key: str
    code: str
    cell: str
    text: str
    message: str
    seen: str
    likely: str
    can_type: bool


class WrongRow(NamedTuple):
    """A rejected row: its worksheet by number and name, the organisation it is about (0: not
    known), and what stands in its column of towns, by which names of villages are told apart."""

    sheet_no: int
    name: str
    number: int
    organisation_id: int
    town: str
    faults: list[Fault]


class Findings(NamedTuple):
    """``rows``: by organisation, how many rows are good and how many of them change something;
    ``looks``: what somebody has to look at before the file is written."""

    rows: dict[int, tuple[int, int]]
    wrong: list[WrongRow]
    looks: list[str]


def keep(
    writer: ChunkWriter, checked: CheckedWorkbook, owners: Sequence[int], changes: Sequence[str]
) -> None:
    """Add to a plan what the pages of a collection need of it; both are given row by row."""
    rows: dict[int, list[int]] = {}
    for owner, change in zip(owners, changes, strict=True):
        counted = rows.setdefault(owner, [0, 0])
        counted[0] += 1
        counted[1] += change in WRITES
    writer.add(FOUND, rows)
    writer.add(FOUND, [one.message for one in checked.warnings if one.code == MASS_CHANGE])
    for number, part in enumerate(checked.sheets):
        for place, row in enumerate(part.rejected):
            can_type = part.opening is not None and place < MOST_KEPT
            writer.add(WRONG, _packed(number, part, row, can_type))


def _packed(number: int, part: CheckedSheet, row: RejectedRow, can_type: bool) -> list[Any]:
    owner = row.place.id if row.place is not None else 0
    cells = row.cells
    town = as_text(cells.get("town") or "")[:_LONGEST]
    faults = [_fault(problem, can_type and problem.field in cells) for problem in row.errors]
    return [number, part.name, row.number, owner, town, faults]


def _fault(problem: RowProblem, can_type: bool) -> list[Any]:
    text = "" if problem.raw is None else as_text(problem.raw)
    likely = problem.likely.text if problem.likely is not None else ""
    # A longer text is not kept whole: it could not be told from another with the same beginning.
    is_whole = len(text) <= _LONGEST
    told = (problem.field or "", problem.code, problem.cell or "", text[:_LONGEST])
    return [*told, problem.message, problem.seen, likely, can_type and is_whole]


def findings_of(batches: Iterable[Batch]) -> dict[int, Findings]:
    """Key of a batch → what its plan says; of all batches in one question."""
    found: dict[int, Findings] = {}
    for batch, part, block in chunks.of_many(batches, (FOUND, WRONG)):
        told = found.setdefault(batch.pk, Findings({}, [], []))
        if part == FOUND:
            rows, looks = block
            told.rows.update({owner: (n[0], n[1]) for owner, n in rows.items()})
            told.looks.extend(looks)
        else:
            told.wrong.extend(_unpacked(block))
    return found


def _unpacked(block: Iterable[Any]) -> Iterator[WrongRow]:
    for sheet_no, name, number, owner, town, faults in block:
        yield WrongRow(sheet_no, name, number, owner, town, [Fault(*fault) for fault in faults])
