"""What stood in somebody's cells does nothing in the files and pages it comes back in."""

import csv
import io
import zipfile

import openpyxl
import pytest
from django.urls import get_resolver, reverse

from federation.exchange.collecting.desk import Desk
from federation.exchange.models import Batch, Collection
from federation.registers.views.events import EventExport
from federation.registers.views.exporting import ExportView
from tests.cast import plant
from tests.exchange.tables import book, member_row
from tests.exchange.test_collecting_pages import client_of_lan, do_jobs, drop
from tests.registers.records import home

__all__ = ["client_of_lan"]
pytestmark = pytest.mark.django_db

STARTS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1")
EVIL, QUOTE = "<script>evil()", '"onmouseover="evil()'


@pytest.fixture
def planted(client_of_lan, lotus, north_town):
    """Records, a place and a faulty roster, all told in the beginnings of formulas."""
    for number, text in enumerate(STARTS):
        home(f"{text}{number}", lotus, address=text)
        plant(f"91010110130{number}", text, "village", north_town)
    rows = [member_row(lotus, n, "周兰", education=text) for n, text in enumerate(STARTS, 1)]
    drop(client_of_lan, ("=1+1.xlsx", _as_text(book("committee", rows), "D")))
    do_jobs()
    return Collection.objects.get()


def _as_text(data, column):
    """The workbook with texts in a column that the one who wrote it took for formulas."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    for cell in workbook.active[column]:
        cell.data_type = "s"
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def answers(client, made, lotus):
    """Every file the house gives out, by the name of its route."""
    batch, told = made.batches.get(), {"sheet": "homes", "organisation": "910101"}
    yield "template", client.get(reverse("exchange:template"), {"sheet": "homes"})
    yield "sheet_export", client.post(reverse("exchange:sheet_export"), told)
    yield "marked", client.get(reverse("exchange:marked", args=[batch.uid]))
    where = [made.uid, lotus.code]
    yield "collection_slip_book", client.get(reverse("exchange:collection_slip_book", args=where))
    for path in ("/homes/export/", "/orgs/export/"):
        yield path, client.get(path)
        yield f"{path} csv", client.get(path, {"form": "csv"})


def test_no_file_given_out_holds_a_formula(client_of_lan, planted, lotus):
    seen = set()
    for name, answer in answers(client_of_lan, planted, lotus):
        data = answer.getvalue() if answer.streaming else answer.content
        assert answer["Content-Disposition"].startswith("attachment"), name
        texts = list(_of_csv(data) if name.endswith("csv") else _of_book(data, name))
        assert any("1+1" in text for text in texts), name
        seen.add(name)
    assert len(seen) == 8


def _of_csv(data):
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))):
        for text in row:
            assert not text.lstrip(" \t\r\n").startswith(("=", "+", "@")), text
            assert not text.startswith(("-", "\t", "\r")), text
            yield text


def _of_book(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for part in package.namelist():
            assert "external" not in part.lower() and "connections" not in part, (name, part)
            if part.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in package.read(part), (name, part)
    for page in openpyxl.load_workbook(io.BytesIO(data)):
        for cell in (cell for row in page.iter_rows() for cell in row):
            assert cell.data_type != "f", (name, cell)
            yield str(cell.value or "")


def test_every_other_export_is_made_by_the_same_two_hands():
    for pattern in _routes(get_resolver().url_patterns):
        if pattern.name and pattern.name.endswith("_export") and pattern.name != "sheet_export":
            assert issubclass(pattern.callback.view_class, ExportView | EventExport), pattern.name


def _routes(patterns):
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from _routes(one.url_patterns)
        elif hasattr(getattr(one, "callback", None), "view_class"):
            yield one


@pytest.fixture
def scripted(client_of_lan, lotus):
    """A zip with a roster whose file name, worksheet, heading and cells are markup."""
    workbook = openpyxl.load_workbook(
        io.BytesIO(book("committee", [member_row(lotus, 1, "周兰", education=EVIL + QUOTE),
                                      member_row(lotus, 2, "何静", education="大专")]))
    )  # fmt: skip
    page = workbook.active
    page.title = EVIL
    column = page.max_column + 1
    page.cell(1, column, QUOTE + EVIL)
    page.cell(2, column, QUOTE)
    target, packed = io.BytesIO(), io.BytesIO()
    workbook.save(target)
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr(f"{QUOTE}{EVIL}.xlsx", target.getvalue())
    drop(client_of_lan, ("一.zip", packed.getvalue()))
    do_jobs()
    return Collection.objects.get()


def test_markup_in_a_workbook_is_text_on_every_page(client_of_lan, scripted, lotus):
    made, batch = scripted, Batch.objects.get()
    assert batch.file_name == f"{QUOTE}{EVIL}.xlsx"
    pages = [
        reverse("exchange:collection", args=[made.uid]),
        reverse("exchange:collection_slips", args=[made.uid]),
        reverse("exchange:collection_slip", args=[made.uid, lotus.code]),
        reverse("exchange:batch_list"),
        reverse("exchange:columns", args=[batch.uid]),
        reverse("exchange:rows", args=[batch.uid]),
    ]
    for address in pages:
        _is_text(client_of_lan.get(address), address)
    cause = Desk(made).causes[0]
    wrong = {"cause": cause.uid, "do": "given", f"v-{cause.values[0].uid}": QUOTE + EVIL}
    answer = client_of_lan.post(
        reverse("exchange:collection_mend", args=[made.uid]), wrong, follow=True
    )
    _is_text(answer, "mend")
    answer = client_of_lan.post(
        reverse("exchange:collection_file", args=[made.uid, 1]), {"do": "drop"}, follow=True
    )
    _is_text(answer, "drop")


def _is_text(answer, address):
    assert answer.status_code == 200, address
    page = answer.content.decode()
    assert "evil()" in page, address
    assert EVIL not in page and QUOTE not in page, address
