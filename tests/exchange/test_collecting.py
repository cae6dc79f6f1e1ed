"""The 收表台 at the level of its services: files told apart, put right together, written as one."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as live

from cadres.models import Appointment, Person
from federation.audit.services import Actor
from federation.exchange.collecting.desk import Desk
from federation.exchange.collecting.received import lines_of, spots_of, twice_of
from federation.exchange.models import Collection, Decision, PlanChunk, RowEdit
from federation.exchange.services import (
    CannotCollect,
    cause_leave_blank,
    cause_mend,
    cause_take_likely,
    collection_add,
    collection_cancel,
    collection_choose,
    collection_drop,
    collection_open,
    collection_queue_apply,
    collection_queue_undo,
    expire,
    file_answer,
    file_drop,
)
from federation.jobs.models import Job
from federation.jobs.services import run
from orgs.models import ReportedFact
from tests.exchange.tables import AS_OF, book, member_row, village_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_gone_at_once")]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


def do_jobs():
    """What the worker does until nothing waits."""
    while waiting := list(Job.objects.filter(state=Job.State.QUEUED).order_by("pk")):
        for job in waiting:
            run(job.uid)


def collected(place, user, *files):
    """A collection of files, all looked into."""
    made = collection_open(organisation=place, as_of=AS_OF, actor=Actor.of(user), files=files)
    do_jobs()
    return made


def states(collection):
    return [(one.sheet, one.state) for one in collection.batches.order_by("ordinal")]


def written(collection, user, **how):
    collection_queue_apply(collection=collection, actor=Actor.of(user), **how)
    do_jobs()
    collection.refresh_from_db()
    return collection


def taken_back(collection, user):
    collection_queue_undo(collection=collection, actor=Actor.of(user))
    do_jobs()
    collection.refresh_from_db()
    return collection


def cause_of(collection, uid):
    return next(one for one in Desk(collection).causes if one.uid == uid)


class Unmarked(zipfile.ZipInfo):
    """A member whose name is written as its bytes are, as programs of here do it."""

    def _encodeFilenameFlags(self):  # noqa: N802 - what zipfile calls it
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def zipped(files, coding="utf-8") -> bytes:
    """A zip whose names are in ``coding``, without saying so."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files:
            archive.writestr(Unmarked(name.encode(coding).decode("cp437")), data)
    return target.getvalue()


