"""A workbook with several kinds of tables: each is taken as a file of its own, or is named."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from cadres.models import Appointment
from federation.audit.services import Actor
from federation.exchange.collecting import unpacking
from federation.exchange.collecting.desk import Desk
from federation.exchange.collecting.showing import Page
from federation.exchange.services import file_answer, file_drop
from funding.models import LedgerLine
from homes.models import Home
from tests.exchange.tables import book, member_row, village_row
from tests.exchange.test_collecting import collected, do_jobs, sealed_files, states, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_gone_at_once")]
NOTES = [["填表说明"], ["一、每村一行"], ["二、没有的填无"]]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


def bound(*pages, beside=()):
    """Workbooks bound into one, and worksheets of plain rows."""
    whole = Workbook()
    whole.remove(whole.active)
    for number, page in enumerate(pages, 1):
        _add(whole, f"表{number}", _rows(page))
    for name, rows in beside:
        _add(whole, name, rows)
    target = BytesIO()
    whole.save(target)
    return target.getvalue()


def _rows(data):
    return [list(row) for row in load_workbook(BytesIO(data)).active.values]


def _add(whole, name, rows):
    page = whole.create_sheet(name)
    for row in rows:
        page.append(row)


def place(village, name="妇女之家"):
    told = {"home_kind": "妇女之家", "home_name": name, "address": "二楼", "area_sqm": "80"}
    return book("homes", [{"code": village.code, **told}])


def money(village):
    told = {"year": "2024", "source": "财政拨款", "amount_yuan": "5000", "spent_yuan": "20"}
    return book("budgets", [{"code": village.code, **told, "purpose": "活动"}])


def left_out(made):
    return Page(Desk(made)).not_taken


def test_two_kinds_on_two_worksheets_are_two_files_and_both_are_written(north, lotus, lan):
    made = collected(north, lan, ("全部.xlsx", bound(place(lotus), money(lotus))))
    assert states(made) == [("homes", "planned"), ("budgets", "planned")]
    assert (left_out(made), len(sealed_files())) == ([], 2)
    written(made, lan)
    assert (made.counts["left"], Home.objects.count(), LedgerLine.objects.count()) == ({}, 1, 1)


def test_three_kinds_in_any_order_and_a_page_of_words(north, lotus, lan):
    roster = book("committee", [member_row(lotus, 1, "周兰", education="大专")])
    pages = bound(money(lotus), roster, place(lotus), beside=[("说明", NOTES)])
    made = collected(north, lan, ("全部.xlsx", pages))
    assert sorted(states(made)) == [
        ("budgets", "planned"), ("committee", "planned"), ("homes", "planned"),
    ]  # fmt: skip
    assert [(names, "说明" in words) for names, words in left_out(made)] == [(["全部.xlsx"], True)]
    written(made, lan)
    assert (Appointment.objects.count(), Home.objects.count()) == (1, 1)


def test_looking_into_it_again_takes_nothing_twice(north, lotus, lan):
    made = collected(north, lan, ("全部.xlsx", bound(place(lotus), money(lotus))))
    first = made.batches.get(ordinal=1)
    file_answer(batch=first, actor=Actor.of(lan), sheet_key="homes")
    do_jobs()
    assert states(made) == [("homes", "planned"), ("budgets", "planned")]


def test_a_table_given_up_is_named_again(north, lotus, lan):
    made = collected(north, lan, ("全部.xlsx", bound(place(lotus), money(lotus))))
    file_drop(batch=made.batches.get(ordinal=2))
    [(names, words)] = left_out(made)
    assert (names, words) == (["全部.xlsx"], "工作表“表2”像是“经费台账”，没有导入。")
    assert len(sealed_files()) == 1


def test_where_no_more_files_are_taken_the_other_table_is_named_with_what_to_do(
    north, lotus, lan, as_user, monkeypatch
):
    monkeypatch.setattr(unpacking, "MOST_FILES", 1)
    made = collected(north, lan, ("全部.xlsx", bound(place(lotus), money(lotus))))
    assert states(made) == [("homes", "planned")]
    page = as_user(lan).get(reverse("exchange:collection", args=[made.uid])).content.decode()
    assert "请另存成单独的文件再收" in page
    assert "全部.xlsx：工作表“表2”像是“经费台账”，没有导入。" in page


def test_a_table_of_another_kind_below_the_first_is_named(north, lotus, lan):
    facts = book("villages", [village_row(lotus, women_resident=320, households=160)])
    told = {"education": "大专", "ethnic": "汉族", "political": "群众", "phone": "13900000001"}
    roster = book("committee", [member_row(lotus, 1, "周兰", **told)])
    rows = [*_rows(facts), [], *_rows(roster)]
    made = collected(north, lan, ("全部.xlsx", bound(beside=[("一张", rows)])))
    file_answer(batch=made.batches.get(), actor=Actor.of(lan), sheet_key="villages")
    do_jobs()
    [(_names, words)] = left_out(made)
    assert words == "工作表“一张”第 4 行起像是“执委花名册”，没有导入。"


def test_the_page_says_that_both_are_one_file(north, lotus, lan, as_user):
    made = collected(north, lan, ("全部.xlsx", bound(place(lotus), money(lotus))))
    page = as_user(lan).get(reverse("exchange:collection", args=[made.uid])).content.decode()
    assert page.count("和第 1 份是同一个文件，这是里面的另一种表") == 1
