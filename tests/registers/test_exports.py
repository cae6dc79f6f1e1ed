"""Exports: exactly what the page shows, harmless in a spreadsheet, and never unseen."""

import csv
import io

import openpyxl
import pytest
from django.db import connection

from cadres.tables import AppointmentTable
from federation.audit.models import Event
from federation.audit.services import Actor, endings, record_event
from federation.exchange.giving.sending import harmless
from tests.registers.records import home, member

pytestmark = pytest.mark.django_db


def rows_of_csv(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_the_workbook_holds_the_rows_and_columns_of_the_page(as_user, lan, lotus, bamboo):
    member("何小荷", lotus, "主席")
    member("竹小林", bamboo)
    query = "?columns=name&columns=posts&columns=id_number_masked&state=current"
    client = as_user(lan)
    page = client.get(f"/cadres/people/{query}")
    answer = client.get(f"/cadres/people/export/{query}")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("姓名", "现任职务", "身份证号")
    assert len(rows) - 2 == page.context["count"] == 1
    assert rows[1][:2] == ("何小荷", "青石镇 · 荷花村 主席")
    assert "********" in rows[1][2]
    assert "兰晓梅" in rows[2][0]


def test_an_export_is_logged_with_its_rows(as_user, lan, lotus):
    member("何小荷", lotus)
    as_user(lan).get("/cadres/people/export/").getvalue()
    event = Event.objects.get(deed="export")
    assert (event.actor, event.detail["register"]) == (lan, "person")
    assert endings([event]) == {event.uid: {"rows": 1, "whole": True}}


def test_formulas_are_text_in_both_kinds_of_file(as_user, lan, lotus):
    home("=HYPERLINK(1)", lotus, address="＝cmd|'/c calc'!A0")
    client = as_user(lan)
    [_head, row, _mark] = rows_of_csv(client.get("/homes/export/?form=csv"))
    assert row[0] == "'=HYPERLINK(1)"
    assert "'＝cmd|'/c calc'!A0" in row
    book = openpyxl.load_workbook(io.BytesIO(client.get("/homes/export/").getvalue()))
    cell = book.active["A2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1", "＠x", "　+1"]
)
def test_every_dangerous_start_is_quoted(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "何小荷", "80.5", "2024-03-08", "—"])
def test_ordinary_text_stays_as_it_is(text):
    assert harmless(text) == text


def test_the_file_carries_its_chinese_name(as_user, lan):
    header = as_user(lan).get("/homes/export/?form=csv")["Content-Disposition"]
    assert header.startswith("attachment; filename*=utf-8''%E9%98%B5%E5%9C%B0")


def test_an_auditor_exports_nothing(as_user, ying):
    assert as_user(ying).get("/orgs/export/").status_code == 403


def test_a_leader_exports_figures_of_units_and_no_people(as_user, wen, lotus):
    client = as_user(wen)
    assert client.get("/orgs/export/").status_code == 200
    assert client.get("/cadres/appointments/export/").status_code == 403


def test_the_deed_is_written_before_anything_leaves_and_its_end_as_a_deed_of_its_own(
    as_user, lan, lotus
):
    member("何小荷", lotus)
    answer = as_user(lan).get("/cadres/people/export/")
    before = Event.objects.values().get()
    assert (before["deed"], before["detail"]["whole"]) == ("export", False)
    answer.getvalue()
    assert Event.objects.values().get(pk=before["id"]) == before
    end = Event.objects.exclude(pk=before["id"]).get()
    assert (end.deed, end.object_uid, end.actor) == ("export_ended", before["uid"], lan)
    assert end.detail == {"rows": 1, "whole": True}


def test_an_export_and_its_end_are_one_line_of_the_log(as_user, lan, ying, lotus):
    member("何小荷", lotus)
    as_user(lan).get("/cadres/people/export/").getvalue()
    answer = as_user(ying).get("/events/")
    assert [line.more.split("，")[:2] for line in answer.context["lines"]] == [["人员名册", "1 行"]]
    assert [number for _key, _label, number, _url in answer.context["chips"]] == [1, 1]
    assert "导出结束" not in as_user(ying).get("/").content.decode()


def test_an_end_written_into_the_deed_itself_by_an_earlier_release_is_told(as_user, lan, ying):
    record_event("export", actor=Actor.of(lan), register="person", rows=7, whole=True)
    told = as_user(ying).get("/events/").content.decode()
    assert "7 行" in told and "没有下载完" not in told


@pytest.fixture
def kept_connection(monkeypatch):
    """Closing an answer closes the connection, in which all of a test takes place."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_who_hangs_up_in_the_middle_has_not_taken_it_whole(as_user, lan, ying, lotus, form):
    for number in range(3):
        member(f"何小{'荷莲菊'[number]}", lotus)
    answer = as_user(lan).get(f"/cadres/people/export/?form={form}")
    blocks = iter(answer)
    next(blocks)
    answer.close()
    [detail] = endings(Event.objects.filter(deed="export")).values()
    assert detail["whole"] is False and "rows" in detail
    assert "没有下载完" in as_user(ying).get("/events/").content.decode()


def test_an_export_is_read_in_few_statements(as_user, lan, lotus, django_assert_max_num_queries):
    for number in range(30):
        member(f"何小{chr(0x4E00 + number)}", lotus)
    client = as_user(lan)
    client.get("/cadres/people/")
    with django_assert_max_num_queries(12):
        rows = rows_of_csv(client.get("/cadres/people/export/?form=csv"))
    assert len(rows) == 32


def test_all_columns_of_posts_are_read_at_once(as_user, lan, lotus, django_assert_max_num_queries):
    for number in range(30):
        member(f"何小{chr(0x4E00 + number)}", lotus)
    columns = "".join(f"&columns={name}" for name in AppointmentTable.base_columns)
    client = as_user(lan)
    client.get("/cadres/appointments/")
    with django_assert_max_num_queries(12):
        answer = client.get(f"/cadres/appointments/export/?form=csv{columns}")
        [*rows, _mark] = rows_of_csv(answer)
    # All but the links to the forms.
    assert [len(row) for row in rows] == [len(AppointmentTable.base_columns) - 1] * 31


@pytest.mark.parametrize("sort", ["", "&sort=-organisation"])
def test_posts_are_exported_with_their_places_as_the_page_shows_them(
    as_user, lan, tree, lotus, willow, north, sort
):
    member("何小荷", lotus, "主席")
    member("柳小溪", willow)
    member("北小岸", north)
    columns = "&columns=person&columns=organisation&columns=post"
    client = as_user(lan)
    answer = client.get(f"/cadres/appointments/export/?form=csv{columns}{sort}")
    [_head, *rows, _mark] = rows_of_csv(answer)
    found = [
        ["北小岸", "执委", "北岸区"],
        ["何小荷", "主席", "青石镇 · 荷花村"],
        ["柳小溪", "执委", "青石镇 · 柳溪村"],
    ]
    assert rows == (found[::-1] if sort else found)
