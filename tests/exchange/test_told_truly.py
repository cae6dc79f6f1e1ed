"""What pages say while something is still unknown, and that a button promises what it will do."""

import pytest
from django.urls import reverse

from federation.audit.services import Actor
from federation.exchange.collecting.desk import Desk
from federation.exchange.collecting.showing import Page
from federation.exchange.collecting.slips import slip_of
from federation.exchange.models import Batch, Collection
from federation.exchange.offers import among
from federation.exchange.services import (
    cause_answer_towns,
    cause_mend,
    collection_cancel,
    file_drop,
)
from federation.exchange.views.rows import remarks
from federation.jobs.models import Job
from federation.jobs.services import run
from tests.exchange.tables import book, imported, member_row, village_row
from tests.exchange.test_collecting import cause_of, collected, counted, do_jobs, written
from tests.exchange.test_collecting_pages import drop, shown
from tests.exchange.test_collecting_pages import send as press
from tests.exchange.test_pages import send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


@pytest.fixture
def client_of_lan(tree, as_user, lan):
    return as_user(lan)


def checked(client, sheet, *rows):
    """The page of rows of a table sent alone, and its batch."""
    send(client, book(sheet, list(rows)), sheet=sheet)
    do_jobs()
    batch = Batch.objects.latest("pk")
    return batch, shown(client, "rows", batch.uid)


def test_rows_in_dispute_alone_have_no_button_but_a_sentence(client_of_lan, lotus):
    chair = member_row(lotus, 1, "周兰", position="主席")
    batch, _page = checked(client_of_lan, "committee", chair)
    client_of_lan.post(reverse("exchange:apply", args=[batch.uid]))
    do_jobs()
    other = member_row(lotus, 2, "何静", position="主席")
    batch, page = checked(client_of_lan, "committee", chair, other)
    assert "1 行和系统里的一样，其余的都不能照表写入" in page and "有 1 行与已有记录" in page
    assert '<div id="verdict" class="note-box warn"' in page
    assert "不用再导入" not in page and "再导入一份" not in page and "重新上传" in page
    batch, page = checked(client_of_lan, "committee", other)
    assert batch.counts["conflict"] == 1
    assert reverse("exchange:apply", args=[batch.uid]) not in page
    assert '<div id="verdict" class="note-box warn"' in page
    assert "1 行都不能照表写入，原因写在各行" in page and "有 1 行与已有记录" in page
    batch, page = checked(client_of_lan, "committee", member_row(lotus, 3, "许诺"), other)
    assert '<div id="verdict" class="note-box ok"' in page
    assert "1 行可以写入。有 1 行与已有记录" in page and "行都可以写入" not in page


def test_rows_that_may_stand_already_under_another_number_are_told_and_not_called_done(
    client_of_lan, north, lotus, willow
):
    other = village_row(willow)
    imported("committee", [member_row(lotus, 1, "周兰")], north)
    imported("villages", [other], north)
    namesake = village_row(lotus, chair_name="周兰")
    batch, page = checked(client_of_lan, "villages", namesake, other)
    assert (batch.counts["duplicate"], batch.counts["unchanged"]) == (1, 1)
    assert "有 1 行可能和已有记录重复" in page and '<div id="verdict" class="note-box warn"' in page
    assert "不用再导入" not in page and "再导入一份" not in page


def test_a_table_that_says_what_stands_already_has_nothing_to_write(client_of_lan, lotus):
    row = member_row(lotus, 1, "周兰")
    batch, page = checked(client_of_lan, "committee", row)
    assert "写入 1 行" in page
    client_of_lan.post(reverse("exchange:apply", args=[batch.uid]))
    do_jobs()
    batch, page = checked(client_of_lan, "committee", row)
    assert "1 行和系统里的一样，没有要写入的，不用再导入" in page and "再导入一份" in page
    assert reverse("exchange:apply", args=[batch.uid]) not in page


def test_the_button_counts_no_rows_of_tables_nobody_chose_between(north, lotus, willow, lan):
    first = book("villages", [counted(lotus, 320), counted(willow, 410)])
    second = book("villages", [counted(lotus, 999)])
    told = Page(Desk(collected(north, lan, ("一.xlsx", first), ("二.xlsx", second))))
    assert (told.good, told.to_write) == (3, 1)


def test_yes_or_no_is_chosen_and_not_typed(client_of_lan, lotus):
    wrong = village_row(lotus, chair_in_committee="也许")
    _batch, page = checked(client_of_lan, "villages", wrong)
    assert "<option>是</option><option>否</option>" in page
    drop(client_of_lan, ("村情.xlsx", book("villages", [wrong])))
    do_jobs()
    page = shown(client_of_lan, "collection", Collection.objects.get().uid)
    assert "<option>是</option><option>否</option>" in page


@pytest.fixture
def half_read(client_of_lan, lotus, willow):
    """Two tables of which one is checked."""
    files = [("一.xlsx", book("committee", [member_row(lotus, 1, "周兰")])),
             ("二.xlsx", book("committee", [member_row(willow, 2, "何静")]))]  # fmt: skip
    drop(client_of_lan, *files)
    run(Job.objects.filter(state=Job.State.QUEUED).order_by("pk").first().uid)
    return Collection.objects.get()


