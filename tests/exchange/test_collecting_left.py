"""What of a collection stays unwritten is on its slips; a conflict is not counted as good."""

import pytest
from django.utils import timezone

from cadres.models import Appointment
from federation.exchange.collecting import writing
from federation.exchange.collecting.desk import Desk
from federation.exchange.collecting.forms import AddForm
from federation.exchange.collecting.slips import slip_of, state_words
from federation.exchange.models import Collection
from federation.sealing.arriving import SealedUploadHandler
from tests.exchange.tables import book, member_row
from tests.exchange.test_collecting import collected, states, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


def roster(*rows):
    return book("committee", list(rows))


def told(made, unit):
    return slip_of(Desk(made), unit, with_names=True).parts[0]


def test_a_row_left_out_because_its_record_changed_is_on_the_slip(north, lotus, willow, lan):
    both = roster(member_row(lotus, 1, "周兰"), member_row(willow, 2, "何静"))
    made = collected(north, lan, ("一.xlsx", both))
    written(collected(north, lan, ("二.xlsx", roster(member_row(lotus, 1, "周兰")))), lan)
    written(made, lan)
    part = told(made, lotus)
    assert (part.good, len(part.wrong), state_words(part)) == (0, 1, "有要改的")
    assert (part.wrong[0].where, part.wrong[0].seen) == ("工作表“表一” 第 2 行", "")
    assert "检查之后记录已被改动" in part.wrong[0].message
    assert (told(made, willow).good, told(made, willow).wrong) == (1, [])


def test_to_who_may_not_see_the_collection_a_row_left_out_names_no_worksheet(north, lotus, lan):
    made = collected(north, lan, ("一.xlsx", roster(member_row(lotus, 1, "周兰"))))
    written(collected(north, lan, ("二.xlsx", roster(member_row(lotus, 1, "周兰")))), lan)
    written(made, lan)
    hers = slip_of(Desk(made), lotus, with_names=False).parts[0].wrong
    assert [(one.file, one.where) for one in hers] == [("第 1 份文件", "第 1 张工作表 第 2 行")]


def test_a_second_chair_is_no_good_row_and_is_on_the_slip(north, lotus, lan):
    rows = roster(
        member_row(lotus, 1, "周兰", position="主席"), member_row(lotus, 2, "何静", position="主席")
    )
    made = collected(north, lan, ("一.xlsx", rows))
    assert Desk(made).good == 1
    written(made, lan)
    part = told(made, lotus)
    assert (Appointment.objects.count(), part.good, len(part.wrong)) == (1, 1, 1)
    assert "没有写入" in part.wrong[0].message


def test_a_file_too_large_to_be_kept_is_told_and_the_others_are_taken(north, lotus, lan, settings):
    settings.UPLOAD_LIMIT_BYTES = 50_000
    handler = SealedUploadHandler()
    handler.new_file("books", "大.xlsx", "application/zip", None)
    handler.receive_data_chunk(bytes(60_000), 0)
    large = handler.file_complete(60_000)
    form = AddForm({}, {}, {})
    form.cleaned_data = {"books": [large]}
    small = ("小.xlsx", roster(member_row(lotus, 1, "周兰")))
    made = collected(north, lan, *form.taken(), small)
    assert [state for _sheet, state in states(made)] == ["refused", "planned"]
    assert "文件超过" in made.batches.get(ordinal=1).refusal


def test_who_was_held_back_changes_nothing_of_what_another_worker_wrote(
    north, lotus, lan, monkeypatch
):
    made = collected(north, lan, ("一.xlsx", roster(member_row(lotus, 1, "周兰"))))

    def taken_over(self):
        raise writing.HeldBack("有没有写入的内容")

    def locked(collection):
        found = Collection.objects.get(pk=collection.pk)
        if found.state == Collection.State.OPEN and seen:
            written_by_another()
        seen.append(1)
        return Collection.objects.get(pk=collection.pk)

    def written_by_another():
        counts = {"rows": 1, "files": 1, "left": {}, "partly": {}}
        mine = Collection.objects.filter(pk=made.pk)
        mine.update(state="applied", applied_at=timezone.now(), counts=counts)

    seen: list[int] = []
    monkeypatch.setattr(writing._Whole, "run", taken_over)
    monkeypatch.setattr(writing, "_locked", locked)
    writing.write(made, None, {"promised": {}})
    made.refresh_from_db()
    assert (made.state, made.counts["rows"]) == ("applied", 1)
