"""A workbook with several kinds of tables: each is taken as a file of its own, or is named."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from cadres.models import Appointment, Volunteer
from federation.audit.services import Actor
from federation.exchange.collecting import unpacking
from federation.exchange.collecting.desk import Desk, asks_of
from federation.exchange.collecting.showing import Page
from federation.exchange.services import (
    collection_add,
    collection_open,
    file_answer,
    file_check,
    file_drop,
)
from funding.models import LedgerLine
from homes.models import Home
from tests.exchange.tables import AS_OF, book, id_number, member_row, village_row
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


def roster_and_team(village):
    """Two worksheets nobody can mistake, the committee and the volunteers."""
    own = {"education": "大专", "ethnic": "汉族", "political": "群众"}
    members = book("committee", [member_row(village, 1, "周兰", **own)])
    told = {"team": "巾帼队", "since_on": "2022-09", "hours": "12", "skills": "歌咏"}
    return members, book("volunteers", [{"code": village.code, "person_name": "何静", **told}])


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


def test_two_clear_worksheets_of_people_are_two_files(north, lotus, lan):
    made = collected(north, lan, ("全部.xlsx", bound(*roster_and_team(lotus))))
    assert states(made) == [("committee", "planned"), ("volunteers", "planned")]


def test_where_both_would_read_a_third_worksheet_somebody_says_which_table_it_is(north, lotus, lan):
    third = [["单位代码", "姓名", "身份证号", "加入日期"]]
    third.append([lotus.code, "孙梅", id_number(3), "2022-09"])
    pages = bound(*roster_and_team(lotus), beside=[("新来的", third)])
    made = collected(north, lan, ("全部.xlsx", pages))
    assert [asks_of(one) for one in made.batches.all()] == ["kind"]
    file_answer(batch=made.batches.get(), actor=Actor.of(lan), sheet_key="committee")
    do_jobs()
    assert [words for _names, words in left_out(made)] == [
        "工作表“表2”像是“志愿者登记表”，没有导入。"
    ]
    written(made, lan)
    held = set(Appointment.objects.values_list("person__name", flat=True))
    assert (held >= {"周兰"}, Volunteer.objects.count()) == (True, 0)


def test_a_worker_that_lost_its_lease_takes_nothing_twice(north, lotus, lan):
    files = [("全部.xlsx", bound(place(lotus), money(lotus)))]
    made = collection_open(organisation=north, as_of=AS_OF, actor=Actor.of(lan), files=files)
    # It read the file before another did all its work, and goes on with what it knew then.
    late = made.batches.get()
    do_jobs()
    file_check(batch=late)
    do_jobs()
    assert states(made) == [("homes", "planned"), ("budgets", "planned")]
    assert len(sealed_files()) == 2


def test_a_table_given_up_is_named_again(north, lotus, lan):
    made = collected(north, lan, ("全部.xlsx", bound(place(lotus), money(lotus))))
    file_drop(batch=made.batches.get(ordinal=2))
    [(names, words)] = left_out(made)
    assert (names, words) == (["全部.xlsx"], "工作表“表2”像是“经费台账”，没有导入。")
    assert len(sealed_files()) == 1


def test_sent_again_after_one_of_its_tables_was_given_up_says_how_to_send_that_table(
    north, lotus, lan
):
    data = bound(place(lotus), money(lotus))
    made = collected(north, lan, ("全部.xlsx", data))
    file_drop(batch=made.batches.get(sheet="budgets"))
    collection_add(collection=made, actor=Actor.of(lan), files=[("再来.xlsx", data)])
    again = made.batches.get(file_name="再来.xlsx")
    assert (again.state, again.refusal) == (
        "refused", "和“全部.xlsx”是同一份文件，只收一份。其中点过“不收”的表如果还要收，"
        "请把那张工作表另存成单独的文件再上传。",
    )  # fmt: skip


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
