"""The bar moves within a stage, never back, and says how long it may take."""

import pytest

from federation.jobs import progress
from federation.jobs.models import Job
from federation.jobs.progress import Tracker, told_of
from federation.jobs.services import claim, enqueue, progress_of

pytestmark = pytest.mark.django_db
WEIGHTS = {"soak": 20, "wash": 60, "dry": 20}


@pytest.fixture
def clock(monkeypatch):
    """Both clocks of the module, moved by hand."""
    now = [1000.0]
    for name in ("monotonic", "time"):
        monkeypatch.setattr(progress, name, lambda: now[0])
    return now


@pytest.fixture
def job(db) -> Job:
    found = enqueue("wash")
    Job.objects.filter(pk=found.pk).update(state=Job.State.RUNNING)
    found.refresh_from_db()
    return found


def percent(job: Job) -> int:
    return told_of(job, WEIGHTS).percent


def test_each_stage_takes_its_part_of_the_bar(job):
    tracker, seen = Tracker(job, WEIGHTS), []
    for stage, done in (("soak", 5), ("soak", 10), ("wash", 5), ("dry", 0), ("dry", 5)):
        tracker.tell(done, 10, stage=stage)
        seen.append(percent(job))
    assert seen == [10, 20, 50, 80, 90]


def test_the_bar_never_moves_back(job):
    tracker, seen = Tracker(job, WEIGHTS), []
    for stage, done, total in (("wash", 5, 10), ("wash", 5, 40), ("soak", 1, 10), ("wash", 0, 0)):
        tracker.tell(done, total, stage=stage)
        seen.append(percent(job))
    assert seen == [50, 50, 50, 50]


def test_another_process_goes_on_where_the_bar_stood(job):
    Tracker(job, WEIGHTS).tell(5, 10, stage="wash")
    again = Tracker(job, WEIGHTS)
    again.tell(1, 10, stage="soak")
    assert percent(job) == 50
    again.tell(9, 10, stage="wash")
    assert percent(job) == 74


def test_every_stage_says_how_many_of_how_many(job):
    tracker = Tracker(job, WEIGHTS)
    tracker.tell(10, 10, stage="soak")
    tracker.tell(3, 10, stage="wash")
    stages = told_of(job, WEIGHTS).stages
    assert [(one.key, one.done, one.total, one.state) for one in stages] == [
        ("soak", 10, 10, "done"),
        ("wash", 3, 10, "now"),
        ("dry", 0, 0, ""),
    ]


def test_a_stage_of_unknown_size_leaves_the_bar_at_its_beginning(job):
    Tracker(job, WEIGHTS).tell(500, 0, stage="wash")
    found = told_of(job, WEIGHTS)
    assert (found.percent, found.stages[1].done, found.stages[1].total) == (20, 500, 0)


def test_nobody_is_told_how_long_it_takes_before_two_seconds(job, clock):
    tracker = Tracker(job, WEIGHTS)
    for moment, done in ((0.0, 1), (1.0, 2), (1.9, 3)):
        clock[0] = 1000.0 + moment
        tracker.tell(done, 10, stage="wash")
        assert told_of(job, WEIGHTS).eta_seconds is None


def test_the_time_left_follows_the_rate_of_the_last_ten_seconds(job, clock):
    tracker = Tracker(job, {"wash": 1})
    # Ten seconds of 1 % each, then ten of 5 %: the 40 % that are left take 8 seconds.
    for second in range(11):
        clock[0] = 1000.0 + second
        tracker.tell(second, 100, stage="wash")
    assert told_of(job, {"wash": 1}).eta_seconds == 90
    for second in range(1, 11):
        clock[0] = 1010.0 + second
        tracker.tell(10 + 5 * second, 100, stage="wash")
    assert told_of(job, {"wash": 1}).eta_seconds == 8


def test_the_time_left_runs_down_between_two_words_and_is_never_less_than_a_second(job, clock):
    tracker = Tracker(job, {"wash": 1})
    for second in range(6):
        clock[0] = 1000.0 + second
        tracker.tell(second, 10, stage="wash")
    seen = []
    for later in (0, 3, 5, 9):
        clock[0] = 1005.0 + later
        seen.append(told_of(job, {"wash": 1}).eta_seconds)
    assert seen == [5, 2, None, None]


def test_the_same_news_are_kept_once_a_moment(job, clock):
    tracker = Tracker(job, {"wash": 1})
    told = []
    for moment, done in ((0, 1), (0.1, 2), (0.15, 2), (0.3, 3), (0.31, 500)):
        clock[0] = 1000.0 + moment
        told.append(tracker.tell(done, 1000, stage="wash"))
    # 500 of 1,000 is another percentage: that is news at once.
    assert told == [True, False, False, True, True]


def test_what_an_earlier_release_kept_of_a_job_is_passed_over(job):
    progress.cache_set(f"job-progress-{job.uid}", (5, 100, "reading"))
    assert percent(job) == 0


def test_a_handler_declares_the_stages_of_its_kind(does):
    does(lambda claimed: {}, soak=1, wash=3)
    job = enqueue("wash")
    claim(job.uid).progress(1, 2, stage="wash")
    job.refresh_from_db()
    found = progress_of(job)
    # A quarter for soaking, half of the rest: 25 + 37.5.
    assert (found.percent, [one.key for one in found.stages]) == (62, ["soak", "wash"])
