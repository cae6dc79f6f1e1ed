"""Imports in the hands of the worker: what somebody may do is asked again when it is done."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cadres.models import Person
from federation.audit.services import Actor
from federation.exchange.models import Batch
from federation.exchange.services import batch_queue_apply, batch_queue_undo
from federation.jobs.models import Job
from federation.jobs.services import run
from tests.exchange.tables import imported, member_row, planned

pytestmark = pytest.mark.django_db


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
    assert Batch.objects.get().counts["stale"] == 1


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
