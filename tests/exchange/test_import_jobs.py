"""Imports in the hands of the worker: what somebody may do is asked again when it is done."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cadres.models import Appointment, Person
from federation.access.models import Role
from federation.audit.models import Change
from federation.audit.services import Actor
from federation.exchange import lanes, spare
from federation.exchange.models import Batch, PlanChunk
from federation.exchange.services import (
    batch_cancel,
    batch_drop,
    batch_queue_apply,
    batch_queue_plan,
    batch_queue_undo,
    row_edit,
)
from federation.jobs.models import Job, JobLane
from federation.jobs.progress import Tracker, ask_to_stop, told_of
from federation.jobs.services import claim, handlers, progress_of, run
from tests.exchange.tables import imported, member_row, opened, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_gone_at_once")]


def posting_ends(user):
    """Her last day was the day before yesterday."""
    user.postings.update(until_on=timezone.localdate() - timedelta(days=1))


def done(job):
    """The job as the worker leaves it."""
    run(job.uid)
    job.refresh_from_db()
    return job


def test_an_officer_who_left_after_the_button_writes_nothing(lotus, north, lan):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    job = batch_queue_apply(batch=batch, actor=Actor.of(lan))
    posting_ends(lan)
    done(job)
    assert not Person.objects.exists()
    assert (job.state, job.problem) == (job.State.FAILED, "您在这个单位已没有导入权限，没有写入。")


@pytest.mark.parametrize("queue", [batch_queue_apply, batch_queue_undo])
def test_who_sees_people_no_more_neither_writes_nor_takes_back(lotus, north, lan, queue):
    made = imported if queue is batch_queue_undo else planned
    batch = made("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    job = queue(batch=batch, actor=Actor.of(lan))
    Role.objects.update(sees_people=False)
    assert done(job).state == Job.State.FAILED
    assert Person.objects.exists() == (queue is batch_queue_undo)


def test_a_closed_account_writes_nothing(lotus, north, lan):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    job = batch_queue_apply(batch=batch, actor=Actor.of(lan))
    lan.is_active = False
    lan.save()
    done(job)
    assert not Person.objects.exists()


def test_an_officer_who_left_after_the_button_takes_nothing_back(lotus, north, lan):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    job = batch_queue_undo(batch=batch, actor=Actor.of(lan))
    posting_ends(lan)
    job = done(job)
    batch.refresh_from_db()
    assert (job.state, batch.state) == (Job.State.FAILED, Batch.State.APPLIED)
    assert "没有撤销" in job.problem
    assert Person.objects.exists()


def test_an_officer_in_post_takes_an_import_back(lotus, north, lan):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    assert done(batch_queue_undo(batch=batch, actor=Actor.of(lan))).state == Job.State.DONE
    assert not Person.objects.exists()


@pytest.mark.parametrize("route", ["batch", "progress", "columns", "rows"])
def test_an_import_for_the_district_is_not_there_for_a_village_or_another_district(
    lotus, north, lan, qiu, mei, as_user, route
):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    address = reverse(f"exchange:{route}", args=[batch.uid])
    assert [as_user(user).get(address).status_code for user in (qiu, mei)] == [404, 404]
    # To whoever sent it, it is there.
    assert as_user(lan).get(address, follow=True).status_code == 200


@pytest.fixture
def pressed_at(monkeypatch):
    """Somebody presses the button when the worker has reached a stage."""
    tell = Tracker.tell

    def press(wanted: str) -> None:
        def heard(tracker, done, total, message="", stage=""):
            if stage == wanted:
                ask_to_stop(tracker.job)
            return tell(tracker, done, total, message, stage)

        monkeypatch.setattr(Tracker, "tell", heard)

    return press


@pytest.fixture
def children(monkeypatch):
    """The processes that read files."""
    started = []
    start = spare.subprocess.Popen

    def kept(*args, **kwargs):
        started.append(start(*args, **kwargs))
        return started[-1]

    monkeypatch.setattr(spare.subprocess, "Popen", kept)
    return started


@pytest.mark.parametrize("stage", ["reading", "checking", "comparing", "keeping"])
def test_a_check_stopped_at_any_stage_leaves_the_file_and_nothing_else(
    lotus, north, lan, pressed_at, children, settings, tmp_path, stage
):
    settings.UPLOAD_FOLDER = tmp_path
    batch = opened("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    job = batch_queue_plan(batch=batch, actor=Actor.of(lan))
    pressed_at(stage)
    run(job.uid)
    assert batch_cancel(batch=batch)
    batch.refresh_from_db()
    assert (batch.state, PlanChunk.objects.count()) == (Batch.State.UPLOADED, 0)
    assert [child.poll() is None for child in children] == [False] * len(children)
    (kept,) = tmp_path.iterdir()
    assert "周兰".encode() not in kept.read_bytes()
    batch_drop(batch=batch)
    assert list(tmp_path.iterdir()) == []


def test_a_check_that_was_stopped_can_be_started_again(lotus, north, lan, pressed_at, monkeypatch):
    batch = opened("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    job = batch_queue_plan(batch=batch, actor=Actor.of(lan))
    pressed_at("checking")
    run(job.uid)
    assert batch_cancel(batch=batch)
    monkeypatch.undo()
    assert done(batch_queue_plan(batch=batch, actor=Actor.of(lan))).state == Job.State.DONE
    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"]) == (Batch.State.PLANNED, 1)


@pytest.mark.parametrize("stage", ["comparing", "writing", "figures"])
def test_writing_stopped_at_any_stage_writes_no_row(lotus, north, lan, pressed_at, stage):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    job = batch_queue_apply(batch=batch, actor=Actor.of(lan))
    pressed_at(stage)
    run(job.uid)
    assert batch_cancel(batch=batch)
    batch.refresh_from_db()
    assert (batch.state, done(job).state) == (Batch.State.PLANNED, Job.State.CANCELLED)
    left = [model.objects.filter(batch=batch.uid).count() for model in (Person, Appointment)]
    assert (left, Change.objects.filter(batch=batch.uid).count()) == ([0, 0], 0)


@pytest.mark.parametrize("stage", ["restoring", "figures"])
def test_undoing_stopped_at_any_stage_takes_nothing_back(lotus, north, lan, pressed_at, stage):
    batch = imported("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    job = batch_queue_undo(batch=batch, actor=Actor.of(lan))
    pressed_at(stage)
    run(job.uid)
    assert batch_cancel(batch=batch)
    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == (Batch.State.APPLIED, 1)


def test_a_written_import_cannot_be_stopped(lotus, north, lan):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    done(batch_queue_apply(batch=batch, actor=Actor.of(lan)))
    assert not batch_cancel(batch=batch)
    batch.refresh_from_db()
    assert (batch.state, Person.objects.count()) == (Batch.State.APPLIED, 1)


def test_an_import_waits_in_the_lane_of_every_town_it_would_write(
    lotus, willow, bamboo, north, south, north_town, south_town, city, su
):
    rows = [
        member_row(lotus, 1, "周兰"),
        member_row(willow, 2, "田芳"),
        member_row(bamboo, 3, "何莲"),
    ]
    batch = planned("committee", rows, city, user=su)
    assert lanes.kept_keys(batch) == [north_town.path, south_town.path]
    job = batch_queue_apply(batch=batch, actor=Actor.of(su))
    assert list(job.lanes.order_by("key").values_list("key", flat=True)) == [
        north_town.path, south_town.path
    ]  # fmt: skip


def test_a_place_above_towns_is_a_lane_of_its_own(north, north_town, lotus):
    assert lanes.keys_of([north.pk]) == [north.path]
    assert lanes.keys_of([north.pk, north_town.pk, lotus.pk]) == [north.path, north_town.path]


def test_a_row_that_somebody_typed_in_waits_in_the_lane_of_its_town(
    lotus, bamboo, north_town, south_town, city, su
):
    rows = [member_row(lotus, 1, "周兰"), member_row(bamboo, 2, "何莲", elected_on="坏")]
    batch = planned("committee", rows, city, user=su)
    assert lanes.kept_keys(batch) == [north_town.path]
    about = {"batch": batch, "sheet_no": 0, "row_no": 3, "actor": Actor.of(su)}
    row_edit(key="elected_on", text="仍坏", **about)
    assert lanes.keys_now(batch) == [north_town.path]
    row_edit(key="elected_on", text="2021-03-08", **about)
    job = batch_queue_apply(batch=batch, actor=Actor.of(su))
    keys = job.lanes.order_by("key").values_list("key", flat=True)
    assert list(keys) == [north_town.path, south_town.path]
    later = planned("committee", [member_row(bamboo, 4, "田芳")], city, user=su)
    second = batch_queue_apply(batch=later, actor=Actor.of(su))
    assert claim(second.uid) is None
    assert claim(job.uid) is not None


def test_rows_that_change_nothing_wait_for_nobody(lotus, north, lan):
    imported("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    again = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    batch_queue_apply(batch=again, actor=Actor.of(lan))
    assert not JobLane.objects.exists()


def test_a_plan_of_a_release_without_lanes_is_asked_for_its_rows(lotus, north, north_town, lan):
    batch = planned("committee", [member_row(lotus, 1, "周兰")], north, user=lan)
    batch.chunks.filter(part=lanes.PART).delete()
    assert lanes.kept_keys(batch) == [north_town.path]


def test_of_two_imports_into_one_branch_the_second_waits_and_writes_nothing_twice(
    lotus, north, lan
):
    rows = [member_row(lotus, number, name) for number, name in ((1, "周兰"), (2, "田芳"))]
    first, second = [planned("committee", rows, north, user=lan) for _ in range(2)]
    jobs = [batch_queue_apply(batch=batch, actor=Actor.of(lan)) for batch in (first, second)]
    run(jobs[1].uid)
    assert (Person.objects.count(), claim(jobs[1].uid)) == (0, None)
    run(jobs[0].uid)
    run(jobs[1].uid)
    assert (Person.objects.count(), Appointment.objects.count()) == (2, 2)
    assert [Batch.objects.get(pk=one.pk).counts["stale"] for one in (first, second)] == [0, 2]


def test_an_import_tells_every_stage_with_its_numbers(lotus, willow, north, lan):
    rows = [member_row(lotus, 1, "周兰"), member_row(willow, 2, "田芳")]
    batch = opened("committee", rows, north, user=lan)
    plan = done(batch_queue_plan(batch=batch, actor=Actor.of(lan)))
    assert [(one.key, one.done, one.total, one.state) for one in progress_of(plan).stages] == [
        ("reading", 0, 0, "done"),
        # The line of headings is a line of the file, too.
        ("checking", 3, 3, "done"),
        ("comparing", 2, 2, "done"),
        ("keeping", 0, 0, "done"),
    ]
    batch.refresh_from_db()
    write = done(batch_queue_apply(batch=batch, actor=Actor.of(lan)))
    told = told_of(write, handlers.get("apply_import").stages)
    batch.refresh_from_db()
    records = sum(batch.counts["written"].values())
    assert [(one.key, one.done, one.total) for one in told.stages] == [
        ("comparing", 2, 2),
        ("writing", records, records),
        ("figures", 0, 0),
    ]
    # Two women, each with her post at least.
    assert (records >= 4, told.percent) == (True, 100)


STARTING = """
import json
import sys
import django
django.setup()
from celery.signals import worker_init
from federation.celery import app
app.loader.init_worker()
wanted = ("pypinyin", "cadres.counts")
print(json.dumps([name in sys.modules for name in wanted]))
worker_init.send(None)
print(json.dumps([name for name in wanted if name not in sys.modules]))
"""


def test_a_worker_knows_spellings_and_what_is_declared_before_it_divides():
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "federation.settings"}
    told = subprocess.run(
        [sys.executable, "-c", STARTING], env=environment, check=True, stdout=subprocess.PIPE
    )
    known, lacking = map(json.loads, told.stdout.decode().splitlines())
    assert not any(known) and lacking == []
