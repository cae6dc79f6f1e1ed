"""The marked workbook of every messy sample: marks where they belong, all else as it was."""

import io

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from federation.exchange.returning.marking import marked
from federation.exchange.returning.names import excel_names
from tests.exchange.marked_books import (
    ERROR,
    PREVIEWS,
    TASK,
    again,
    bad_cells,
    checked_sample,
    edited,
    marked_cells,
    members,
    planned_sample,
    put_right,
    read,
)
from tests.exchange.test_samples import SAMPLES, load

pytestmark = pytest.mark.django_db
FAULTY = [name for name in PREVIEWS if bad_cells(checked_sample(name))]
WITH_ROWS = [n for n in FAULTY if any(part.rejected for part in checked_sample(n).sheets)]
IN_PLACE = [name for name in FAULTY if checked_sample(name).format == "xlsx"]


def faults(checked):
    """What is wrong, row by row; a formula without a result is handed out as an error value."""
    rows = [row for part in checked.sheets for row in part.rejected]
    found = [sorted(error.code for error in row.errors) for row in rows]
    return sorted([code.replace("formula_no_value", "cell_error") for code in r] for r in found)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


@pytest.mark.parametrize("name", FAULTY)
def test_marks_sit_on_exactly_the_bad_cells(name, city):
    made = marked(planned_sample(name, city))
    checked = checked_sample(name)
    called = excel_names(part.name for part in checked.sheets)
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    wanted = {(called[sheet], cell): look for (sheet, cell), look in bad_cells(checked).items()}
    found = {
        (sheet.title, cell): look
        for sheet in book.worksheets
        if sheet.title != TASK
        for cell, look in marked_cells(sheet).items()
    }
    assert found == wanted
    told = {
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if cell.comment
    }
    assert told == set(wanted)


@pytest.mark.parametrize("name", FAULTY)
def test_every_other_cell_says_what_it_said(name, city):
    made = marked(planned_sample(name, city))
    before = read((SAMPLES / load(name)["file"]).read_bytes())
    after = read(made.data)
    assert CalamineWorkbook.from_filelike(io.BytesIO(made.data)).sheet_names[-1] in after
    called = excel_names(before)
    assert {called[sheet]: rows for sheet, rows in before.items()} == {
        sheet: rows for sheet, rows in after.items() if sheet != TASK
    }


@pytest.mark.parametrize("name", IN_PLACE)
def test_parts_without_a_mark_are_the_same_byte_for_byte(name, city):
    batch = planned_sample(name, city)
    before = members((SAMPLES / load(name)["file"]).read_bytes())
    after = members(marked(batch).data)
    touched = {part for part, data in before.items() if after[part] != data}
    sheets = {part for part in before if part.startswith("xl/worksheets/sheet")}
    index = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    assert touched <= index | sheets | {"xl/styles.xml"}
    worksheets = {sheet for sheet, _cell in bad_cells(checked_sample(name))}
    assert len(touched & sheets) == len(worksheets)


@pytest.mark.parametrize("name", WITH_ROWS)
def test_rows_put_right_are_taken_and_count_once(name, city):
    expected, checked = load(name), checked_sample(name)
    scope, kind = expected["context"]["uploader_scope"], expected["kind"]
    made = marked(planned_sample(name, city))
    rows: list[int] = []
    data = edited(made.data, lambda book: rows.append(put_right(book[TASK], kind, scope)))
    returned = again(data, kind, scope)
    rejected = [len(part.rejected) for part in checked.sheets]
    assert rows == [sum(rejected)] == [made.rows]
    said = [(e.cell, e.message) for p in returned.sheets for r in p.rejected for e in r.errors]
    assert said == []
    before = sum(len(part.accepted) for part in checked.sheets)
    assert sum(len(part.accepted) for part in returned.sheets) == before + sum(rejected)


@pytest.mark.parametrize("name", WITH_ROWS)
def test_a_workbook_that_comes_back_as_it_went_is_no_better(name, city):
    expected, checked = load(name), checked_sample(name)
    scope, kind = expected["context"]["uploader_scope"], expected["kind"]
    made = marked(planned_sample(name, city))
    returned = again(made.data, kind, scope)
    for count in ("accepted", "rejected"):
        assert sum(len(getattr(part, count)) for part in returned.sheets) == sum(
            len(getattr(part, count)) for part in checked.sheets
        )
    assert faults(returned) == faults(checked)
    task = openpyxl.load_workbook(io.BytesIO(made.data))[TASK]
    assert ERROR in marked_cells(task).values()
