"""What the plan of a collected file says village by village, and every cell that is wrong in it.

Kept sealed with the plan, so that pages about two hundred files read one part of each and open no
workbook. Part ``found``: rows by organisation. Part ``wrong``: a record for every rejected row.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from federation.exchange import chunks, row_store
from federation.exchange.chunks import ChunkWriter
from federation.exchange.cleaners.text import as_text
from federation.exchange.contents import kept_head
from federation.exchange.judging import MOST_KEPT
from federation.exchange.models import Batch
from federation.exchange.plan_warnings import MASS_CHANGE
from federation.exchange.plans import WRITES
from federation.exchange.problems import RowProblem
from federation.exchange.rows import CheckedSheet, CheckedWorkbook, RejectedRow

FOUND, WRONG, LEFT = "found", "wrong", "left"
#: so much of what stands in a cell is kept
LONGEST = 200
#: codes of what is said of tables that are not imported
NOT_TAKEN = ("other_sheet", "other_table", "ignored_sheet", "hidden_sheet", "unreadable_sheet")
OTHER_SHEET = NOT_TAKEN[0]
#: what becomes of rows that nothing is wrong with and that are not written all the same
CONFLICTS = ("conflict", "duplicate")


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


class LeftRow(NamedTuple):
    """A row nothing is wrong with that was left out when its file was written, and why."""

    organisation_id: int
    sheet_no: int
    name: str
    number: int
    why: str


class NotTaken(NamedTuple):
    """A table of the workbook that its plan leaves out, in words; ``kind``: which table a whole
    worksheet probably is, "" where that is not known."""

    message: str
    kind: str


class Findings(NamedTuple):
    """``rows``: by organisation, how many rows are good and how many of them change something;
    ``looks``: what somebody has to look at before the file is written; ``left``: what was left out
    of a written file; ``not_taken``: the other tables of its workbook."""

    rows: dict[int, tuple[int, int]]
    wrong: list[WrongRow]
    looks: list[str]
    left: list[LeftRow]
    not_taken: list[NotTaken]


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
    beside = (one for one in checked.warnings if one.code in NOT_TAKEN)
    writer.add(FOUND, [[w.message, w.other if w.code == OTHER_SHEET else ""] for w in beside])
    for number, part in enumerate(checked.sheets):
        for place, row in enumerate(part.rejected):
            can_type = part.opening is not None and place < MOST_KEPT
            writer.add(WRONG, _packed(number, part, row, can_type))


def keep_left(batch: Batch) -> None:
    """Add to a plan that was just written which of its good rows were left out, and why.

    What a conflict is with may be another unit's: of that no word is kept.
    """
    stale = {(s, n): why for s, n, _change, why in chunks.records(batch, "stale")}
    if not (stale or any(batch.counts.get(change) for change in CONFLICTS)):
        return
    kept, sheets = row_store.kept_columns(batch, ()), kept_head(batch)["sheets"]
    every = zip(kept.sheets, kept.numbers, kept.owners, kept.changes, strict=True)
    conflict = _("与系统里已有的记录或表中另一行不一致，没有写入，请和街道（乡镇）核对。")
    left = [
        [owner, sheet, sheets[sheet]["name"], number, stale.get((sheet, number), conflict)]
        for sheet, number, owner, change in every
        if (sheet, number) in stale or change in CONFLICTS
    ]
    chunks.append(batch, LEFT, left)


def _packed(number: int, part: CheckedSheet, row: RejectedRow, can_type: bool) -> list[Any]:
    owner = row.place.id if row.place is not None else 0
    cells = row.cells
    town = as_text(cells.get("town") or "")[:LONGEST]
    faults = [_fault(problem, can_type and problem.field in cells) for problem in row.errors]
    return [number, part.name, row.number, owner, town, faults]


def _fault(problem: RowProblem, can_type: bool) -> list[Any]:
    text = "" if problem.raw is None else as_text(problem.raw)
    likely = problem.likely.text if problem.likely is not None else ""
    # A longer text is not kept whole: it could not be told from another with the same beginning.
    is_whole = len(text) <= LONGEST
    told = (problem.field or "", problem.code, problem.cell or "", text[:LONGEST])
    return [*told, problem.message, problem.seen, likely, can_type and is_whole]


def findings_of(batches: Iterable[Batch]) -> dict[int, Findings]:
    """Key of a batch → what its plan says; of all batches in one question."""
    found: dict[int, Findings] = {}
    for batch, part, block in chunks.of_many(batches, (FOUND, LEFT, WRONG)):
        told = found.setdefault(batch.pk, Findings({}, [], [], [], []))
        if part == FOUND:
            # A plan of an earlier release does not tell what it left out.
            rows, looks, *beside = block
            told.rows.update({owner: (n[0], n[1]) for owner, n in rows.items()})
            told.looks.extend(looks)
            told.not_taken.extend(NotTaken(*one) for some in beside for one in some)
        elif part == LEFT:
            told.left.extend(LeftRow(*one) for one in block)
        else:
            told.wrong.extend(_unpacked(block))
    return found


def _unpacked(block: Iterable[Any]) -> Iterator[WrongRow]:
    for sheet_no, name, number, owner, town, faults in block:
        yield WrongRow(sheet_no, name, number, owner, town, [Fault(*fault) for fault in faults])
