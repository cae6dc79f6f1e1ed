"""A clerk who comes back, goes back, presses twice or leaves: nothing is asked or written twice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from federation.audit.models import Change
from federation.exchange.aftermath import changed_by
from federation.exchange.declare import sheets
from federation.exchange.models import Batch
from federation.exchange.storage import stored_file
from tests.exchange.tables import id_number
from tests.exchange.test_pages import (
    GOOD,
    client_of_lan,
    do_jobs,
    page,
    planned,
    send,
    workbook,
)

__all__ = ["client_of_lan", "planned"]
COLUMNS = {"A": "town", "B": "name", "C": "women_resident", "D": "households", "E": "remark"}
MAYBE = ["青石镇", "荷花村", 320, 150, "无"]


def address(name: str, batch: Batch) -> str:
    return reverse(f"exchange:{name}", args=[batch.uid])


def opened(client, batch: Batch) -> str:
    """Where the page of an import leads."""
    return client.get(address("batch", batch)).url


def given(client, path: str, **query) -> bytes:
    answer = client.get(path, query)
    assert answer.status_code == 200
    streamed = getattr(answer, "streaming_content", None)
    return b"".join(streamed) if streamed else answer.content


def test_columns_that_were_looked_at_are_not_asked_about_again(client_of_lan, planned):
    assert opened(client_of_lan, planned) == address("columns", planned)
    client_of_lan.post(address("columns", planned), COLUMNS)
    assert opened(client_of_lan, planned) == address("rows", planned)
    client_of_lan.post(address("check", planned))
    do_jobs()
    assert opened(client_of_lan, planned) == address("rows", planned)
    planned.refresh_from_db()
    assert (planned.counts["new"], planned.counts["rejected"]) == (2, 1)


def test_a_marked_workbook_that_comes_back_is_not_asked_for_its_columns(client_of_lan, planned):
    marked = given(client_of_lan, address("marked", planned))
    send(client_of_lan, marked)
    do_jobs()
    returned = Batch.objects.exclude(pk=planned.pk).get()
    assert opened(client_of_lan, returned) == address("rows", returned)
    assert "3 行里有 1 行要改" in page(client_of_lan, "rows", returned)


def test_a_template_that_comes_back_is_not_asked_for_its_columns(client_of_lan):
    template = given(client_of_lan, reverse("exchange:template"), sheet="villages")
    send(client_of_lan, template)
    do_jobs()
    batch = Batch.objects.get()
    assert opened(client_of_lan, batch) == address("rows", batch)


HUGE = "9" * 30
HOSTILE = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "sheet_no, row_no", [(HUGE, "1"), ("0", HUGE), ("7", "4"), ("0", "0"), (str(2**31), str(2**31))]
)
@pytest.mark.parametrize("is_part", [True, False])
def test_a_forged_place_of_a_cell_is_answered_in_words(
    client_of_lan, planned, sheet_no, row_no, is_part
):
    path = f"/imports/{planned.uid}/rows/{sheet_no}/{row_no}/"
    headers = {"HX-Request": "true"} if is_part else {}
    for reach in ("once", "always"):
        data = {"key": "name", "value": "荷花村", "reach": reach}
        answer = client_of_lan.post(path, data, headers=headers)
        assert answer.status_code < 500
    assert not planned.edits.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"key": "name", "value": "荷花\x00村"},
        {"key": "name", "value": "荷花\x00村", "reach": "always"},
        {"key": "\x00", "value": "荷花村"},
        {"key": HUGE, "value": "荷花村"},
        {"key": "name", "pick": "荷花" * 300},
        {"value": "荷花村"},
        {"key": "name", "value": HOSTILE, "shown": HOSTILE, "chip": HOSTILE, "page": HUGE},
    ],
)
@pytest.mark.parametrize("is_part", [True, False])
def test_whatever_is_posted_to_a_cell_is_answered_in_words(client_of_lan, planned, data, is_part):
    headers = {"HX-Request": "true"} if is_part else {}
    path = reverse("exchange:row", args=[planned.uid, 0, 4])
    answer = client_of_lan.post(path, data, headers=headers, follow=True)
    assert answer.status_code < 500
    assert HOSTILE not in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["chip=%00", f"page={HUGE}", f"edit={HUGE}-{HUGE}-name", "edit=0-4-%00"]
)
@pytest.mark.parametrize("name", ["rows", "batch", "columns", "progress", "marked"])
def test_whatever_the_address_asks_for_is_answered_in_words(client_of_lan, planned, name, query):
    answer = client_of_lan.get(address(name, planned) + "?" + query, follow=True)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "query", ["organisation=%F0%9F%98%80", "organisation=910102", "sheet=villages%27--", "rows=%27"]
)
def test_a_forged_template_is_not_there(client_of_lan, query):
    answer = client_of_lan.get(reverse("exchange:template") + "?sheet=villages&" + query)
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize(
    "query", ["organisation=910102", "sheet=%27", "state=%27", f"page={HUGE}", "mine=%27"]
)
def test_a_forged_question_to_the_history_is_answered(client_of_lan, planned, query):
    answer = client_of_lan.get(reverse("exchange:batch_list") + "?" + query)
    assert answer.status_code == 200


def test_an_import_that_was_written_in_another_tab_is_not_called_dropped(client_of_lan, planned):
    client_of_lan.post(address("apply", planned))
    do_jobs()
    answer = client_of_lan.post(address("drop", planned), follow=True)
    shown = answer.content.decode()
    assert "没有写入任何数据" not in shown
    assert "已经写入，不能放弃" in shown
    assert "已写入 2 行" in shown
    planned.refresh_from_db()
    assert planned.state == Batch.State.APPLIED


def test_an_import_under_way_is_stopped_before_it_is_dropped(client_of_lan, planned):
    client_of_lan.post(address("apply", planned))
    answer = client_of_lan.post(address("drop", planned), follow=True)
    assert "正在处理" in answer.content.decode()
    do_jobs()
    planned.refresh_from_db()
    assert planned.state == Batch.State.APPLIED


def test_dropping_twice_says_the_same(client_of_lan, planned):
    for _time in range(2):
        answer = client_of_lan.post(address("drop", planned), follow=True)
        assert "已放弃这次导入，没有写入任何数据。" in answer.content.decode()


@pytest.mark.parametrize("name", ["rows", "columns"])
@pytest.mark.parametrize("deed", ["apply", "drop"])
def test_going_back_from_a_finished_import_leads_to_what_became_of_it(
    client_of_lan, planned, name, deed
):
    client_of_lan.post(address(deed, planned))
    do_jobs()
    answer = client_of_lan.get(address(name, planned), follow=True)
    shown = answer.content.decode()
    assert "检查数据</button>" not in shown
    assert "先写入" not in shown
    if (name, deed) != ("rows", "apply"):
        assert answer.redirect_chain[-1][0] == address("batch", planned)


def test_pressing_write_twice_writes_once(client_of_lan, planned):
    for _time in range(2):
        client_of_lan.post(address("apply", planned), {"accepted": "2"})
    do_jobs()
    do_jobs()
    planned.refresh_from_db()
    assert (planned.state, planned.counts["new"]) == (Batch.State.APPLIED, 2)
    shown = client_of_lan.post(address("apply", planned), follow=True).content.decode()
    assert "已写入 2 行" in shown


def test_pressing_upload_twice_makes_one_import(client_of_lan):
    data = workbook(GOOD)
    first, second = (send(client_of_lan, data) for _time in range(2))
    assert first.url == second.url
    assert Batch.objects.count() == 1


def test_the_same_file_later_is_another_import_that_names_the_first(client_of_lan, planned):
    later = timezone.now() - timedelta(minutes=5)
    Batch.objects.update(created_at=later)
    send(client_of_lan, stored_file(planned))
    do_jobs()
    second = Batch.objects.exclude(pk=planned.pk).get()
    for name in ("columns", "rows"):
        shown = page(client_of_lan, name, second)
        assert "这份文件" in shown
        assert "上传过" in shown
        assert address("batch", planned) in shown
    assert "上传过" not in page(client_of_lan, "rows", planned)


def test_what_somebody_else_uploaded_elsewhere_is_not_told(client_of_lan, planned, as_user, mei):
    client = as_user(mei)
    send(client, stored_file(planned), organisation="910102")
    do_jobs()
    second = Batch.objects.exclude(pk=planned.pk).get()
    assert "上传过" not in page(client, "columns", second)


def test_a_written_import_says_what_it_changed_and_where_to_see_it(client_of_lan, planned):
    client_of_lan.post(address("apply", planned))
    do_jobs()
    shown = page(client_of_lan, "batch", planned)
    assert "导入后的变化" in shown
    made = Change.objects.filter(batch=planned.uid, operation="create").count()
    assert sum(line.made for line in changed_by(planned)) == made > 0
    assert f"{reverse('orgs:organisation_list')}?organisation=910101" in shown
    client_of_lan.post(address("undo", planned))
    do_jobs()
    assert "导入后的变化" not in page(client_of_lan, "batch", planned)


@pytest.mark.parametrize("sheet", tuple(sheets), ids=lambda sheet: sheet.key)
def test_the_list_a_sheet_names_is_there(client_of_lan, sheet):
    if sheet.register_route:
        asked = {"organisation": "910101"}
        assert client_of_lan.get(reverse(sheet.register_route), asked).status_code == 200
    else:
        assert sheet.key in {"accounts", "statistics"}


def test_a_second_chair_in_one_file_is_told_as_what_it_is(client_of_lan):
    headings = ["乡镇（街道）", "村（社区）", "姓名", "身份证号", "妇联职务"]
    rows = [
        ["青石镇", "荷花村", name, id_number(n), "主席"] for n, name in ((1, "田芳"), (2, "石兰"))
    ]
    send(client_of_lan, workbook(rows, headings), sheet="committee")
    do_jobs()
    batch = Batch.objects.get()
    assert (batch.counts["new"], batch.counts["conflict"]) == (1, 1)
    shown = page(client_of_lan, "rows", batch, chip="conflict")
    assert "同一届只能有一位主席：表中前面已有“田芳”，“石兰”这一行没有写入，请核对。" in shown
    assert "与表中另一行冲突，不写入" in shown
    assert "保留已有记录" not in shown
