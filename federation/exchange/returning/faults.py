"""What of a plan is to be put right: cells to be marked, rows to be handed out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from federation.exchange import chunks, contents, row_store
from federation.exchange.declare import Sheet
from federation.exchange.models import Batch
from federation.exchange.understanding.templates import FORM

ERROR, WARNING = "error", "warning"
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")

Place = tuple[int, int]


class BadRow(NamedTuple):
    """A row that stayed out: its worksheet by number and name, and maps of cell, field, message."""

    sheet: int
    name: str
    number: int
    errors: list[dict[str, Any]]


@dataclass
class Mark:
    """A cell to be marked. ``is_text``: what is typed there must stay as it was typed."""

    look: str
    is_text: bool
    words: list[str] = field(default_factory=list)


@dataclass
class Faults:
    """By worksheet the cells to be marked (row and column from 0), and the rows that stay out."""

    marks: dict[str, dict[Place, Mark]]
    rows: list[BadRow]
    parts: list[dict[str, Any]]


def column_of(text: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number - 1


def place_of(cell: str | None) -> Place | None:
    """Row and column, from 0, of an A1 address."""
    found = _CELL.fullmatch(cell or "")
    return (int(found[2]) - 1, column_of(found[1])) if found else None


def reason_of(problem: dict[str, Any]) -> str:
    """Why a cell is wrong, and what was probably meant where the plan knows it."""
    likely = problem.get("likely", {}).get("text", "")
    message: str = problem["message"]
    if not likely or f"“{likely}”" in message:
        return message
    return message + _("可能是“{text}”。").format(text=likely)


def faults_of(batch: Batch, sheet: type[Sheet]) -> Faults:
    """What a planned or written batch has to be put right.

    Doubts are told only before writing: afterwards they are written.
    """
    parts = contents.kept_head(batch).get("sheets", [])
    texts = {c.key for c in sheet.columns if c.is_personal or c.reference}
    found = Faults({}, list(_bad_rows(batch, parts)), parts)
    for row in found.rows:
        _mark(found, row.name, row.errors, ERROR, texts)
    if batch.state == Batch.State.PLANNED:
        for _position, kept in row_store.warned_rows(batch):
            _mark(found, parts[kept.sheet]["name"], kept.warnings, WARNING, texts)
    # A page filled in label by label has no rows that could be handed out.
    found.rows = [r for r in found.rows if parts[r.sheet].get("layout") != FORM]
    return found


def _bad_rows(batch: Batch, parts: list[dict[str, Any]]) -> Iterator[BadRow]:
    """Rejected rows and those that had become stale, in the order of the workbook."""
    rows = [
        BadRow(row.sheet, parts[row.sheet]["name"], row.number, row.errors)
        for row in contents.rejected_rows(batch)
    ]
    for number, line, _change, why in chunks.records(batch, "stale"):
        rows.append(BadRow(number, parts[number]["name"], line, [{"message": why}]))
    return iter(sorted(rows, key=lambda row: row[:3:2]))


def _mark(
    found: Faults, name: str, problems: Iterable[dict[str, Any]], look: str, texts: set[str]
) -> None:
    for problem in problems:
        place = place_of(problem.get("cell"))
        if place is None:
            continue
        cells = found.marks.setdefault(name, {})
        is_text = look == ERROR and problem.get("field") in texts
        mark = cells.setdefault(place, Mark(look, is_text))
        mark.is_text = mark.is_text or is_text
        said = reason_of(problem) if look == ERROR else _("请核对：") + reason_of(problem)
        if said not in mark.words:
            mark.words.append(said)
