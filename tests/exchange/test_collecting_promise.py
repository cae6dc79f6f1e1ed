"""What is written of a collection is, row by row, what its page told."""

import pytest

from cadres.models import Person
from federation.audit.services import Actor
from federation.exchange import planning
from federation.exchange.collecting.desk import Desk
from federation.exchange.models import Option, RowChoice
from federation.exchange.promises import is_kept, mark_of
from federation.exchange.rows import CheckedWorkbook, FileError
from federation.exchange.services import (
    batch_undo,
    collection_check,
    collection_queue_apply,
    file_answer,
)
from federation.jobs.services import run
from tests.exchange.tables import book, id_number, imported, member_row
from tests.exchange.test_collecting import collected, do_jobs, sealed_files, states, written

pytestmark = pytest.mark.django_db
HERE, THERE = 7, 8
CHANGED = "重新检查后有变化，没有写入，请核对后再写入。"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


def rules_change():
    """An administrator edits an option list: what was checked before is checked again."""
    Option.objects.create(list_key="education", code="99", label="其他学历")


@pytest.mark.parametrize(
    "told, found, free, kept",
    [
        (["new", "changed"], ["new", "changed"], [], True),
        (["new", "changed"], ["changed", "new"], [], False),
        (["new", "changed"], ["changed", "new"], [HERE], False),
        (["new", "changed"], ["changed", "unchanged"], [HERE], True),
        (["new", "new"], ["unchanged", "unchanged"], [HERE], True),
        (["new", "new"], ["unchanged", "unchanged"], [THERE], False),
        (["unchanged", "new"], ["changed", "new"], [HERE], False),
        (["conflict", "new"], ["changed", "new"], [HERE], False),
        (["new", "new"], ["new", "conflict"], [HERE], False),
        (["new", None], [None, "new"], [HERE], False),
    ],
)
def test_every_row_is_compared_and_only_less_may_be_left_to_do(told, found, free, kept):
    def rows(changes):
        return {(0, n): (change, HERE) for n, change in enumerate(changes, 2) if change}

    assert is_kept(rows(told), rows(found), free) is kept


def test_a_row_that_is_about_another_unit_now_is_not_what_was_told():
    assert not is_kept({(0, 2): ("new", HERE)}, {(0, 2): ("new", THERE)}, [HERE, THERE])


def test_two_rows_that_have_changed_places_are_not_written(north, lotus, lan):
    first = imported("committee", [member_row(lotus, 2, "何静", education="高中")], north)
    rows = [member_row(lotus, n, name, education="大专") for n, name in ((1, "周兰"), (2, "何静"))]
    made = collected(north, lan, ("一.xlsx", book("committee", rows)))
    assert made.batches.get().counts["new"] == made.batches.get().counts["changed"] == 1
    # Meanwhile the one goes and the other comes; as many rows as before are new and changed.
    batch_undo(batch=first, actor=Actor.command())
    imported("committee", [member_row(lotus, 1, "周兰", education="高中")], north)
    rules_change()
    written(made, lan)
    assert made.counts["left"] == {"1": CHANGED}
    assert dict(Person.objects.values_list("name", "education")) == {"周兰": "高中"}


@pytest.fixture
def of_either(north, lotus, lan):
    """A file of headings that two tables have, said to be the one."""
    row = {"code": lotus.code, "person_name": "孙梅", "id_number": id_number(3)}
    data = book("volunteers", [{**row, "since_on": "2022-09"}])
    made = collected(north, lan, ("新来的.xlsx", data))
    file_answer(batch=made.batches.get(), actor=Actor.of(lan), sheet_key="committee")
    do_jobs()
    assert made.batches.get().counts["new"] == 1
    return made


def test_what_is_said_of_a_file_after_the_press_was_told_by_no_page(of_either, lan):
    collection_queue_apply(collection=of_either, actor=Actor.of(lan))
    file_answer(batch=of_either.batches.get(), actor=Actor.of(lan), sheet_key="volunteers")
    do_jobs()
    of_either.refresh_from_db()
    assert (of_either.counts["left"], Person.objects.count()) == ({"1": CHANGED}, 0)
    # Checked by now, and told by the page: so it is written.
    assert states(of_either) == [("volunteers", "planned")]
    assert written(of_either, lan).counts["left"] == {}


def test_the_mark_of_some_rows_is_another_for_another_table():
    told = {(0, 2): ("new", HERE)}
    assert mark_of("committee", told) != mark_of("volunteers", told)


def test_a_row_chosen_for_is_behind_until_it_is_checked(of_either, lan):
    batch = of_either.batches.get()
    RowChoice.objects.create(batch=batch, sheet_no=1, row_no=2, marks=["1"], by_label="兰")
    assert Desk(of_either).behind == {batch.pk}
    collection_check(collection=of_either, actor=Actor.of(lan))
    do_jobs()
    assert Desk(of_either).behind == set()


@pytest.mark.parametrize("all_or_nothing", [True, False], ids=["rolled back", "committed"])
def test_a_file_refused_within_the_writing_goes_only_with_it(
    north, lotus, lan, monkeypatch, django_capture_on_commit_callbacks, all_or_nothing
):
    made = collected(north, lan, ("一.xlsx", book("committee", [member_row(lotus, 1, "周兰")])))
    job = collection_queue_apply(
        collection=made, actor=Actor.of(lan), all_or_nothing=all_or_nothing
    )
    rules_change()
    refused = CheckedWorkbook("committee", "file_rejected", FileError("broken", "表格读不出来。"))
    monkeypatch.setattr(planning, "checked_workbook", lambda *_about: refused)
    with django_capture_on_commit_callbacks(execute=True):
        run(job.uid)
        assert len(sealed_files()) == 1
    state, files = ("planned", 1) if all_or_nothing else ("refused", 0)
    assert (states(made), len(sealed_files())) == ([("committee", state)], files)
