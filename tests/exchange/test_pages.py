"""The pages of an import: from a file to written records and back."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from federation.exchange.models import Batch, HeadingMemory
from federation.jobs.models import Job
from federation.jobs.progress import Tracker
from federation.jobs.services import claim, run
from orgs.models import Organisation, ReportedFact
from tests.exchange.tables import id_number

HEADINGS = ["所属乡镇（街道）", "行政村（社区）名称", "常住妇女数", "户数", "备注"]
GOOD = [["青石镇", "荷花村", 320, 150, ""], ["青石镇", "柳溪村", 410, 190, "山区"]]
WRONG = ["青石镇", "无此村", 10, 5, ""]


def workbook(rows, headings=HEADINGS) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def do_jobs():
    for job in Job.objects.filter(state=Job.State.QUEUED).order_by("pk"):
        run(job.uid)


def send(client, data, **fields):
    """Upload a workbook as the form would; returns the answer."""
    form = {
        "sheet": "villages",
        "organisation": "910101",
        "as_of": timezone.localdate().isoformat(),
        "file": SimpleUploadedFile("北岸区.xlsx", data),
        **fields,
    }
    return client.post(reverse("exchange:upload"), form)


@pytest.fixture
def client_of_lan(tree, as_user, lan, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    Organisation.objects.update(name=F("short_name"))
    return as_user(lan)


@pytest.fixture
def planned(client_of_lan, monkeypatch):
    """A batch of two good rows and one wrong row, planned."""
    send(client_of_lan, workbook([*GOOD, WRONG]))
    do_jobs()
    return Batch.objects.get()


def page(client, name, batch, **query):
    answer = client.get(reverse(f"exchange:{name}", args=[batch.uid]), query, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_upload_waits_for_the_worker_with_a_bar(client_of_lan):
    answer = send(client_of_lan, workbook(GOOD))
    batch = Batch.objects.get()
    assert answer.url == reverse("exchange:batch", args=[batch.uid])
    shown = page(client_of_lan, "batch", batch)
    assert 'role="progressbar"' in shown
    assert 'hx-trigger="every 400ms"' in shown


def test_after_five_seconds_the_page_looks_once_a_second(client_of_lan):
    send(client_of_lan, workbook(GOOD))
    Job.objects.update(created_at=timezone.now() - timedelta(seconds=6))
    assert 'hx-trigger="every 1s"' in page(client_of_lan, "batch", Batch.objects.get())


def test_the_progress_page_lists_the_stages_and_offers_to_stop(client_of_lan, planned):
    client_of_lan.post(reverse("exchange:apply", args=[planned.uid]))
    claimed = claim(Job.objects.get(kind="apply_import").uid)
    claimed.progress(2, 2, stage="comparing")
    claimed.progress(1200, 4000, stage="writing")
    shown = page(client_of_lan, "batch", planned)
    # 25 of 100 for comparing, then 50 × 1,200 / 4,000 = 15.
    assert 'aria-valuenow="40"' in shown
    assert "2 行" in shown
    assert "1,200 / 4,000 条" in shown
    assert "等待中" in shown
    assert "停止，一行也不写入" in shown


def test_the_time_left_is_told_once_it_is_known(client_of_lan, planned, monkeypatch):
    client_of_lan.post(reverse("exchange:apply", args=[planned.uid]))
    claimed = claim(Job.objects.get(kind="apply_import").uid)
    monkeypatch.setattr(Tracker, "_eta", lambda tracker, now: 95.0)
    claimed.progress(1200, 4000, stage="writing")
    assert "还需约 2 分钟" in page(client_of_lan, "batch", planned)


def test_who_waits_is_told_how_many_imports_are_first(client_of_lan):
    for minutes in (6, 4, 2):
        send(client_of_lan, workbook(GOOD))
        Batch.objects.filter(pk=Batch.objects.latest("pk").pk).update(
            created_at=timezone.now() - timedelta(minutes=minutes)
        )
    do_jobs()
    batches = list(Batch.objects.order_by("pk"))
    for batch in batches:
        client_of_lan.post(reverse("exchange:apply", args=[batch.uid]))
    assert "排队中，马上开始" in page(client_of_lan, "batch", batches[0])
    assert "前面还有 2 个导入在写同一个镇街" in page(client_of_lan, "batch", batches[2])


def test_a_stopped_check_can_be_started_again_or_given_up(client_of_lan):
    send(client_of_lan, workbook(GOOD))
    batch = Batch.objects.get()
    answer = client_of_lan.post(reverse("exchange:cancel", args=[batch.uid]), follow=True)
    shown = answer.content.decode()
    assert "已停止，没有改动任何数据。" in shown
    assert reverse("exchange:check", args=[batch.uid]) in shown
    assert reverse("exchange:drop", args=[batch.uid]) in shown
    client_of_lan.post(reverse("exchange:check", args=[batch.uid]))
    do_jobs()
    batch.refresh_from_db()
    assert batch.state == Batch.State.PLANNED


def test_stopped_writing_leads_back_to_the_checked_rows(client_of_lan, planned):
    client_of_lan.post(reverse("exchange:apply", args=[planned.uid]))
    client_of_lan.post(reverse("exchange:cancel", args=[planned.uid]))
    do_jobs()
    assert not ReportedFact.objects.exists()
    assert "先写入 2 行" in page(client_of_lan, "rows", planned)


def test_whoever_stops_too_late_is_told_so(client_of_lan, planned):
    client_of_lan.post(reverse("exchange:apply", args=[planned.uid]))
    do_jobs()
    answer = client_of_lan.post(reverse("exchange:cancel", args=[planned.uid]), follow=True)
    assert "已经处理完，来不及停止。" in answer.content.decode()
    assert ReportedFact.objects.filter(key="women_resident").count() == 2


def test_looking_at_progress_costs_the_same_few_questions(
    client_of_lan, planned, django_assert_max_num_queries
):
    client_of_lan.post(reverse("exchange:apply", args=[planned.uid]))
    address = reverse("exchange:progress", args=[planned.uid])
    client_of_lan.get(address)
    with django_assert_max_num_queries(12):
        client_of_lan.get(address)


def test_the_bar_sends_the_page_on_when_the_job_has_ended(client_of_lan, planned):
    answer = client_of_lan.get(reverse("exchange:progress", args=[planned.uid]))
    assert answer["HX-Redirect"] == reverse("exchange:batch", args=[planned.uid])


def test_every_column_is_shown_with_what_it_was_taken_for_and_why(client_of_lan, planned):
    shown = page(client_of_lan, "columns", planned)
    assert "表头相同" in shown
    assert "5 列已对应 5 列" in shown


def test_a_changed_column_is_planned_again_and_remembered(client_of_lan, planned):
    columns = {"A": "town", "B": "name", "C": "women_resident", "D": "-", "E": "remark"}
    client_of_lan.post(reverse("exchange:columns", args=[planned.uid]), columns)
    do_jobs()
    planned.refresh_from_db()
    assert planned.mapping["D"] is None
    assert HeadingMemory.objects.get().mapping["D"] is None


def test_an_unchanged_mapping_leads_on_to_the_rows(client_of_lan, planned):
    columns = {"A": "town", "B": "name", "C": "women_resident", "D": "households", "E": "remark"}
    answer = client_of_lan.post(reverse("exchange:columns", args=[planned.uid]), columns)
    assert answer.url == reverse("exchange:rows", args=[planned.uid])


def test_two_columns_cannot_feed_one(client_of_lan, planned):
    columns = {"A": "town", "B": "name", "C": "households", "D": "households", "E": "-"}
    answer = client_of_lan.post(reverse("exchange:columns", args=[planned.uid]), columns)
    assert answer.status_code == 422
    assert "已对应到 C 列" in answer.content.decode()


def test_a_mapping_without_the_village_is_refused(client_of_lan, planned):
    columns = {"A": "town", "B": "-", "C": "-", "D": "-", "E": "-"}
    answer = client_of_lan.post(reverse("exchange:columns", args=[planned.uid]), columns)
    assert answer.status_code == 422
    assert "还没有一列对应到" in answer.content.decode()


def test_rows_to_put_right_come_first_with_cell_and_sentence(client_of_lan, planned):
    shown = page(client_of_lan, "rows", planned)
    assert "无此村" in shown
    assert 'class="e"' in shown
    assert "先写入 2 行" in shown
    assert "荷花村" not in shown


def test_a_chip_shows_its_own_rows(client_of_lan, planned):
    shown = page(client_of_lan, "rows", planned, chip="new")
    assert "荷花村" in shown
    assert "无此村" not in shown


def test_nothing_is_written_before_the_button_and_two_rows_after_it(client_of_lan, planned):
    assert not ReportedFact.objects.exists()
    client_of_lan.post(reverse("exchange:apply", args=[planned.uid]))
    do_jobs()
    assert ReportedFact.objects.filter(key="women_resident").count() == 2
    shown = page(client_of_lan, "batch", planned)
    assert "已写入 2 行" in shown
    assert "1 行没有导入" in shown


def test_all_or_nothing_holds_back_while_a_row_is_wrong(client_of_lan, planned):
    client_of_lan.post(reverse("exchange:apply", args=[planned.uid]), {"rows": "all"})
    do_jobs()
    assert not ReportedFact.objects.exists()


def test_an_import_is_undone_after_naming_its_counts(client_of_lan, planned):
    client_of_lan.post(reverse("exchange:apply", args=[planned.uid]))
    do_jobs()
    shown = page(client_of_lan, "batch", planned)
    assert "新增的 2 行会移除" in shown
    client_of_lan.post(reverse("exchange:undo", args=[planned.uid]))
    do_jobs()
    assert not ReportedFact.objects.exists()
    assert "已撤销这次导入" in page(client_of_lan, "batch", planned)


def test_references_that_did_not_come_back_are_told(client_of_lan, planned):
    planned.state, planned.undone_at = Batch.State.UNDONE, timezone.now()
    planned.counts["undone_emptied"] = 1
    planned.save()
    assert "1 条记录原来所属的记录已先撤销" in page(client_of_lan, "batch", planned)


def test_a_dropped_import_writes_nothing(client_of_lan, planned):
    client_of_lan.post(reverse("exchange:drop", args=[planned.uid]))
    planned.refresh_from_db()
    assert planned.state == Batch.State.DROPPED
    client_of_lan.post(reverse("exchange:apply", args=[planned.uid]))
    assert not Job.objects.filter(kind="apply_import").exists()


def test_a_picture_is_refused_with_the_true_reason(client_of_lan):
    send(client_of_lan, b"\x89PNG\r\n\x1a\n" + b"0" * 500)
    do_jobs()
    shown = page(client_of_lan, "batch", Batch.objects.get())
    assert "文件没有读取" in shown
    assert "图片" in shown


def test_a_day_long_before_there_was_anything_to_report_is_refused(client_of_lan):
    answer = send(client_of_lan, workbook(GOOD), as_of="0020-01-01")
    assert answer.status_code == 422
    assert "不能早于 1949年10月1日" in answer.content.decode()


def test_a_day_to_come_is_refused(client_of_lan):
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = send(client_of_lan, workbook(GOOD), as_of=tomorrow.isoformat())
    assert answer.status_code == 422
    assert "不能晚于今天" in answer.content.decode()


def test_a_file_is_asked_for(client_of_lan):
    answer = send(client_of_lan, b"", file="")
    assert answer.status_code == 422
    assert "请选择要导入的文件" in answer.content.decode()


@pytest.mark.parametrize("code", ["910102", "91", "999999"])
def test_nobody_imports_outside_her_scope(client_of_lan, code):
    answer = send(client_of_lan, workbook(GOOD), organisation=code)
    assert answer.status_code == 422
    assert "不能导入到这个单位" in answer.content.decode()
    assert not Batch.objects.exists()


def test_a_file_above_the_limit_is_refused_with_its_size(client_of_lan, settings):
    settings.UPLOAD_LIMIT_BYTES = 1000
    answer = send(client_of_lan, workbook(GOOD))
    assert answer.status_code == 422
    assert "请拆成几份" in answer.content.decode()


@pytest.mark.parametrize("route", ["batch", "progress", "columns", "rows"])
def test_a_foreign_import_is_not_there(planned, as_user, mei, route):
    assert as_user(mei).get(reverse(f"exchange:{route}", args=[planned.uid])).status_code == 404


@pytest.mark.parametrize("route", ["apply", "undo", "drop", "cancel", "check"])
def test_a_foreign_import_is_not_touched(planned, as_user, mei, route):
    assert as_user(mei).post(reverse(f"exchange:{route}", args=[planned.uid])).status_code == 404
    planned.refresh_from_db()
    assert planned.state == Batch.State.PLANNED


def test_the_list_holds_the_imports_of_the_scope(planned, client_of_lan, as_user, mei):
    assert "北岸区.xlsx" in client_of_lan.get(reverse("exchange:batch_list")).content.decode()
    assert "北岸区.xlsx" not in as_user(mei).get(reverse("exchange:batch_list")).content.decode()


def test_a_leader_imports_nothing(tree, as_user, wen):
    assert as_user(wen).get(reverse("exchange:upload")).status_code == 403


def test_the_clerk_is_asked_whether_rows_without_a_village_are_about_the_town(as_user, lan, tree):
    headings = ["乡镇（街道）", "村（社区）", "姓名", "身份证号"]
    data = workbook([["青石镇", "", "田芳", id_number(1)]], headings)
    client = as_user(lan)
    send(client, data, sheet="committee")
    do_jobs()
    batch = Batch.objects.get()
    page = client.get(reverse("exchange:rows", args=[batch.uid])).content.decode()
    assert "这些行是乡镇（街道）本级的吗？" in page
    client.post(reverse("exchange:towns", args=[batch.uid]))
    do_jobs()
    page = client.get(reverse("exchange:rows", args=[batch.uid])).content.decode()
    assert "这些行是乡镇（街道）本级的吗？" not in page
    assert "1 行都可以写入" in page


def test_lines_that_are_no_data_are_reported_and_listed_with_their_reason(client_of_lan):
    send(client_of_lan, workbook([*GOOD, ["合计", "", 740, 340, ""], ["注：截至六月底"]]))
    do_jobs()
    batch = Batch.objects.get()
    told = "2 行没有当作数据：合计、小计 1 行，备注说明 1 行。"
    for name in ("rows", "columns"):
        assert told in page(client_of_lan, name, batch)
    listed = page(client_of_lan, "rows", batch, chip="skipped")
    assert "合计、小计</span>" in listed
    assert "total_row" not in listed
    assert "常住妇女数：C4 的“合计”是 740，C2:C3 加起来是 730，相差 10，请核对。" in listed


def pasted(client, text, **fields):
    """Paste rows into the box of the upload page; returns the answer."""
    form = {
        "sheet": "villages",
        "organisation": "910101",
        "as_of": timezone.localdate().isoformat(),
        "pasted": text,
        **fields,
    }
    return client.post(reverse("exchange:upload"), form)


def tabbed(rows) -> str:
    """Rows as a spreadsheet puts them on the clipboard."""
    return "".join("\t".join(str(cell) for cell in row) + "\r\n" for row in rows)


def test_pasted_rows_go_through_the_same_engine(client_of_lan):
    note = '"山区，\r\n有 2 个组"'
    rows = [HEADINGS, GOOD[0], [*GOOD[1][:4], note], WRONG]
    answer = pasted(client_of_lan, tabbed(rows))
    do_jobs()
    batch = Batch.objects.get()
    assert answer.url == reverse("exchange:batch", args=[batch.uid])
    assert (batch.file_name, batch.counts["accepted"]) == ("粘贴的内容", 2)
    assert "无此村" in page(client_of_lan, "rows", batch)


def test_pasted_rows_lie_sealed_on_the_disk(client_of_lan, tmp_path):
    pasted(client_of_lan, tabbed([HEADINGS, *GOOD]))
    (file,) = tmp_path.iterdir()
    assert "荷花村".encode() not in file.read_bytes()


@pytest.mark.parametrize("rows", [5000, 5001])
def test_five_thousand_rows_may_be_pasted(client_of_lan, rows):
    answer = pasted(client_of_lan, tabbed([HEADINGS, *[GOOD[0]] * rows]))
    if rows == 5000:
        assert answer.status_code == 302
    else:
        assert answer.status_code == 422
        assert "粘贴了 5,001 行，最多 5,000 行" in answer.content.decode()
        # What she pasted is still there.
        assert "荷花村" in answer.content.decode()


def test_more_than_two_megabytes_are_not_pasted(client_of_lan):
    answer = pasted(client_of_lan, tabbed([HEADINGS, ["青石镇", "荷花村", 1, 1, "山" * 700_000]]))
    assert answer.status_code == 422
    assert "粘贴的内容超过 2 MB" in answer.content.decode()


def test_a_file_and_pasted_rows_at_once_are_asked_about(client_of_lan):
    answer = send(client_of_lan, workbook(GOOD), pasted=tabbed([HEADINGS, *GOOD]))
    assert answer.status_code == 422
    assert "请只留一样" in answer.content.decode()
    assert not Batch.objects.exists()


@pytest.mark.parametrize("text", ["", " \r\n\t\r\n"])
def test_nothing_pasted_is_nothing_uploaded(client_of_lan, text):
    answer = pasted(client_of_lan, text)
    assert answer.status_code == 422
    assert "请选择要导入的文件" in answer.content.decode()


def test_headings_are_none_of_the_rows_that_are_counted(planned, client_of_lan):
    assert "3 行里有 1 行要改" in page(client_of_lan, "rows", planned)
    listed = client_of_lan.get(reverse("exchange:batch_list")).content.decode()
    assert '<td class="r">3</td>' in listed


def test_a_large_workbook_is_read_as_it_was_sent(client_of_lan, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    send(client_of_lan, workbook(GOOD))
    do_jobs()
    assert Batch.objects.get().counts["new"] == 2
