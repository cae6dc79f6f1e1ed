"""Nothing of an upload stays longer than it is needed."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from federation.audit.services import Actor
from federation.exchange.models import Batch, RowChoice
from federation.exchange.services import batch_drop, batch_open, batch_queue_plan, expire
from federation.jobs.models import Job
from federation.jobs.services import run
from tests.exchange.tables import imported, member_row, opened, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_gone_at_once")]


@pytest.fixture
def folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path
    return tmp_path


def age(batch: Batch, hours: int) -> None:
    """The file was uploaded so many hours ago."""
    ago = timezone.now() - timedelta(hours=hours)
    Batch.objects.filter(pk=batch.pk).update(created_at=ago)


def state(batch: Batch) -> str:
    batch.refresh_from_db()
    return batch.state


def test_an_upload_that_was_never_checked_goes_after_a_day(folder, lotus, north):
    batch = opened("committee", [member_row(lotus, 1, "周兰")], north)
    age(batch, 23)
    assert (expire(), state(batch), len(list(folder.iterdir()))) == (0, "uploaded", 1)
    age(batch, 25)
    assert (expire(), state(batch), list(folder.iterdir())) == (1, "dropped", [])


def test_an_upload_that_still_waits_for_the_worker_stays(folder, lotus, north, lan):
    batch = opened("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    batch_queue_plan(batch=batch, actor=Actor.of(lan))
    age(batch, 25)
    assert (expire(), state(batch)) == (0, "uploaded")


def test_an_upload_whose_check_was_stopped_or_failed_goes(folder, lotus, north, lan):
    batch = opened("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    batch_queue_plan(batch=batch, actor=Actor.of(lan))
    Job.objects.update(state=Job.State.FAILED)
    age(batch, 25)
    assert (expire(), state(batch)) == (1, "dropped")


def test_checked_and_written_imports_are_kept_for_their_thirty_days(folder, lotus, north):
    waiting = planned("committee", [member_row(lotus, 1, "周兰")], north)
    written = imported("committee", [member_row(lotus, 2, "吴芳")], north)
    for batch in (waiting, written):
        age(batch, 48)
    assert (expire(), state(waiting), state(written)) == (0, "planned", "applied")
    assert len(list(folder.iterdir())) == 2


def test_a_file_whose_upload_was_cut_off_goes_after_a_day(folder, lotus, north):
    batch = opened("committee", [member_row(lotus, 1, "周兰")], north)
    fresh, stray = folder / "a.sealed", folder / "b.sealed"
    for file in (fresh, stray):
        file.write_bytes(b"x")
    yesterday = timezone.now().timestamp() - 25 * 3600
    for file in (stray, folder / batch.file_stored):
        os.utime(file, (yesterday, yesterday))
    expire()
    assert sorted(folder.iterdir()) == sorted([fresh, folder / batch.file_stored])


def test_nothing_of_a_refused_file_stays(folder, north, lan):
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 500
    batch = batch_open(
        sheet="committee", organisation=north, as_of=timezone.localdate(), actor=Actor.of(lan),
        file_name="花名册.xlsx", data=picture,
    )  # fmt: skip
    assert len(list(folder.iterdir())) == 1
    run(batch_queue_plan(batch=batch, actor=Actor.of(lan)).uid)
    assert (state(batch), batch.file_stored, list(folder.iterdir())) == ("refused", "", [])


def chosen_for(batch: Batch, lan) -> None:
    """Somebody chose what the table says for one row; the mark is of the value she saw."""
    RowChoice.objects.create(
        batch=batch, sheet_no=0, row_no=2, marks=["0011223344556677"], by=lan, by_label="兰晓梅"
    )


def test_of_a_choice_only_that_it_was_made_stays_after_thirty_days(folder, lotus, north, lan):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    chosen_for(batch, lan)
    Batch.objects.update(kept_until=timezone.now() - timedelta(hours=1))
    expire()
    choice = RowChoice.objects.get()
    assert (choice.marks, choice.row_no, choice.by) == ([], 2, lan)


def test_with_an_import_that_is_given_up_go_its_choices(folder, lotus, north, lan):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    chosen_for(batch, lan)
    batch_drop(batch=batch)
    assert not RowChoice.objects.exists()
