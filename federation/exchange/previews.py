"""A plan as pages and reports show it: counts, rows by chip, what changes from what to what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.utils.translation import gettext

from federation.access.tree import organisation_model
from federation.exchange import chunks, contents
from federation.exchange.contents import KeptRow, kept_head, keys_kept
from federation.exchange.declare import Sheet, sheet_on
from federation.exchange.models import Batch
from federation.exchange.plans import CHANGES
from federation.sealing.fields import SealedField
from federation.sealing.masking import mask_id_number, mask_phone

PER_PAGE = 50
#: what the check page can be narrowed to
CHIPS = ("rejected", *CHANGES, "warned", "skipped", "stale")
#: columns that say where somebody lives and has been: of these a page shows the beginning
_WITHHELD = ("home_address", "resume")
_OWN_AFFAIR = ("batch", "from_report", "pinyin", "initials", "is_head", "branch_id", "user_id")


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


def summary(batch: Batch) -> PlanSummary:
    """The plan at a glance; the counts stay when the plan has expired."""
    head, counts = kept_head(batch), batch.counts
    return PlanSummary(
        outcome=head.get("outcome", ""),
        refusal=batch.refusal,
        counts=counts,
        chips=[(chip, counts.get(chip, 0)) for chip in CHIPS],
        warnings=head.get("warnings", []),
        sheets=head.get("sheets", []),
    )


def page(batch: Batch, chip: str, number: int) -> PlanPage:
    """Rows of one chip, ``number`` counting from 1; a page beyond the last is the last."""
    sheet = sheet_on(batch.sheet, batch.as_of)
    if sheet is None:
        return PlanPage([], 1, 1, 0)
    names = [part["name"] for part in kept_head(batch).get("sheets", [])]
    found = list(_of_chip(batch, chip))
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(max(1, number), pages)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    headings = {column.key: str(column.heading) for column in sheet.columns}
    width = next((len(r.values) for _p, r in shown if isinstance(r, KeptRow)), 0)
    keys = keys_kept(batch, sheet, width)
    rows = [_shown(record, names, headings, keys) for _position, record in shown]
    _name_organisations(rows)
    places = (position for position, _record in shown)
    _add_effects(batch, dict(zip(places, rows, strict=True)), headings)
    return PlanPage(rows, number, pages, len(found))


def _of_chip(batch: Batch, chip: str) -> Iterator[tuple[int, Any]]:
    """(position among the accepted rows or -1, record) of every row of a chip."""
    if chip == "rejected":
        yield from ((-1, row) for row in contents.rejected_rows(batch))
    elif chip in ("skipped", "stale"):
        yield from ((-1, record) for record in chunks.records(batch, chip))
    else:
        for position, row in enumerate(contents.kept_rows(batch)):
            if row.warnings if chip == "warned" else row.change == chip:
                yield position, row


def _shown(record: Any, names: list[str], headings: dict[str, str], keys: list[str]) -> PlanRow:
    if isinstance(record, KeptRow):
        row = PlanRow(names[record.sheet], record.number, record.change)
        row.organisation_code = record.organisation_code
        cells = zip(keys, record.values, strict=False)
        row.cells = [
            (headings[key], told(key, v)) for key, v in cells if v is not None and key in headings
        ]
        row.problems = record.warnings
        return row
    if isinstance(record, contents.RejectedRow):
        row = PlanRow(names[record.sheet], record.number, "rejected")
        row.cells = [
            (headings[key], told(key, v)) for key, v in record.cells.items() if key in headings
        ]
        row.problems = record.errors
        return row
    number, line, *said = record
    return PlanRow(names[number], line, said[0], problems=[{"code": said[0], "message": said[-1]}])


def told(key: str, value: Any) -> str:
    """A cell as a page may show it: numbers of identity cards and telephones masked."""
    if value == "":
        return ""
    if key == "id_number":
        return mask_id_number(str(value))
    if key.endswith("phone"):
        return mask_phone(str(value))
    if key in _WITHHELD:
        return f"{str(value)[:6]}****"
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return str(value[1] if isinstance(value, list | tuple) else value)


def _name_organisations(rows: list[PlanRow]) -> None:
    codes = {row.organisation_code for row in rows if row.organisation_code}
    tree = organisation_model()
    names = {node.code: str(node) for node in tree.objects.filter(code__in=codes)}
    for row in rows:
        row.organisation = names.get(row.organisation_code, "")


def _add_effects(batch: Batch, rows: dict[int, PlanRow], headings: dict[str, str]) -> None:
    """What the shown rows change of standing records, column by column."""
    if not any(row.change == "changed" for row in rows.values()):
        return
    found = []
    for name in chunks.parts_kept(batch, "update:"):
        model = apps.get_model(name.partition(":")[2])
        for record in chunks.records(batch, name):
            shown = (rows[position] for position in record[0] if position in rows)
            found += [(row, column, *record[5:7]) for row in shown for column in _told_of(model)]
    found = [one for one in found if one[1].attname in one[3]]
    names = _names(found)
    for row, column, before, after in found:
        # What the plan itself brings in stands in the cell that names it.
        cell = dict(row.cells).get(headings.get(column.name, ""), gettext("本次新增"))
        old, new = (_text(column, image[column.attname], names, cell) for image in (before, after))
        row.effects.append((str(column.verbose_name), old, new))


def _told_of(model: Any) -> Iterator[Any]:
    """The columns whose change is for people."""
    for column in model._meta.concrete_fields:
        hidden = isinstance(column, SealedField) or column.attname in _OWN_AFFAIR
        if not hidden and not column.attname.endswith(("_digest", "_precision")):
            yield column


def _names(found: list[tuple[PlanRow, Any, dict[str, Any], dict[str, Any]]]) -> dict[Any, str]:
    """What the records are called that columns refer to; one query a model."""
    wanted: dict[Any, set[int]] = {}
    for _row, column, *images in found:
        if column.is_relation:
            keys = {image[column.attname] for image in images}
            known = wanted.setdefault(column.related_model, set())
            known.update(key for key in keys if isinstance(key, int))
    return {
        (model, record.pk): str(record)
        for model, keys in wanted.items()
        if keys
        for record in model._default_manager.filter(pk__in=keys)
    }


def _text(column: Any, value: Any, names: dict[Any, str], cell: str) -> str:
    if value is None or value == "":
        return "—"
    if not column.is_relation:
        return told("", value)
    return cell if isinstance(value, str) else names.get((column.related_model, value), "—")


def report(batch: Batch) -> dict[str, Any]:
    """The plan as plain data, the shape scripts rely on: every row in exactly one list."""
    sheet, head = sheet_on(batch.sheet, batch.as_of), kept_head(batch)
    found = {
        "outcome": head.get("outcome", "file_rejected"),
        "file_error": head.get("file_error"),
        "rows_read": head.get("rows_read", 0),
        "warnings": head.get("warnings", []),
        "sheets": [
            {**part, "accepted": [], "rejected": [], "skipped": []}
            for part in head.get("sheets", [])
        ],
    }
    if sheet is not None and found["outcome"] == "preview":
        _report_rows(batch, sheet, found["sheets"])
    return found


def _report_rows(batch: Batch, sheet: type[Sheet], parts: list[dict[str, Any]]) -> None:
    options = {column.key for column in sheet.columns if column.clean.kind == "option"}
    kept: list[str] | None = None
    for row in contents.kept_rows(batch):
        kept = keys_kept(batch, sheet, len(row.values)) if kept is None else kept
        values = {
            key: value[1] if key in options and value is not None else value
            for key, value in zip(kept, row.values, strict=False)
        }
        parts[row.sheet]["accepted"].append(
            {
                "row": row.number,
                "values": {"org_code": row.organisation_code, **values},
                "change": row.change,
                "warnings": row.warnings,
            }
        )
    for rejected in contents.rejected_rows(batch):
        parts[rejected.sheet]["rejected"].append(
            {"row": rejected.number, "errors": rejected.errors}
        )
    for number, line, why in chunks.records(batch, "skipped"):
        parts[number]["skipped"].append({"row": line, "why": why})
