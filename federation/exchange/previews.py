"""A plan as pages and reports show it: counts, rows by chip, what changes from what to what."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.utils.functional import cached_property

from federation.access.tree import organisation_model
from federation.exchange import chunks, contents
from federation.exchange.chip_rows import as_planned, of_chip
from federation.exchange.contents import KeptRow, RejectedRow, kept_head
from federation.exchange.declare import Sheet, sheet_on
from federation.exchange.effects import Change, effects_of, names_of, told, told_cells
from federation.exchange.models import Batch
from federation.exchange.plans import CHANGES
from federation.exchange.problems import SKIPS, skip_reason
from federation.exchange.rawrows import Rechecked, rechecked_rows
from federation.exchange.understanding.templates import FORM

PER_PAGE = 50
#: what the check page can be narrowed to
CHIPS = ("rejected", "edited", *CHANGES, "warned", "skipped", "stale")


@dataclass
class PlanRow:
    """One row of a plan as a page shows it; personal numbers are masked.

    ``cells``: heading and text of what the row says. ``problems``: maps of cell, field, code and
    message, of errors for a rejected row and of warnings for an accepted one. ``effects``: column,
    before and after of every standing record the row changes.
    """

    sheet: str
    number: int
    change: str
    organisation: str = ""
    organisation_code: str = ""
    cells: list[tuple[str, str]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    effects: list[tuple[str, str, str]] = field(default_factory=list)
    sheet_no: int = 0
    #: somebody typed in it, and whether it can be typed in (again)
    is_edited: bool = False
    can_edit: bool = False


@dataclass
class PlanPage:
    """One page of rows. ``total`` counts all rows of the chip."""

    rows: list[PlanRow]
    number: int
    pages: int
    total: int


@dataclass
class PlanSummary:
    """A batch's counts and what the file as a whole has to say. ``chips``: chip and count."""

    outcome: str
    refusal: str
    counts: dict[str, Any]
    chips: list[tuple[str, int]]
    warnings: list[dict[str, Any]]
    sheets: list[dict[str, Any]]

    @property
    def tables(self) -> dict[int, dict[str, Any]]:
        """The tables imported column by column, by their number in the workbook."""
        used = {n: part for n, part in enumerate(self.sheets) if part["use"] == "imported"}
        return {n: part for n, part in used.items() if part.get("layout") != FORM}

    @property
    def left_out(self) -> list[tuple[str, int]]:
        """Why lines were not taken for data, and how many; the order is that of the reasons."""
        found: Counter[str] = Counter()
        for part in self.sheets:
            found.update(part.get("left_out", {}))
        return [(skip_reason(why), found[why]) for why in SKIPS if found[why]]


class Facts:
    """What all parts of a page need of a plan: its head, and the rows checked again since."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @cached_property
    def head(self) -> dict[str, Any]:
        """The file's own facts; empty once the plan has expired."""
        return kept_head(self.batch)

    @cached_property
    def again(self) -> dict[tuple[int, int], Rechecked]:
        """(sheet, row) → what became of it."""
        return rechecked_rows(self.batch)

    @property
    def names(self) -> list[str]:
        """What the worksheets are called."""
        return [part["name"] for part in self.head.get("sheets", [])]


def summary(batch: Batch, facts: Facts | None = None) -> PlanSummary:
    """The plan at a glance; the counts stay when the plan has expired."""
    facts = facts or Facts(batch)
    head, counts = facts.head, counts_now(batch, facts.again)
    return PlanSummary(
        outcome=head.get("outcome", ""),
        refusal=batch.refusal,
        counts=counts,
        chips=[(chip, counts.get(chip, 0)) for chip in CHIPS],
        warnings=head.get("warnings", []),
        sheets=head.get("sheets", []),
    )


def counts_now(batch: Batch, again: Mapping[Any, Rechecked]) -> dict[str, Any]:
    """The counts of the plan, with the rows that were checked again counted as they are now."""
    counts: dict[str, Any] = dict(batch.counts)
    if not again:
        return counts
    for row in again.values():
        counts[row.was] = counts.get(row.was, 0) - 1
        counts[row.change] = counts.get(row.change, 0) + 1
        is_warned = bool(row.problems) and row.change in CHANGES
        counts["warned"] = counts.get("warned", 0) + is_warned - row.was_warned
    counts["accepted"] = sum(counts.get(change, 0) for change in CHANGES)
    return {**counts, "edited": len(again)}


