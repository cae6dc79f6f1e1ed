"""The pages of the 收表台: one drop, one list of what is wrong, one button, slips for villages."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cadres.models import Person
from federation.exchange.collecting.desk import Desk
from federation.exchange.models import Batch, Collection
from federation.jobs.models import Job
from federation.jobs.services import run
from tests.exchange.tables import book, id_number, member_row, village_row

pytestmark = pytest.mark.django_db


def do_jobs():
    while waiting := list(Job.objects.filter(state=Job.State.QUEUED).order_by("pk")):
        for job in waiting:
            run(job.uid)


@pytest.fixture
def client_of_lan(tree, as_user, lan, settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    return as_user(lan)


def drop(client, *files, **fields):
    """What the form of the 收表台 sends."""
    books = [SimpleUploadedFile(name, data) for name, data in files]
    form = {
        "organisation": "910101",
        "as_of": timezone.localdate().isoformat(),
        "books": books,
        **fields,
    }
    return client.post(reverse("exchange:collection_list"), form)


def shown(client, name, *where, **query):
    answer = client.get(reverse(f"exchange:{name}", args=where), query)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client, name, made, *where, **data):
    answer = client.post(reverse(f"exchange:{name}", args=[made.uid, *where]), data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def made(client_of_lan, lotus, willow):
    """Two rosters with a wrong education each, and the villages themselves."""
    one = [member_row(lotus, 1, "周兰", education="大砖"), member_row(lotus, 2, "何静")]
    two = [member_row(willow, 3, "秦月", education="大砖")]
    facts = [village_row(lotus, women_resident=320, households=160, group_count=3)]
    files = [("荷花村.xlsx", book("committee", one)), ("柳溪村.xlsx", book("committee", two)),
             ("村情.xlsx", book("villages", facts))]  # fmt: skip
    answer = drop(client_of_lan, *files)
    assert answer.status_code == 302
    do_jobs()
    return Collection.objects.get()


def test_after_the_drop_the_page_shows_a_bar_until_the_files_are_checked(client_of_lan, lotus):
    drop(client_of_lan, ("荷花村.xlsx", book("committee", [member_row(lotus, 1, "周兰")])))
    made = Collection.objects.get()
    page = shown(client_of_lan, "collection", made.uid)
    assert 'role="progressbar"' in page
    assert 'hx-trigger="every 1s"' in page
    do_jobs()
    answer = client_of_lan.get(
        reverse("exchange:collection_status", args=[made.uid]), {"first": "1"}
    )
    assert answer["HX-Refresh"] == "true"
    assert "hx-trigger" not in answer.content.decode()


def test_nothing_chosen_is_said_beside_the_field(client_of_lan):
    answer = drop(client_of_lan)
    assert answer.status_code == 422
    assert "请选择要收的表格" in answer.content.decode()


def test_more_than_two_hundred_files_are_told_in_a_sentence(client_of_lan):
    answer = drop(client_of_lan, *[(f"{n}.csv", b"a") for n in range(201)])
    assert answer.status_code == 422
    assert "选了 201 个文件，一次最多 200 个" in answer.content.decode()
    assert not Collection.objects.exists()


def test_nobody_collects_for_a_unit_that_is_not_hers(client_of_lan):
    answer = drop(client_of_lan, ("一.csv", "姓名\n".encode()), organisation="910102")
    assert (answer.status_code, Collection.objects.count()) == (422, 0)


def test_one_list_names_the_cause_once_with_its_cells_and_files(client_of_lan, made):
    page = shown(client_of_lan, "collection", made.uid)
    assert page.count("2 处，2 份文件") == 1
    assert "大砖" in page
    assert "以后都这样" in page


def test_one_press_mends_all_equal_cells(client_of_lan, made):
    cause = next(iter(Desk(made).causes))
    answer = {f"v-{cause.values[0].uid}": "大专"}
    page = send(client_of_lan, "collection_mend", made, cause=cause.uid, do="given", **answer)
    assert "2 处已改，正在重新检查 2 份文件" in page
    do_jobs()
    page = shown(client_of_lan, "collection", made.uid)
    assert "没有要改的地方" in page
    assert "写入 3 份文件的 4 行" in page


def test_a_village_that_lacks_a_table_is_shown_as_lacking_it(client_of_lan, made):
    page = shown(client_of_lan, "collection", made.uid, state="missing")
    table = page[page.index('id="matrix"') :]
    assert "柳溪村" not in table.split("<tbody>")[0]
    assert "缺" in table


def test_it_is_written_and_taken_back_on_the_page(client_of_lan, made):
    send(client_of_lan, "collection_apply", made, shown=told_on_the_page(client_of_lan, made))
    do_jobs()
    page = shown(client_of_lan, "collection", made.uid)
    assert "已写入 2 行，来自" in page
    assert Person.objects.count() == 1
    send(client_of_lan, "collection_undo", made)
    do_jobs()
    assert "已撤销这次收表" in shown(client_of_lan, "collection", made.uid)
    assert not Person.objects.exists()


def told_on_the_page(client, made):
    """What the button says of the page that it stands on."""
    page = shown(client, "collection", made.uid)
    return re.search(r'name="shown" value="(\w+)"', page)[1]


def test_a_page_opened_before_a_file_was_swapped_for_another_writes_nothing(
    client_of_lan, made, willow
):
    told = told_on_the_page(client_of_lan, made)
    # As many rows as before, of another file.
    rows = [member_row(willow, 8, "郑梅"), member_row(willow, 9, "冯荷", education="大砖")]
    other = SimpleUploadedFile("二.xlsx", book("committee", rows))
    send(client_of_lan, "collection_file", made, 1, do="drop")
    send(client_of_lan, "collection_more", made, books=other)
    do_jobs()
    assert Desk(made).good == 2
    page = send(client_of_lan, "collection_apply", made, shown=told)
    assert "打开这一页以后又有改动" in page
    assert not Job.objects.filter(kind="apply_collection").exists()


def test_a_collected_file_is_not_written_alone(client_of_lan, made):
    batch = made.batches.get(ordinal=1)
    answer = client_of_lan.post(reverse("exchange:apply", args=[batch.uid]))
    assert answer.url == reverse("exchange:collection", args=[made.uid])
    page = client_of_lan.get(reverse("exchange:rows", args=[batch.uid])).content.decode()
    assert reverse("exchange:apply", args=[batch.uid]) not in page
    assert "返回收表台" in page


def test_a_slip_tells_only_of_its_village(client_of_lan, made, lotus):
    page = shown(client_of_lan, "collection_slip", made.uid, lotus.code)
    assert "荷花村" in page
    assert "学历" in page
    assert "柳溪村" not in page
    assert id_number(1) not in page


def test_who_keeps_the_village_gets_its_slip_without_the_names_of_files(
    client_of_lan, made, lotus, willow, qiu, as_user
):
    hers = as_user(qiu)
    page = shown(hers, "collection_slip", made.uid, lotus.code)
    assert "第 1 份文件" in page
    assert "荷花村.xlsx" not in page
    for name, where in (("collection", []), ("collection_slip", [willow.code])):
        address = reverse(f"exchange:{name}", args=[made.uid, *where])
        assert hers.get(address).status_code == 404


def test_a_slip_comes_as_a_workbook(client_of_lan, made, lotus):
    answer = client_of_lan.get(
        reverse("exchange:collection_slip_book", args=[made.uid, lotus.code])
    )
    sheets = load_workbook(io.BytesIO(answer.content))
    came = [row[:2] for row in sheets.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert came == [("村（社区）基本情况", "已收到"), ("执委花名册", "有要改的")]
    wrong = list(sheets.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert [row[3] for row in wrong] == ["大砖"]


def test_all_slips_are_those_with_something_left_to_do(client_of_lan, made):
    page = shown(client_of_lan, "collection_slips", made.uid)
    assert (page.count("<article"), "没有收到，请补交" in page) == (2, True)


def test_the_page_of_another_district_is_not_found(client_of_lan, made, mei, as_user):
    address = reverse("exchange:collection", args=[made.uid])
    assert as_user(mei).get(address).status_code == 404


def test_questions_do_not_grow_with_the_files(client_of_lan, made, lotus):
    address = reverse("exchange:collection", args=[made.uid])
    client_of_lan.get(address)
    with CaptureQueriesContext(connection) as few:
        client_of_lan.get(address)
    row = {"code": lotus.code, "person_name": "周兰", "phone": "1390", "since_on": "2021-03"}
    more = [
        SimpleUploadedFile(f"{n}.xlsx", book("volunteers", [{**row, "team": f"第{n}队"}]))
        for n in range(4)
    ]
    client_of_lan.post(reverse("exchange:collection_more", args=[made.uid]), {"books": more})
    do_jobs()
    assert {one.state for one in Batch.objects.all()} == {"planned"}
    client_of_lan.get(address)
    with CaptureQueriesContext(connection) as many:
        client_of_lan.get(address)
    assert (len(few), len(many)) == (len(few), len(few))
    assert len(few) <= 25


def test_a_file_nobody_wants_goes_at_once(client_of_lan, made):
    page = send(client_of_lan, "collection_file", made, 1, do="drop")
    assert "不收了，文件已删除" in page
    assert made.batches.get(ordinal=1).state == Batch.State.DROPPED


def test_giving_up_says_so(client_of_lan, made):
    assert "已放弃这次收表" in send(client_of_lan, "collection_drop", made)


def test_the_page_of_one_import_leads_here(client_of_lan):
    address = reverse("exchange:collection_list")
    assert address in shown(client_of_lan, "upload")
    assert address in shown(client_of_lan, "batch_list")
