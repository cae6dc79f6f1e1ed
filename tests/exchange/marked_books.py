"""Batches of the messy samples, their marked workbooks, and what stands in them."""

import io
import zipfile
from functools import cache
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from federation.exchange import contents
from federation.exchange.checking import check_workbook
from federation.exchange.chunks import ChunkWriter
from federation.exchange.contents import Outcome
from federation.exchange.models import Batch
from federation.exchange.options import seeded_lists
from federation.exchange.planning import rejected_of, shared_of
from federation.exchange.reading import Frame, Reader, SheetStart
from federation.exchange.rows import CheckedWorkbook
from federation.exchange.storage import keep_file
from federation.exchange.understanding.header import recognise
from orgs.models import Organisation
from tests.exchange.places import DAY, RIVALS, SHEETS, check, city_rows, places
from tests.exchange.tables import id_number
from tests.exchange.test_samples import EXPECTED, SAMPLES, load

TASK = "只需改这些"
ERROR, WARNING = "FFF9D5CF", "FFFBE7B8"
PREVIEWS = [name for name in EXPECTED if load(name)["outcome"] == "preview"]


@cache
def checked_sample(name: str) -> CheckedWorkbook:
    """A sample as it was checked."""
    expected = load(name)
    path = SAMPLES / expected["file"]
    return check(path, expected["kind"], expected["context"]["uploader_scope"])


def planned_sample(name: str, place: Organisation) -> Batch:
    """A batch of a sample, as if it had been planned; every row is new."""
    expected = load(name)
    data = (SAMPLES / expected["file"]).read_bytes()
    return planned_as(checked_sample(name), expected["kind"], expected["file"], data, place)


def planned_as(
    checked: CheckedWorkbook, kind: str, file_name: str, data: bytes, place: Organisation
) -> Batch:
    """A planned batch of a checked workbook."""
    batch = Batch(
        sheet=kind, organisation=place, as_of=DAY, actor_label="命令行", file_name=file_name,
        state=Batch.State.PLANNED,
    )  # fmt: skip
    keep_file(batch, data)
    batch.counts = {"rejected": sum(1 for _ in rejected_of(checked)), "faults": 1, "doubts": 1}
    batch.save()
    rows = contents.rows_of(checked, SHEETS[kind], batch, shared_of(batch))
    outcome = Outcome(["new"] * rows.count, [b""] * rows.count, {}, {})
    with ChunkWriter(batch) as writer:
        contents.keep_rows(writer, checked, SHEETS[kind], rows, outcome)
        writer.save()
    return batch


def bad_cells(checked: CheckedWorkbook) -> dict[tuple[str, str], str]:
    """Worksheet and address of every cell with a fault or a doubt, and the colour it must have."""
    found: dict[tuple[str, str], str] = {}
    for part in checked.sheets:
        for noted in part.accepted.warnings.values():
            found |= {(part.name, w.cell): WARNING for w in noted if w.cell}
        for row in part.rejected:
            found |= {(part.name, error.cell): ERROR for error in row.errors if error.cell}
    return found


def marked_cells(sheet: Worksheet) -> dict[str, str]:
    """Address and colour of the cells that are marked."""
    return {
        cell.coordinate: cell.fill.fgColor.rgb
        for line in sheet.iter_rows()
        for cell in line
        if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in (ERROR, WARNING)
    }


def read(data: bytes) -> dict[str, list[list[Any]]]:
    """All worksheets as the engine reads them; blank ends of rows are left out."""
    sheets: dict[str, list[list[Any]]] = {}
    with Reader(data) as reader:
        for event in reader:
            if isinstance(event, SheetStart):
                rows = sheets[event.name] = []
            elif isinstance(event, Frame):
                rows += [trimmed(list(row)) for row in zip(*event.columns, strict=True)]
    for rows in sheets.values():
        while rows and not rows[-1]:
            rows.pop()
    return sheets


def trimmed(row: list[Any]) -> list[Any]:
    """A row without blank cells at its end."""
    while row and row[-1] in ("", None):
        row.pop()
    return row


def members(data: bytes) -> dict[str, bytes]:
    """The members of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(data: bytes, change: Any) -> bytes:
    """The workbook after somebody opened it, had ``change`` done to the book, and saved it.

    Formulas become what they gave: the library that stands for the clerk does not calculate.
    """
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def again(data: bytes, kind: str, scope: str, is_ours: Any = lambda stamp: True) -> CheckedWorkbook:
    """The workbook as it is checked when it comes back."""
    return check_workbook(
        data, sheet=SHEETS[kind], places=places(scope), as_of=DAY, today=DAY,
        options=seeded_lists(), others=RIVALS, is_ours=is_ours,
    )  # fmt: skip


@cache
def spare_villages(scope: str) -> tuple[Any, ...]:
    """The villages of a scope, the last ones first, each with its town."""
    path = next(row.path for row in city_rows() if row.code == scope)
    towns = {row.code: row for row in city_rows()}
    found = [r for r in city_rows() if r.kind_group == "village" and r.path.startswith(path)]
    return tuple((village, towns[village.parent_code]) for village in reversed(found))


def good_value(key: str, kind: str, number: int) -> Any:
    """Something a column takes, another one in every row where rows must differ."""
    column = SHEETS[kind].column(key)
    if column.clean.kind == "option":
        return next(label for _code, label in seeded_lists()[column.clean.list_key].values())
    by_kind = {
        "id": id_number(number), "phone": f"139{number:08}", "name": "周兰", "boolean": "是",
        "date": "2021-03-08", "text": "无",
    }  # fmt: skip
    return 2024 if key == "year" else by_kind.get(column.clean.kind, 12)


def put_right(sheet: Worksheet, kind: str, scope: str) -> int:
    """Put the rows of the task sheet right, whatever was wrong; how many rows it has."""
    keys = {}
    for cell in sheet[2][3:]:
        match = recognise((str(cell.value),), SHEETS[kind]) if cell.value else None
        if match:
            keys[match.key] = cell.column
    for number in range(3, sheet.max_row + 1):
        bad = {c.column for c in sheet[number] if c.fill.fgColor.rgb == ERROR}
        village, town = spare_villages(scope)[number]
        places = {"code": village.code, "town": town.name, "name": village.name}
        moved = any(keys.get(key) in bad for key in places)
        for key, column in keys.items():
            if key in places and moved:
                sheet.cell(number, column).value = places[key]
            elif column in bad:
                sheet.cell(number, column).value = good_value(key, kind, number)
    return sheet.max_row - 2