def page(batch: Batch, chip: str, number: int, facts: Facts | None = None) -> PlanPage:
    """Rows of one chip, ``number`` counting from 1; a page beyond the last is the last."""
    sheet = sheet_on(batch.sheet, batch.as_of)
    if sheet is None:
        return PlanPage([], 1, 1, 0)
    facts = facts or Facts(batch)
    # The counts stay when the rows have expired.
    total = counts_now(batch, facts.again).get(chip, 0) if facts.names else 0
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    # Plans of earlier releases have their rows one after the other in one part.
    in_file_order = not facts.head.get("by_change")
    wanted = (number - 1) * PER_PAGE, PER_PAGE
    shown = of_chip(batch, chip, wanted, in_file_order, facts.again)
    headings = {column.key: str(column.heading) for column in sheet.columns}
    width = next((len(r.values) for _p, r in shown if isinstance(r, KeptRow)), 0)
    keys = _keys(facts.head, sheet, width)
    rows = [_shown(record, facts.names, headings, keys) for _position, record in shown]
    _name_organisations(rows)
    edited = set(batch.edits.values_list("sheet_no", "row_no"))
    for row in rows:
        row.is_edited = row.is_edited or (row.sheet_no, row.number) in edited
    parts = dict.fromkeys(chunks.parts_kept(batch, "update:")) if in_file_order else None
    _add_effects(batch, shown, rows, headings, parts)
    return PlanPage(rows, number, pages, total)


def _keys(head: dict[str, Any], sheet: type[Sheet], width: int) -> list[str]:
    """``keys_kept``, where the head is at hand."""
    keys: list[str] = head.get("keys") or contents.keys_of(sheet)
    return keys if len(keys) == width else []


def row_shown(batch: Batch, record: Any, facts: Facts | None = None) -> PlanRow:
    """One row of a plan, or one that was checked again, as a page shows it."""
    sheet, facts = sheet_on(batch.sheet, batch.as_of), facts or Facts(batch)
    headings = {column.key: str(column.heading) for column in sheet.columns} if sheet else {}
    width = len(record.values) if isinstance(record, KeptRow) else 0
    keys = _keys(facts.head, sheet, width) if sheet else []
    shown = _shown(record, facts.names, headings, keys)
    _name_organisations([shown])
    return shown


def row(batch: Batch, sheet_no: int, row_no: int) -> PlanRow | None:
    """A rejected or accepted row, or what became of it since; None where there is none."""
    found = rechecked_rows(batch).get((sheet_no, row_no)) or as_planned(batch, sheet_no, row_no)
    return row_shown(batch, found) if found else None


def _shown(record: Any, names: list[str], headings: dict[str, str], keys: list[str]) -> PlanRow:
    if isinstance(record, KeptRow):
        row = PlanRow(names[record.sheet], record.number, record.change, sheet_no=record.sheet)
        row.organisation_code = record.organisation_code
        cells = told_cells(dict(zip(keys, record.values, strict=False)))
        row.cells = [(headings[key], text) for key, text in cells.items() if key in headings]
        row.problems = record.warnings
        row.can_edit = any(told_of.get("cell") for told_of in row.problems)
        return row
    if isinstance(record, RejectedRow | Rechecked):
        row = PlanRow(names[record.sheet], record.number, "rejected", sheet_no=record.sheet)
        row.can_edit = True
        row.cells = [
            (headings[key], told(key, v)) for key, v in record.cells.items() if key in headings
        ]
        if isinstance(record, Rechecked):
            row.change, row.is_edited = record.change, record.is_typed
            row.can_edit = record.is_typed or any(one.get("cell") for one in record.problems)
            row.organisation_code, row.problems = record.organisation_code, record.problems
            row.effects = [(name, old, new) for name, old, new in record.effects]
        else:
            row.problems = record.errors
        return row
    number, line, *said = record
    words = said[1] if len(said) > 1 else skip_reason(said[0])
    return PlanRow(names[number], line, said[0], problems=[{"code": said[0], "message": words}])


def _name_organisations(rows: list[PlanRow]) -> None:
    codes = {row.organisation_code for row in rows if row.organisation_code}
    tree = organisation_model()
    names = {node.code: str(node) for node in tree.objects.filter(code__in=codes)}
    for row in rows:
        row.organisation = names.get(row.organisation_code, "")


def _blocks_of(records: list[Any]) -> dict[str, set[int] | None]:
    """By part of the plan, the blocks that hold what rows change."""
    blocks: dict[str, set[int]] = {}
    for record in records:
        for part, number in record.updates:
            blocks.setdefault(part, set()).add(number)
    return {**blocks}


def _add_effects(
    batch: Batch,
    shown: list[tuple[int, Any]],
    lines: list[PlanRow],
    headings: dict[str, str],
    parts: dict[str, set[int] | None] | None,
) -> None:
    """What the shown rows change of standing records, column by column.

    ``parts``: where that stands in the plan, if the rows do not tell it themselves.
    """
    planned = (record for _p, record in shown if isinstance(record, KeptRow))
    changed = [record for record in planned if record.change == "changed"]
    rows = {position: row for (position, _record), row in zip(shown, lines, strict=True)}
    found: dict[int, list[Change]] = {}
    for name, numbers in (parts or _blocks_of(changed)).items() if changed else ():
        model = apps.get_model(name.partition(":")[2])
        for record in chunks.records(batch, name, numbers):
            for position in record[0]:
                if position in rows:
                    found.setdefault(position, []).append((model, *record[5:7]))
    names = names_of(change for changes in found.values() for change in changes)
    for position, changes in found.items():
        row = rows[position]
        row.effects += effects_of(changes, dict(row.cells), headings, names)
