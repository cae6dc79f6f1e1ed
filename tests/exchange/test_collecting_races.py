"""What is said of a file while a worker looks into it: the answer holds, not the older plan."""

import pytest

from federation.audit.services import Actor
from federation.exchange import planning
from federation.exchange.models import Batch
from federation.exchange.services import cause_answer_towns, cause_mend, file_answer
from tests.exchange.tables import book, member_row
from tests.exchange.test_collecting import cause_of, collected, do_jobs, states

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path


def meanwhile(monkeypatch, said):
    """While the next file is checked, once, somebody does ``said``."""
    checked, waiting = planning.checked_workbook, [said]

    def slowly(*about, **rest):
        found = checked(*about, **rest)
        if waiting:
            waiting.pop()()
        return found

    monkeypatch.setattr(planning, "checked_workbook", slowly)


def test_rows_said_to_be_of_the_town_while_the_file_is_checked_are_of_the_town(
    north, lotus, lan, monkeypatch
):
    rows = [{**member_row(lotus, 1, "周兰"), "code": None, "town": "青石镇", "name": None},
            member_row(lotus, 2, "何静", education="大砖")]  # fmt: skip
    made, actor = collected(north, lan, ("册.xlsx", book("committee", rows))), Actor.of(lan)
    uid = cause_of(made, "education-unknown_option").values[0].uid
    cause_mend(collection=made, cause="education-unknown_option", actor=actor,
               answers={uid: "大专"})  # fmt: skip
    meanwhile(monkeypatch, lambda: cause_answer_towns(collection=made, actor=actor))
    do_jobs()
    batch = made.batches.get()
    assert batch.is_about_towns
    assert (batch.counts["accepted"], batch.counts["rejected"]) == (2, 0)


def test_a_kind_said_while_the_file_is_checked_for_another_stays(north, lotus, lan, monkeypatch):
    made = collected(north, lan, ("册.xlsx", book("committee", [member_row(lotus, 1, "周兰")])))
    batch, actor = made.batches.get(), Actor.of(lan)
    file_answer(batch=batch, actor=actor, sheet_key="committee")
    meanwhile(monkeypatch, lambda: file_answer(batch=batch, actor=actor, sheet_key="volunteers"))
    do_jobs()
    assert states(made)[0][0] == "volunteers"


def test_a_file_given_to_a_town_while_it_is_checked_stays_the_towns(
    north, north_town, lotus, lan, monkeypatch
):
    made = collected(north, lan, ("册.xlsx", book("committee", [member_row(lotus, 1, "周兰")])))
    batch, actor = made.batches.get(), Actor.of(lan)
    file_answer(batch=batch, actor=actor, sheet_key="committee")
    meanwhile(monkeypatch, lambda: file_answer(batch=batch, actor=actor, organisation=north_town))
    do_jobs()
    assert Batch.objects.get().organisation == north_town
