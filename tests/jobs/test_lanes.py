"""Jobs that write the same place follow each other, the oldest first; others do not wait."""

from datetime import timedelta

import pytest
from django.utils import timezone

from federation.jobs import services
from federation.jobs.lanes import ahead
from federation.jobs.models import Job
from federation.jobs.services import cancel, claim, enqueue, sweep

pytestmark = pytest.mark.django_db


def end(claimed) -> None:
    """The work of this job is done."""
    Job.objects.filter(pk=claimed.job.pk).update(state=Job.State.DONE, lease_until=None)


def died(claimed) -> None:
    """The worker of this job was killed a while ago."""
    ago = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=claimed.job.pk).update(lease_until=ago)


def test_the_second_in_a_lane_waits_for_the_first_and_says_so():
    first, second = enqueue("wash", lanes=["00010001"]), enqueue("wash", lanes=["00010001"])
    assert (ahead(first), ahead(second)) == (0, 1)
    assert claim(second.uid) is None
    taken = claim(first.uid)
    assert claim(second.uid) is None
    end(taken)
    assert ahead(second) == 0
    assert claim(second.uid) is not None


def test_jobs_of_other_places_and_of_none_do_not_wait():
    enqueue("wash", lanes=["00010001"])
    assert claim(enqueue("wash", lanes=["00010002"]).uid) is not None
    assert claim(enqueue("wash").uid) is not None


def test_a_job_of_several_places_waits_for_each_and_each_for_it():
    left = enqueue("wash", lanes=["00010001"])
    both = enqueue("wash", lanes=["00010001", "00010002"])
    right = enqueue("wash", lanes=["00010002"])
    assert [ahead(job) for job in (left, both, right)] == [0, 1, 1]
    assert [claim(job.uid) is not None for job in (right, both)] == [False, False]
    end(claim(left.uid))
    assert claim(right.uid) is None
    end(claim(both.uid))
    assert claim(right.uid) is not None


def test_one_job_counts_once_however_many_places_it_shares():
    enqueue("wash", lanes=["00010001", "00010002", "00010003"])
    assert ahead(enqueue("wash", lanes=["00010002", "00010001", "00010003"])) == 1


def test_of_all_waiting_jobs_one_can_always_go():
    lanes = (["1", "2"], ["2", "3"], ["3", "1"], ["1", "2", "3"])
    jobs = [enqueue("wash", lanes=keys) for keys in lanes]
    done = []
    while len(done) < len(jobs):
        taken = [found for job in jobs if (found := claim(job.uid))]
        assert len(taken) == 1
        end(taken[0])
        done.append(taken[0].job.pk)
    assert done == sorted(done)


def test_an_older_job_committed_late_waits_for_the_one_at_work():
    late, early = enqueue("wash", lanes=["00010001"]), enqueue("wash", lanes=["00010001"])
    Job.objects.filter(pk=late.pk).update(state=Job.State.DONE)
    at_work = claim(early.uid)
    Job.objects.filter(pk=late.pk).update(state=Job.State.QUEUED)
    assert (claim(late.uid), ahead(late)) == (None, 1)
    end(at_work)
    assert claim(late.uid) is not None


def test_two_orphans_of_one_lane_do_not_wait_for_each_other():
    late, early = enqueue("wash", lanes=["00010001"]), enqueue("wash", lanes=["00010001"])
    Job.objects.filter(pk=late.pk).update(state=Job.State.DONE)
    died(claim(early.uid))
    Job.objects.filter(pk=late.pk).update(state=Job.State.QUEUED)
    assert claim(early.uid) is None
    end(claim(late.uid))
    assert claim(early.uid) is not None


def test_the_end_of_a_job_calls_the_next_in_its_lane_and_only_that(does, told):
    does(lambda claimed: {})
    jobs = [enqueue("wash", lanes=["00010001"]) for _ in range(3)]
    enqueue("wash", lanes=["00010002"])
    services.run(jobs[0].uid)
    assert told == [str(jobs[1].uid)]


def test_stopping_a_job_calls_the_next_in_its_lane(told):
    first, second = enqueue("wash", lanes=["00010001"]), enqueue("wash", lanes=["00010001"])
    cancel(first)
    assert told == [str(second.uid)]


def test_the_sweeper_is_silent_about_jobs_whose_turn_has_not_come(told):
    first, second = enqueue("wash", lanes=["00010001"]), enqueue("wash", lanes=["00010001"])
    assert sweep() == 1
    assert told == [str(first.uid)]
    assert second.state == Job.State.QUEUED