def test_while_files_are_read_nobody_is_said_to_have_handed_in_nothing(
    client_of_lan, half_read, willow
):
    page = shown(client_of_lan, "collection", half_read.uid)
    assert "柳溪村" in page
    assert "没有交" not in page and "缺表" not in page
    assert reverse("exchange:collection_slips", args=[half_read.uid]) not in page
    slip = shown(client_of_lan, "collection_slip", half_read.uid, willow.code)
    assert "有 1 份文件还没有检查完，没有算在里面" in slip
    do_jobs()
    slip = shown(client_of_lan, "collection_slip", half_read.uid, willow.code)
    assert "还没有检查完" not in slip


@pytest.mark.parametrize("asks", ["", "kind"])
def test_nor_while_a_file_waits_that_no_job_looks_into(client_of_lan, half_read, willow, asks):
    collection_cancel(collection=half_read)
    half_read.batches.filter(ordinal=2).update(recognised={"asks": asks})
    page = shown(client_of_lan, "collection", half_read.uid)
    assert "没有交" not in page.replace("哪些村没有交还不知道", "") and "缺表" not in page
    assert "正在检查" not in page and "还有 1 份文件没检查完" in page
    assert reverse("exchange:collection_slips", args=[half_read.uid]) not in page
    assert reverse("exchange:collection_slip", args=[half_read.uid, willow.code]) not in page
    file_drop(batch=half_read.batches.get(ordinal=2))
    page = shown(client_of_lan, "collection", half_read.uid)
    assert "没有交" in page and "缺表" in page and "没检查完" not in page
    assert reverse("exchange:collection_slip", args=[half_read.uid, willow.code]) in page


def test_what_was_written_without_a_file_can_be_told_to_the_villages(client_of_lan, half_read, lan):
    collection_cancel(collection=half_read)
    assert not Desk(half_read).knows_missing
    made = written(half_read, lan)
    assert (made.state, Desk(made).knows_missing) == ("applied", True)
    page = shown(client_of_lan, "collection", made.uid)
    assert "二.xlsx：还没有检查完，没有写入。" in page
    assert "没有写入</span>" in page and "没有交" not in page
    assert reverse("exchange:collection_slips", args=[made.uid]) in page


def test_the_slips_of_all_villages_lead_back(client_of_lan, half_read):
    page = shown(client_of_lan, "collection_slips", half_read.uid)
    assert f'href="{reverse("exchange:collection", args=[half_read.uid])}"' in page


def test_a_stopped_file_of_which_nobody_knows_the_table_is_looked_into_again(
    client_of_lan, half_read
):
    collection_cancel(collection=half_read)
    batch = half_read.batches.get(ordinal=2)
    answer = client_of_lan.post(reverse("exchange:check", args=[batch.uid]))
    assert answer.url == reverse("exchange:collection", args=[half_read.uid])
    do_jobs()
    batch.refresh_from_db()
    assert (batch.sheet, batch.state) == ("committee", Batch.State.PLANNED)


def test_an_answer_whose_check_was_stopped_is_taken_up_again(client_of_lan, north, lotus, lan):
    rows = [{**member_row(lotus, 1, "周兰"), "code": None, "town": "青石镇", "name": None}]
    made = collected(north, lan, ("册.xlsx", book("committee", rows)))
    cause_answer_towns(collection=made, actor=Actor.of(lan))
    collection_cancel(collection=made)
    assert [batch.ordinal for batch in Desk(made).stopped] == [1]
    press(client_of_lan, "collection_check", made)
    do_jobs()
    assert Desk(made).stopped == []
    assert made.batches.get().counts["accepted"] == 1


def test_what_was_typed_at_the_desk_is_not_told_as_the_villages(north, lotus, lan):
    rows = [member_row(lotus, 1, "周兰", education="大砖"),
            member_row(lotus, 2, "何静", education="裙众")]  # fmt: skip
    made = collected(north, lan, ("册.xlsx", book("committee", rows)))
    values = cause_of(made, "education-unknown_option").values
    uid = next(value.uid for value in values if value.first.text == "大砖")
    cause_mend(collection=made, cause="education-unknown_option", actor=Actor.of(lan),
               answers={uid: "大转"})  # fmt: skip
    before = slip_of(Desk(made), lotus, with_names=True).parts[0].wrong
    assert [one.seen for one in before] == ["大砖", "裙众"]
    do_jobs()
    after = slip_of(Desk(made), lotus, with_names=True).parts[0].wrong
    assert [one.seen for one in after] == ["大转（收表时改填的，原表里不是这样）", "裙众"]


@pytest.mark.parametrize(
    ("offers", "likely", "offered"),
    [
        (["三角村", "三正社区"], "三正社区居民委员会", "三正社区"),
        (["北岸镇三正社区"], "三正社区居民委员会", "北岸镇三正社区"),
        (["新大兴村", "大兴村"], "大兴村", "大兴村"),
        (["新大兴村"], "大兴村村民委员会", "大兴村村民委员会"),
        ([], "大专", "大专"),
    ],
)
def test_the_same_place_is_not_offered_under_two_names(offers, likely, offered):
    assert among(offers, likely) == offered


def test_what_is_said_of_many_worksheets_is_said_once():
    photo, other = {"message": "照片没有导入。"}, {"message": "没有导入。"}
    parts = [{"name": f"第{n}人", "warnings": [photo]} for n in range(1, 31)]
    parts += [{"name": "第1人", "warnings": [photo, other]}, {"name": "空"}]
    assert remarks(parts) == [
        ("“第1人”、“第2人”、“第3人”", 30, "照片没有导入。"),
        ("“第1人”", 1, "没有导入。"),
    ]
