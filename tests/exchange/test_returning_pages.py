"""Downloading the marked workbook: where it is offered, who gets it, what the log says of it."""

import io
from contextlib import ExitStack

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header

from federation.access.throttles import turn
from federation.audit.models import Event
from federation.exchange.models import Batch
from federation.exchange.returning import marking
from federation.exchange.services import batch_apply
from federation.exchange.views.returning import AT_ONCE
from tests.exchange.marked_books import ERROR, TASK, marked_cells
from tests.exchange.test_pages import (
    GOOD,
    HEADINGS,
    WRONG,
    client_of_lan,
    do_jobs,
    page,
    planned,
    send,
    workbook,
)

__all__ = ["client_of_lan", "planned"]
DOUBTFUL = ["青石镇", "荷花", 10, "无", ""]


def address(batch: Batch) -> str:
    return reverse("exchange:marked", args=[batch.uid])


def test_the_rows_page_offers_the_workbook_and_says_how_much_is_to_be_done(client_of_lan, planned):
    shown = page(client_of_lan, "rows", planned)
    assert address(planned) in shown
    assert "下载标好的表格（1 处要改）" in shown


def test_the_file_is_her_own_with_its_name_and_one_deed_in_the_log(client_of_lan, planned):
    answer = client_of_lan.get(address(planned))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == content_disposition_header(True, "北岸区_标好.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Sheet", TASK]
    assert marked_cells(book["Sheet"]) == {"B4": ERROR}
    event = Event.objects.get(deed="export")
    assert (event.actor.username, event.object_uid) == ("lan", planned.uid)
    assert event.organisation == planned.organisation
    assert event.detail == {"sheet": "villages", "rows": 4, "marked": 1}


def test_a_written_import_offers_the_rows_that_were_left_out(client_of_lan, planned):
    batch_apply(batch=planned)
    assert "下载这 1 行" in page(client_of_lan, "batch", planned)
    book = openpyxl.load_workbook(io.BytesIO(client_of_lan.get(address(planned)).content))
    assert book[TASK].max_row == 3


def test_without_anything_to_put_right_there_is_nothing_to_download(client_of_lan):
    send(client_of_lan, workbook(GOOD))
    do_jobs()
    batch = Batch.objects.get()
    assert "下载标好的表格" not in page(client_of_lan, "rows", batch)
    answer = client_of_lan.get(address(batch), follow=True)
    assert "没有可以下载的标好的表格" in answer.content.decode()
    assert not Event.objects.filter(deed="export").exists()


def test_doubts_alone_are_offered_to_be_looked_at(client_of_lan):
    send(client_of_lan, workbook([GOOD[1], DOUBTFUL]))
    do_jobs()
    batch = Batch.objects.get()
    assert batch.counts["faults"] == 0
    shown = page(client_of_lan, "rows", batch)
    assert f"下载标好的表格（{batch.counts['doubts']} 处请核对）" in shown
    book = openpyxl.load_workbook(io.BytesIO(client_of_lan.get(address(batch)).content))
    assert book.sheetnames == ["Sheet"]
    assert len(marked_cells(book["Sheet"])) == batch.counts["doubts"] > 0


def test_a_file_of_another_format_says_that_it_is_made_anew(client_of_lan):
    lines = [HEADINGS, *GOOD, WRONG]
    text = "\n".join(",".join(map(str, line)) for line in lines)
    send(client_of_lan, text.encode("gb18030"))
    do_jobs()
    batch = Batch.objects.get()
    assert "下载的是重新生成的 xlsx" in page(client_of_lan, "rows", batch)
    book = openpyxl.load_workbook(io.BytesIO(client_of_lan.get(address(batch)).content))
    assert "重新生成" in book[TASK]["A1"].value


def test_a_workbook_too_large_to_be_marked_says_what_to_do(client_of_lan, planned, monkeypatch):
    monkeypatch.setattr(marking, "SECONDS", 0.001)
    answer = client_of_lan.get(address(planned), follow=True)
    assert "请按页面上列出的位置在原文件里改" in answer.content.decode()


BUSY = "正在做另一份标好的表格，请过一会儿再下载。"


@pytest.fixture
def meanwhile(monkeypatch):
    """What somebody does while the workbook of another request is being made."""
    made = marking.marked

    def does(deed):
        def busy(batch):
            monkeypatch.setattr(marking, "marked", made)
            deed()
            return made(batch)

        monkeypatch.setattr(marking, "marked", busy)

    return does


def test_who_presses_again_while_it_is_made_is_asked_to_wait(client_of_lan, planned, meanwhile):
    second = []
    meanwhile(lambda: second.append(client_of_lan.get(address(planned), follow=True)))
    assert client_of_lan.get(address(planned)).status_code == 200
    assert BUSY in second[0].content.decode()
    assert Event.objects.filter(deed="export").count() == 1
    assert client_of_lan.get(address(planned))["Content-Disposition"]


def test_only_as_many_are_made_at_once_as_the_server_bears(client_of_lan, planned, mei, qiu):
    colleagues = (mei, qiu)[:AT_ONCE]
    with ExitStack() as turns:
        for who in colleagues:
            turns.enter_context(turn("marking", who, at_once=AT_ONCE, seconds=99))
        assert BUSY in client_of_lan.get(address(planned), follow=True).content.decode()
    assert client_of_lan.get(address(planned)).status_code == 200


def test_a_workbook_that_could_not_be_made_holds_up_nobody(client_of_lan, planned, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(marking, "SECONDS", 0.001)
        client_of_lan.get(address(planned))
    assert client_of_lan.get(address(planned)).status_code == 200


def test_it_is_gone_with_the_file(client_of_lan, planned):
    Batch.objects.update(file_stored="")
    assert "下载标好的表格" not in page(client_of_lan, "rows", planned)
    assert client_of_lan.get(address(planned)).status_code == 302


def test_nobody_elsewhere_and_nobody_without_the_grant_gets_it(planned, as_user, mei, ying):
    assert as_user(mei).get(address(planned)).status_code == 404
    assert as_user(ying).get(address(planned)).status_code == 403
    assert not Event.objects.filter(deed="export").exists()


def test_a_corrected_file_is_taken_at_once(client_of_lan, planned):
    book = openpyxl.load_workbook(io.BytesIO(client_of_lan.get(address(planned)).content))
    cell = next(c for c in book[TASK][3] if c.fill.fgColor.rgb == ERROR)
    cell.value = "荷花村"
    book["Sheet"].delete_rows(2)
    target = io.BytesIO()
    book.save(target)
    send(client_of_lan, target.getvalue(), as_of=timezone.localdate().isoformat())
    do_jobs()
    batch = Batch.objects.latest("pk")
    assert (batch.counts["accepted"], batch.counts["rejected"]) == (2, 0)
