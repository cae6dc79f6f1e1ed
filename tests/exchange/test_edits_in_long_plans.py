"""What typing in one cell costs, and the pages of rows around it, however long the plan."""

from io import BytesIO

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook

from federation.access.scope import Grant
from federation.audit.services import Actor
from federation.exchange import chunks, previews, row_store, services
from federation.exchange.gazetteer import places_near
from federation.exchange.services import plan_rows, row_edit
from federation.sealing.boxes import unseal
from orgs.models import Organisation
from tests.exchange.rosters import HEADINGS, edit, member, shown, typed, upload
from tests.exchange.tables import id_number, member_row, planned, village_row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _plain_names(tree, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    Organisation.objects.update(name=F("short_name"))


@pytest.fixture
def browser(as_user, lan):
    return as_user(lan)


def test_the_page_asks_the_database_as_often_for_forty_rows_as_for_two(browser):
    def queries(rows):
        batch = upload(browser, *(member(n, "周兰", place="荷华社区") for n in range(1, rows + 1)))
        edit(batch, 2, "name", "荷花")
        with CaptureQueriesContext(connection) as asked:
            shown(browser, batch)
        return len(asked)

    # One of them asks whether the same file came in before.
    assert queries(40) == queries(2) <= 13


def test_one_cell_costs_as_many_statements_in_a_long_table_as_in_a_short_one(browser):
    def queries(rows):
        faulty = member(1, "周兰", on="坏")
        batch = upload(browser, faulty, *(member(n, "吴梅") for n in range(2, rows)))
        with CaptureQueriesContext(connection) as asked:
            typed(browser, batch, 2, "elected_on", "2021-03-08", shown="elected_on")
        return len(asked)

    assert queries(3) == queries(60)


def pages(batch, chip) -> list[int]:
    """The rows of all pages of a chip, one after the other."""
    first = plan_rows(batch, chip)
    rest = [plan_rows(batch, chip, number) for number in range(2, first.pages + 1)]
    return [row.number for page in (first, *rest) for row in page.rows]


def test_pages_hold_every_row_once_while_some_of_their_rows_are_typed_in(lotus, north, monkeypatch):
    monkeypatch.setattr(previews, "PER_PAGE", 4)
    monkeypatch.setattr(row_store, "SIZE", 3)
    # Every third row is wrong, every other third one to be looked at.
    odd = [{"elected_on": "坏"}, {"birth": "1984-03"}, {}]
    rows = [member_row(lotus, n, f"周{chr(0x4E00 + n)}", **odd[n % 3]) for n in range(36)]
    batch = planned("committee", rows, north)
    assert pages(batch, "rejected") == list(range(2, 38, 3))
    assert pages(batch, "warned") == list(range(3, 38, 3))
    for row in (2, 5, 14, 35):
        edit(batch, row, "elected_on", "2021-03-08")
    for row in (3, 9, 12, 36):
        edit(batch, row, "birth", "1985-03")
    edit(batch, 11, "elected_on", "仍坏")
    batch.refresh_from_db()
    found = {chip: pages(batch, chip) for chip in ("rejected", "warned", "new", "edited")}
    assert found["rejected"] == [11, 8, 17, 20, 23, 26, 29, 32]
    assert found["warned"] == [6, 15, 18, 21, 24, 27, 30, 33]
    assert sorted(found["new"]) == sorted(set(range(2, 38)) - set(found["rejected"]))
    assert sorted(found["edited"]) == [2, 3, 5, 9, 11, 12, 14, 35, 36]
    assert {chip: len(rows) for chip, rows in found.items()} == {
        chip: plan_rows(batch, chip).total for chip in found
    }


def test_a_row_of_a_second_sheet_is_typed_in_among_those_of_the_first(north):
    target, book = BytesIO(), Workbook()
    book.active.title = "一"
    for page, wrong in ((book.active, (1, 3)), (book.create_sheet("二"), (5, 6))):
        page.append(HEADINGS)
        for n in range(1, 4) if page.title == "一" else range(4, 7):
            page.append(member(n, f"周{chr(0x4E00 + n)}", on="坏" if n in wrong else "2021-03-08"))
    book.save(target)
    about = {"organisation": north, "as_of": timezone.localdate(), "actor": Actor.command()}
    told = {"sheet": "committee", "file_name": "册.xlsx", "data": target.getvalue()}
    batch = services.batch_plan(batch=services.batch_open(**about, **told))
    rows = [(row.sheet, row.number) for row in plan_rows(batch, "rejected").rows]
    assert rows == [("一", 2), ("一", 4), ("二", 3), ("二", 4)]
    cell = {"batch": batch, "key": "elected_on", "actor": Actor.command(), "sheet_no": 1}
    assert row_edit(row_no=3, text="2021-03-08", **cell).change == "new"
    assert "周\u4e06" in dict(services.plan_row(batch, 1, 4).cells).values()
    rows = [(row.sheet, row.number) for row in plan_rows(batch, "rejected").rows]
    assert rows == [("一", 2), ("一", 4), ("二", 4)]
    rows = [(row.sheet, row.number) for row in plan_rows(batch, "new").rows]
    assert rows == [("二", 3), ("一", 3), ("二", 2)]


@pytest.fixture
def blocks_opened(monkeypatch):
    """How many blocks of plans were opened since it was asked for the last time."""
    opened: list[str] = []

    def unsealed(place, body):
        opened.append(place)
        return unseal(place, body)

    monkeypatch.setattr(chunks, "unseal", unsealed)
    monkeypatch.setattr(row_store, "SIZE", 4)

    def count() -> int:
        found = len(opened)
        opened.clear()
        return found

    return count


@pytest.mark.parametrize(
    ("fault", "key", "value"),
    [({"on": "坏"}, "elected_on", "2021-03-08"), ({"id": "坏"}, "id_number", id_number(1))],
)
def test_one_cell_opens_as_many_blocks_of_a_long_plan_as_of_a_short_one(
    browser, blocks_opened, fault, key, value
):
    def opened(rows):
        here = [member(n, "吴梅") for n in range(2, 6)]
        there = [member(n, "郑桃", place="柳溪村") for n in range(6, rows)]
        batch = upload(browser, member(1, "周兰", **fault), *here, *there)
        blocks_opened()
        typed(browser, batch, 2, key, value)
        assert plan_rows(batch, "rejected").total == 0
        return blocks_opened()

    assert opened(10) == opened(60)


def test_a_page_opens_as_many_blocks_of_a_long_plan_as_of_a_short_one(
    browser, blocks_opened, monkeypatch
):
    monkeypatch.setattr(previews, "PER_PAGE", 4)

    def opened(rows):
        batch = upload(
            browser, member(1, "周兰", on="坏"), *(member(n, "吴梅") for n in range(2, rows))
        )
        edit(batch, 2, "elected_on", "2021-03-08")
        blocks_opened()
        shown(browser, batch, chip="new", page="2")
        return blocks_opened()

    assert opened(12) == opened(60)


def test_one_row_is_placed_in_the_part_of_its_import_alone(tree, lan, north):
    near = places_near(lan.scope(Grant.IMPORT), [tree["bamboo"].code])
    assert set(near.by_code) == {
        tree[name].code for name in ("city", "north", "north_town", "lotus", "willow", "bamboo")
    }
    assert not near.covers(near.by_code[tree["bamboo"].code])
    assert [village.code for village in near.villages] == [
        tree["lotus"].code, tree["willow"].code
    ]  # fmt: skip


@pytest.mark.parametrize("written", ["910102101201", "910102101000"])
def test_a_typed_code_of_another_district_is_told_from_one_that_nobody_has(
    north, lotus, lan, written
):
    row = {**village_row(lotus, households="1"), "code": "999999999999"}
    batch = planned("villages", [row], north, user=lan)
    assert [one["code"] for one in edit(batch, 2, "code", written).problems] == ["out_of_scope"]
    again = edit(batch, 2, "code", "999999999998")
    assert [one["code"] for one in again.problems] == ["unknown_code"]
