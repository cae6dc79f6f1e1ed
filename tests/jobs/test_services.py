"""A job is done once, whatever happens to brokers, workers and clocks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from federation.jobs import services
from federation.jobs.lease import LostLease
from federation.jobs.models import Job
from federation.jobs.services import (
    Claimed,
    JobFailed,
    claim,
    enqueue,
    progress_of,
    release,
    sweep,
)

pytestmark = pytest.mark.django_db


def overdue(job: Job) -> None:
    """The worker of this job was killed a while ago."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_workers_hear_of_a_job_only_after_the_callers_commit(
    told, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("wash", batch="b1")
        assert told == []
    assert told == [str(job.uid)]
    job.refresh_from_db()
    assert (job.state, job.payload) == ("queued", {"batch": "b1"})
    assert job.published_at is not None


def test_a_broker_that_is_away_leaves_the_job_queued(
    monkeypatch, django_capture_on_commit_callbacks
):
    def away(*args, **kwargs):
        raise BrokerError

    monkeypatch.setattr(services.app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue("wash")
    job.refresh_from_db()
    assert (job.state, job.published_at) == ("queued", None)


def test_the_sweeper_publishes_what_waits_longer_than_ten_seconds(told):
    job, fresh = enqueue("wash"), enqueue("wash")
    ago = timezone.now() - timedelta(seconds=11)
    Job.objects.filter(pk=job.pk).update(published_at=ago)
    Job.objects.filter(pk=fresh.pk).update(published_at=timezone.now())
    assert sweep() == 1
    assert told == [str(job.uid)]


def test_a_second_message_about_a_job_finds_nothing_to_do(does):
    runs = []
    does(lambda claimed: runs.append(claimed.payload) or {"rows": 3})
    job = enqueue("wash", soap="yes")
    services.run(job.uid)
    services.run(job.uid)
    job.refresh_from_db()
    assert runs == [{"soap": "yes"}]
    assert (job.state, job.result, job.attempts) == ("done", {"rows": 3}, 1)


def test_a_running_job_is_claimed_again_only_after_its_lease():
    job = enqueue("wash")
    first = claim(job.uid)
    assert claim(job.uid) is None
    overdue(job)
    second = claim(job.uid)
    assert (first.token, second.token) == (1, 2)


def test_the_first_owner_of_a_job_that_went_on_elsewhere_writes_nothing(does):
    def slow(claimed: Claimed) -> dict:
        overdue(claimed.job)
        claim(claimed.job.uid)
        with pytest.raises(LostLease), transaction.atomic():
            claimed.fence()
        return {"rows": 3}

    does(slow)
    job = enqueue("wash")
    services.run(job.uid)
    job.refresh_from_db()
    assert (job.state, job.token, job.result) == ("running", 2, {})


def test_the_fence_renews_the_lease_of_the_owner():
    job = enqueue("wash")
    claimed = claim(job.uid)
    soon = timezone.now() + timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(lease_until=soon)
    with transaction.atomic():
        claimed.fence()
    job.refresh_from_db()
    assert job.lease_until > soon


def test_a_fence_outside_a_transaction_guards_nothing_and_says_so(told):
    claimed = claim(enqueue("wash").uid)
    # A thread of its own has a connection of its own: the test's transaction is not around it.
    with ThreadPoolExecutor(1) as elsewhere, pytest.raises(RuntimeError, match="fence"):
        elsewhere.submit(claimed.fence).result()


def test_a_job_that_kills_every_worker_ends_after_five(told):
    job = enqueue("wash")
    for _ in range(services.ATTEMPTS_MAX):
        assert claim(job.uid) is not None
        overdue(job)
    assert claim(job.uid) is None
    assert sweep() == 1
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.problem.startswith("多次尝试都没有完成")
    assert told == []


def test_a_handlers_own_sentence_reaches_the_user(does):
    def refuse(claimed: Claimed) -> dict:
        raise JobFailed("文件已被删除，请重新上传。")

    does(refuse)
    job = enqueue("wash")
    services.run(job.uid)
    job.refresh_from_db()
    assert progress_of(job).message == "文件已被删除，请重新上传。"
    assert progress_of(job).state == "failed"


def test_a_surprise_is_told_without_what_it_quotes(does, caplog):
    def stumble(claimed: Claimed) -> dict:
        raise ValueError("bad cell 500199198001012345")

    does(stumble)
    job = enqueue("wash")
    services.run(job.uid)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "500199" not in job.problem + caplog.text
    assert "ValueError" in caplog.text


def test_a_database_that_was_away_puts_the_job_back(does):
    def cut_off(claimed: Claimed) -> dict:
        raise OperationalError

    does(cut_off)
    job = enqueue("wash")
    services.run(job.uid)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 1)


def test_an_unknown_kind_fails_with_a_sentence():
    job = enqueue("no_such_kind")
    services.run(job.uid)
    job.refresh_from_db()
    assert job.problem == "系统不认识这项后台任务，请联系管理员。"


def test_progress_is_a_percentage_that_reaches_a_hundred_only_when_done(does, told):
    seen = []

    def count(claimed: Claimed) -> dict:
        claimed.progress(2000, 6959, "正在检查")
        seen.append(progress_of(Job.objects.get(pk=claimed.job.pk)))
        claimed.progress(6959, 6959, "正在写入")
        seen.append(progress_of(Job.objects.get(pk=claimed.job.pk)))
        return {}

    does(count)
    job = enqueue("wash")
    services.run(job.uid)
    job.refresh_from_db()
    assert [(one.percent, one.message) for one in seen] == [(28, "正在检查"), (99, "正在写入")]
    assert progress_of(job).percent == 100


def test_a_restarted_worker_frees_only_what_its_predecessor_held(settings, told):
    settings.JOB_HOLDER = "slot-1"
    held = enqueue("wash")
    claim(held.uid)
    settings.JOB_HOLDER = "slot-2"
    other = enqueue("wash")
    claim(other.uid)
    assert release("slot-1") == 1
    assert release("") == 0
    sweep()
    assert told == [str(held.uid)]