def counted(village, women):
    """A row of the villages table: so many women, and half as many households."""
    return village_row(village, women_resident=women, households=women // 2, group_count=3)


def sealed_files():
    return sorted(path.name for path in Path(live.UPLOAD_FOLDER).glob("*.sealed"))


@pytest.fixture
def roster(lotus):
    return book("committee", [member_row(lotus, 1, "周兰"), member_row(lotus, 2, "何静")])


@pytest.fixture
def facts(lotus, willow):
    return book("villages", [counted(lotus, 320), counted(willow, 410)])


def test_each_file_is_known_by_its_headings_and_not_by_its_name(north, lan, roster, facts):
    made = collected(north, lan, ("村情况.xlsx", roster), ("花名册.xlsx", facts))
    assert states(made) == [("committee", "planned"), ("villages", "planned")]


def test_a_refused_file_is_told_and_leaves_nothing_while_the_others_go_on(north, lan, roster):
    made = collected(north, lan, ("坏.xlsx", b"PK\x03\x04 broken"), ("好.xlsx", roster),
                     ("照片.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(64)))  # fmt: skip
    assert [state for _sheet, state in states(made)] == ["refused", "planned", "refused"]
    assert [bool(b.refusal) for b in made.batches.order_by("ordinal")] == [True, False, True]
    assert len(sealed_files()) == 1


def test_the_same_file_is_taken_once(north, lan, roster):
    made = collected(north, lan, ("一.xlsx", roster), ("二.xlsx", roster))
    second = made.batches.get(ordinal=2)
    assert (second.state, second.refusal) == (
        "refused", "和“一.xlsx”是同一份文件，只收一份。",
    )  # fmt: skip
    collection_add(collection=made, actor=Actor.of(lan), files=[("三.xlsx", roster)])
    assert made.batches.get(ordinal=3).state == "refused"


def test_a_zip_is_taken_apart_and_its_names_are_read_as_they_were_written(
    north, lan, roster, facts
):
    beside = [("__MACOSX/._村情.xlsx", b"x"), ("青石镇/~$村情.xlsx", b"x")]
    files = [("青石镇/荷花村 花名册.xlsx", roster), ("青石镇/村情.xlsx", facts), *beside]
    data = zipped(files, "gb18030")
    made = collected(north, lan, ("北岸区.zip", data))
    names = list(made.batches.order_by("ordinal").values_list("file_name", flat=True))
    assert names == ["荷花村 花名册.xlsx", "村情.xlsx"]
    assert [state for _sheet, state in states(made)] == ["planned", "planned"]


def test_a_zip_within_a_zip_is_refused(north, lan, roster):
    inner = zipped([("一.xlsx", roster)])
    made = collected(north, lan, ("全部.zip", zipped([("里面.zip", inner), ("一.xlsx", roster)])))
    assert states(made) == [("", "refused"), ("committee", "planned")]
    assert "压缩包里还有压缩包" in made.batches.get(ordinal=1).refusal


def test_a_zip_that_unpacks_to_too_much_is_refused_unread(north, lan):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("大.csv", bytes(60 * 1024 * 1024))
    made = collected(north, lan, ("全部.zip", target.getvalue()))
    assert states(made) == [("", "refused")]
    assert "解压后过大" in made.batches.get().refusal
    assert sealed_files() == []


def test_more_than_two_hundred_files_are_refused_and_none_stays(north, lan, roster):
    many = [(f"{n}.csv", f"姓名\n{n}\n".encode()) for n in range(201)]
    with pytest.raises(CannotCollect, match="最多收 200 个"):
        collection_open(organisation=north, as_of=AS_OF, actor=Actor.of(lan), files=many)
    assert not Collection.objects.exists()
    assert sealed_files() == []


def test_one_answer_mends_equal_cells_of_all_files_and_checks_only_those(north, lotus, willow, lan):
    named = enumerate([(lotus, "兰"), (lotus, "梅"), (willow, "竹")], 1)
    rows = [member_row(place, n, f"周{name}", education="大砖") for n, (place, name) in named]
    sound = book("committee", [member_row(willow, 9, "何静")])
    made = collected(north, lan, ("一.xlsx", book("committee", rows[:2])),
                     ("二.xlsx", book("committee", rows[2:])), ("三.xlsx", sound))  # fmt: skip
    cause = cause_of(made, "education-unknown_option")
    assert (cause.count, len(cause.values), sorted(cause.values[0].files)) == (3, 1, [1, 2])
    before = Job.objects.count()
    answer = {cause.values[0].uid: "大专"}
    done = cause_mend(collection=made, cause=cause.uid, actor=Actor.of(lan), answers=answer)
    assert (done.cells, done.files) == (3, 2)
    assert Job.objects.count() == before + 2
    do_jobs()
    assert Desk(made).causes == []
    [twice] = twice_of(Desk(made))
    collection_choose(collection=made, twice=twice.uid, ordinal=0)
    written(made, lan)
    assert Appointment.objects.count() == 4


def test_while_files_are_checked_what_was_answered_is_out_of_the_list(north, lotus, lan):
    data = book("committee", [member_row(lotus, 1, "周兰", education="大砖")])
    made = collected(north, lan, ("一.xlsx", data))
    cause = cause_of(made, "education-unknown_option")
    cause_mend(collection=made, cause=cause.uid, actor=Actor.of(lan),
               answers={cause.values[0].uid: "大专"})  # fmt: skip
    again = cause_of(made, cause.uid)
    assert (again.count, again.fixed) == (0, 1)
    with pytest.raises(CannotCollect, match="已经处理完"):
        cause_take_likely(collection=made, cause=cause.uid, actor=Actor.of(lan))


def test_an_answer_can_hold_for_later_tables(north, lotus, lan):
    data = book("committee", [member_row(lotus, 1, "周兰", education="大砖")])
    made = collected(north, lan, ("一.xlsx", data))
    cause = cause_of(made, "education-unknown_option")
    uid = cause.values[0].uid
    cause_mend(collection=made, cause=cause.uid, actor=Actor.of(lan),
               answers={uid: "大专"}, remembered=[uid])  # fmt: skip
    assert [(d.written, d.meant) for d in Decision.objects.all()] == [("大砖", "大专")]


def test_cells_of_a_column_that_may_be_blank_can_all_be_left_blank(north, lotus, lan):
    rows = [member_row(lotus, n, f"周{n}兰".replace("1", "一").replace("2", "二"), phone=phone)
            for n, phone in enumerate(["1390000", "1390001"], 1)]  # fmt: skip
    made = collected(north, lan, ("一.xlsx", book("committee", rows)))
    cause = cause_of(made, "phone-phone_length")
    assert cause.count == 2
    cause_leave_blank(collection=made, cause=cause.uid, actor=Actor.of(lan))
    do_jobs()
    assert Desk(made).causes == []
    assert RowEdit.objects.filter(value=None).count() == 2


def test_a_column_that_must_be_filled_cannot_be_left_blank(north, lotus, lan):
    rows = [{**member_row(lotus, 1, "周兰"), "id_number": "500199"}]
    made = collected(north, lan, ("一.xlsx", book("committee", rows)))
    cause = next(c for c in Desk(made).causes if c.key == "position" or c.column.required)
    with pytest.raises(CannotCollect, match="不能留空"):
        cause_leave_blank(collection=made, cause=cause.uid, actor=Actor.of(lan))


def test_village_by_table_says_what_came_what_is_wrong_and_what_is_missing(
    north, lotus, willow, lan, facts
):
    wrong = book("committee", [member_row(lotus, 1, "周兰"),
                               member_row(lotus, 2, "何静", education="大砖")])  # fmt: skip
    made = collected(north, lan, ("一.xlsx", facts), ("二.xlsx", wrong))
    desk = Desk(made)
    told = {line.unit.pk: [(s.state, s.good, s.wrong) for s in line.spots]
            for line in lines_of(desk, spots_of(desk))}  # fmt: skip
    assert list(desk.sheets) == ["villages", "committee"]
    assert told == {
        lotus.pk: [("ok", 1, 0), ("wrong", 1, 1)],
        willow.pk: [("ok", 1, 0), ("missing", 0, 0)],
    }


def test_two_files_about_a_village_are_both_left_out_until_one_is_chosen(north, lotus, willow, lan):
    first = book("villages", [counted(lotus, 320), counted(willow, 410)])
    second = book("villages", [counted(lotus, 999)])
    made = collected(north, lan, ("一.xlsx", first), ("二.xlsx", second))
    [twice] = twice_of(Desk(made))
    assert (twice.files, twice.units, twice.chosen) == ((1, 2), [lotus.pk], None)
    written(made, lan)
    assert {f.organisation_id for f in ReportedFact.objects.all()} == {willow.pk}
    assert made.counts["partly"] == {"1": 1, "2": 1}


def test_the_chosen_file_is_written_and_the_other_is_not(north, lotus, willow, lan):
    first = book("villages", [counted(lotus, 320), counted(willow, 410)])
    second = book("villages", [counted(lotus, 999)])
    made = collected(north, lan, ("一.xlsx", first), ("二.xlsx", second))
    [twice] = twice_of(Desk(made))
    with pytest.raises(CannotCollect, match="只有一行"):
        collection_choose(collection=made, twice=twice.uid, ordinal=0)
    collection_choose(collection=made, twice=twice.uid, ordinal=2)
    written(made, lan)
    numbers = dict(
        ReportedFact.objects.filter(key="women_resident").values_list("organisation", "number")
    )
    assert numbers == {lotus.pk: 999, willow.pk: 410}


def test_a_collection_is_written_and_taken_back_as_one(north, lotus, lan, roster, facts):
    made = collected(north, lan, ("花名册.xlsx", roster), ("村情.xlsx", facts))
    written(made, lan)
    assert (made.state, made.counts["files"], made.counts["left"]) == ("applied", 2, {})
    assert (Person.objects.count(), ReportedFact.objects.count() > 0) == (2, True)
    kinds = list(Job.objects.values_list("kind", flat=True))
    assert (kinds.count("apply_collection"), kinds.count("apply_import")) == (1, 0)
    taken_back(made, lan)
    assert made.state == "undone"
    assert (Person.objects.count(), ReportedFact.objects.count()) == (0, 0)
    assert {one.state for one in made.batches.all()} == {"undone"}


def test_what_an_earlier_table_of_the_collection_brought_in_makes_no_later_row_stale(
    north, lotus, lan
):
    village = book(
        "villages", [{**counted(lotus, 320), "chair_name": "周兰", "chair_phone": "13900001111"}]
    )
    roster = book("committee", [member_row(lotus, 1, "周兰", position="主席")])
    made = collected(north, lan, ("花名册.xlsx", roster), ("村情.xlsx", village))
    written(made, lan)
    assert made.counts["left"] == {}
    assert made.counts["partly"] == {}


def test_a_record_changed_since_leaves_its_row_out_and_says_so(north, lotus, willow, lan):
    both = [member_row(lotus, 1, "周兰"), member_row(willow, 2, "何静")]
    made = collected(north, lan, ("一.xlsx", book("committee", both)))
    other = collected(north, lan, ("二.xlsx", book("committee", [member_row(lotus, 1, "周兰")])))
    written(other, lan)
    written(made, lan)
    assert (made.counts["rows"], made.counts["partly"]) == (1, {"1": 1})


def test_all_or_nothing_holds_everything_back(north, lotus, lan, facts):
    wrong = book("committee", [member_row(lotus, 1, "周兰", education="大砖")])
    made = collected(north, lan, ("一.xlsx", facts), ("二.xlsx", wrong))
    written(made, lan, all_or_nothing=True)
    assert (made.state, ReportedFact.objects.count()) == ("open", 0)
    assert "一行也没有写入" in made.counts["held_back"]
    assert {one.state for one in made.batches.all()} == {"planned"}


def test_cancelling_leaves_nothing_behind(north, lan, roster):
    made = collection_open(
        organisation=north, as_of=AS_OF, actor=Actor.of(lan), files=[("一.xlsx", roster)]
    )
    assert collection_cancel(collection=made)
    do_jobs()
    assert [state for _sheet, state in states(made)] == ["uploaded"]
    collection_drop(collection=made)
    made.refresh_from_db()
    assert (made.state, states(made)) == ("dropped", [("", "dropped")])
    assert (sealed_files(), PlanChunk.objects.count(), RowEdit.objects.count()) == ([], 0, 0)


def test_a_file_can_be_given_up_alone(north, lan, roster, facts):
    made = collected(north, lan, ("一.xlsx", roster), ("二.xlsx", facts))
    file_drop(batch=made.batches.get(ordinal=1))
    written(made, lan)
    assert (Person.objects.count(), made.counts["files"]) == (0, 1)


def test_a_page_of_one_person_asks_whose_it_is(north, lotus, lan):
    page = book("profiles", [{"person_name": "周兰", "education": "大专", "employer": "镇政府",
                              "birth": "1985-03"}])  # fmt: skip
    made = collected(north, lan, ("一.xlsx", page))
    batch = made.batches.get()
    if batch.recognised["asks"] == "kind":
        batch = file_answer(batch=batch, actor=Actor.of(lan), sheet_key="profiles")
    assert (batch.sheet, batch.recognised["asks"]) == ("", "place")
    file_answer(batch=batch, actor=Actor.of(lan), organisation=lotus)
    do_jobs()
    batch.refresh_from_db()
    assert (batch.sheet, batch.organisation) == ("profiles", lotus)


def test_a_unit_outside_the_collection_is_no_answer(north, bamboo, lan, roster):
    made = collected(north, lan, ("一.xlsx", roster))
    with pytest.raises(CannotCollect, match="不在这次收表的范围"):
        file_answer(batch=made.batches.get(), actor=Actor.of(lan), organisation=bamboo)


def test_who_lost_the_right_writes_nothing(north, lotus, lan, roster):
    made = collected(north, lan, ("一.xlsx", roster))
    collection_queue_apply(collection=made, actor=Actor.of(lan))
    lan.is_active = False
    lan.save()
    do_jobs()
    assert not Person.objects.exists()


def test_after_thirty_days_files_and_plans_are_gone(north, lan, roster):
    made = collected(north, lan, ("一.xlsx", roster))
    written(made, lan)
    made.batches.update(kept_until="2020-01-01T00:00Z")
    expire()
    assert (sealed_files(), PlanChunk.objects.count()) == ([], 0)


def test_upload_nobody_looked_into_is_forgotten_after_a_day(north, lan, roster):
    made = collection_open(
        organisation=north, as_of=AS_OF, actor=Actor.of(lan), files=[("一.xlsx", roster)]
    )
    collection_cancel(collection=made)
    made.batches.update(created_at="2020-01-01T00:00Z")
    expire()
    assert (states(made), sealed_files()) == ([("", "dropped")], [])
