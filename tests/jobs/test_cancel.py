"""A stopped job ends, whoever works on it, and leaves nothing behind."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from federation.access.models import Role
from federation.jobs import services
from federation.jobs.lease import LostLease, renew
from federation.jobs.models import Job
from federation.jobs.progress import ask_to_stop, is_asked_to_stop
from federation.jobs.services import cancel, claim, enqueue, progress_of, sweep

pytestmark = pytest.mark.django_db


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_a_waiting_job_is_stopped_and_never_begins(told):
    job = enqueue("wash")
    assert cancel(job)
    assert (state(job), claim(job.uid), sweep(), told) == ("cancelled", None, 0, [])
    assert job.finished_at is not None
    assert progress_of(job).message == "已停止，没有改动任何数据。"


def test_the_worker_of_a_stopped_job_ends_where_it_next_tells_how_far_it_is(does):
    reached = []

    def slow(claimed) -> dict:
        claimed.progress(1, 3)
        assert cancel(Job.objects.get(pk=claimed.job.pk))
        reached.append("stopped")
        claimed.progress(2, 3)
        reached.append("went on")
        return {}

    does(slow)
    job = enqueue("wash")
    services.run(job.uid)
    assert (reached, state(job), job.result) == (["stopped"], "cancelled", {})


def test_a_stopped_job_rolls_back_at_its_fence_even_when_it_never_told_anything(does):
    def mute(claimed) -> dict:
        assert cancel(claimed.job)
        with transaction.atomic():
            Role.objects.filter(code="leader").update(name="改名")
            claimed.fence()
        return {}

    does(mute)
    before = Role.objects.get(code="leader").name
    job = enqueue("wash")
    services.run(job.uid)
    assert (state(job), Role.objects.get(code="leader").name) == ("cancelled", before)


def test_a_stopped_job_keeps_no_lease():
    job = enqueue("wash")
    claimed = claim(job.uid)
    assert cancel(job)
    assert not renew(job.pk, claimed.token)


def test_what_is_committed_cannot_be_stopped_any_more(does):
    answers = []

    def late(claimed) -> dict:
        with transaction.atomic():
            claimed.fence()
        answers.append(cancel(Job.objects.get(pk=claimed.job.pk)))
        claimed.progress(3, 3)
        return {"rows": 3}

    does(late)
    job = enqueue("wash")
    services.run(job.uid)
    assert (answers, state(job), job.result) == ([False], "done", {"rows": 3})
    assert not is_asked_to_stop(job)


def test_a_job_that_has_ended_stays_as_it_ended(does):
    does(lambda claimed: {"rows": 3})
    job = enqueue("wash")
    services.run(job.uid)
    assert not cancel(job)
    assert state(job) == "done"


def test_a_worker_hears_the_word_while_it_keeps_the_database_to_itself(does):
    def busy(claimed) -> dict:
        ask_to_stop(claimed.job)
        with pytest.raises(LostLease):
            claimed.progress(1, 3, "half")
        assert cancel(claimed.job)
        claimed.progress(2, 3)
        return {}

    does(busy)
    job = enqueue("wash")
    services.run(job.uid)
    assert state(job) == "cancelled"


def test_a_stopped_job_whose_worker_died_is_not_taken_up_again(told):
    job = enqueue("wash")
    claim(job.uid)
    cancel(job)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert (sweep(), claim(job.uid), state(job)) == (0, None, "cancelled")
