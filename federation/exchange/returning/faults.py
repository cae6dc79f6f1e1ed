"""What of a plan is to be put right: cells to be marked, rows to be handed out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from federation.exchange import chunks, contents, row_store
from federation.exchange.deciding import edits_of
from federation.exchange.declare import Sheet
from federation.exchange.models import Batch
from federation.exchange.problems import reason_of
from federation.exchange.rawrows import Rechecked, rechecked_rows
from federation.exchange.understanding.templates import FORM

ERROR, WARNING, TYPED = "error", "warning", "typed"
_NUMBERS = ("integer", "decimal", "money")
_PLAIN = re.compile(r"-?(0|[1-9]\d{0,11})(\.\d{1,4})?")
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
    """By worksheet the cells to be marked (row and column from 0), and the rows that stay out.

    ``typed``: by worksheet the cells that were typed on the page, with what they hold now;
    personal.
    """

    marks: dict[str, dict[Place, Mark]]
    rows: list[BadRow]
    parts: list[dict[str, Any]]
    typed: dict[str, dict[Place, Any]] = field(default_factory=dict, repr=False)


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


def faults_of(batch: Batch, sheet: type[Sheet]) -> Faults:
    """What a planned or written batch has to be put right.

    Doubts are told only before writing: afterwards they are written. Of a row in which somebody
    typed it is told what it is now.
    """
    parts = contents.kept_head(batch).get("sheets", [])
    texts = {c.key for c in sheet.columns if c.is_personal or c.reference}
    again = rechecked_rows(batch)
    found = Faults({}, _bad_rows(batch, parts, again), parts, _typed(batch, parts, sheet))
    for row in found.rows:
        _mark(found, row.name, row.errors, ERROR, texts)
    if batch.state == Batch.State.PLANNED:
        for number, problems in _doubts(batch, again):
            _mark(found, parts[number]["name"], problems, WARNING, texts)
    for name, cells in found.typed.items():
        for place in cells:
            mark = found.marks.setdefault(name, {}).setdefault(place, Mark(TYPED, False))
            mark.words.append(_("已在页面上改过。"))
    # A page filled in label by label has no rows that could be handed out.
    found.rows = [r for r in found.rows if parts[r.sheet].get("layout") != FORM]
    return found


Again = Mapping[tuple[int, int], Rechecked]


def _bad_rows(batch: Batch, parts: list[dict[str, Any]], again: Again) -> list[BadRow]:
    """Rejected rows and those that had become stale, in the order of the workbook."""
    kept = (row for row in contents.rejected_rows(batch) if row[:2] not in again)
    wrong = [(row.sheet, row.number, row.errors) for row in kept]
    wrong += [(r.sheet, r.number, r.problems) for r in again.values() if r.change == "rejected"]
    rows = [BadRow(at, parts[at]["name"], line, errors) for at, line, errors in wrong]
    for number, line, _change, why in chunks.records(batch, "stale"):
        rows.append(BadRow(number, parts[number]["name"], line, [{"message": why}]))
    return sorted(rows, key=lambda row: row[:3:2])


def _doubts(batch: Batch, again: Again) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Sheet and warnings of the rows that may be written and are to be looked at."""
    for _position, kept in row_store.warned_rows(batch):
        if (kept.sheet, kept.number) not in again:
            yield kept.sheet, kept.warnings
    for row in again.values():
        if row.change != "rejected":
            yield row.sheet, row.problems


def _typed(
    batch: Batch, parts: list[dict[str, Any]], sheet: type[Sheet]
) -> dict[str, dict[Place, Any]]:
    kinds = {column.key: column.clean.kind for column in sheet.columns}
    found: dict[str, dict[Place, Any]] = {}
    for (number, line), cells in edits_of(batch).items():
        columns = parts[number]["columns"] if number < len(parts) else {}
        for key, text in cells.items():
            if key in columns:
                place = (line - 1, column_of(columns[key]))
                found.setdefault(parts[number]["name"], {})[place] = _value(text, kinds.get(key))
    return found


def _value(text: str | None, kind: str | None) -> Any:
    """What was typed as a workbook holds it: a plain number as a number, so that sums know it."""
    if not text or kind not in _NUMBERS or not _PLAIN.fullmatch(text):
        return text or ""
    return float(text) if "." in text else int(text)


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
