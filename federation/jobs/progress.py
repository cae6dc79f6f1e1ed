"""How far a job is: told by the process that does it, read by the pages that wait.

A job of several stages has one bar, of which each stage takes a part by weight. The bar never
moves back, not even when another process takes the job up again.
"""

import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic, time
from typing import Any

from django.core.cache import cache
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from federation.jobs.models import Job

log = logging.getLogger(__name__)

UNREACHABLE = (OSError, RedisError, BrokerError)
KEPT_SECONDS = 24 * 3600
#: what is told again and again is kept no more often than this
PAUSE_SECONDS = 0.2
#: before that nobody knows how fast the work goes
ETA_AFTER_SECONDS = 2.0
#: the rate is that of the last moments: stages differ
ETA_WINDOW_SECONDS = 10.0


@dataclass(frozen=True)
class Stage:
    """One stage: how many of how many (0: not known); ``state`` is done, now or "" (to come)."""

    key: str
    done: int
    total: int
    state: str


@dataclass(frozen=True)
class Progress:
    """How far a job is. ``percent`` 0-100; ``total`` 0 while the amount is unknown.

    ``eta_seconds`` is None as long as nobody can tell. ``stages``: as the handler declares them.
    """

    done: int
    total: int
    message: str
    percent: int
    state: str
    stages: tuple[Stage, ...] = ()
    eta_seconds: int | None = None


class Tracker:
    """Turns what a worker tells of one job into a share that only grows, and the seconds left.

    ``weights``: the stages in their order, each with its part of the whole.
    """

    def __init__(self, job: Job, weights: Mapping[str, int]) -> None:
        self.job, self.weights = job, weights
        self.share = -1.0
        self.counts: dict[str, tuple[int, int]] = {}
        self.marks: deque[tuple[float, float]] = deque()
        self.began = self.told_at = monotonic()
        self.told = (-1, "", "")

    def tell(self, done: int, total: int, message: str = "", stage: str = "") -> bool:
        """Keep the news for the pages; False when they are the same as a moment ago."""
        now = monotonic()
        if self.share < 0:
            self.share = _kept(self.job).get("share", 0.0)
        self.share = max(self.share, self._share(done, total, stage))
        if stage:
            self.counts[stage] = max((done, total), self.counts.get(stage, (0, 0)))
        news = (percent_of(self.share), message, stage)
        if news == self.told and now - self.told_at < PAUSE_SECONDS:
            return False
        self.told, self.told_at = news, now
        record = {"done": done, "total": total, "message": message, "stage": stage}
        record |= {"share": self.share, "counts": self.counts}
        cache_set(_key(self.job), {**record, "eta": self._eta(now), "at": time()})
        return True

    def _share(self, done: int, total: int, stage: str) -> float:
        part = min(1.0, done / total) if total else 0.0
        if stage not in self.weights:
            # Work before the first stage of its own moves no bar of several stages.
            return 0.0 if self.weights else part
        before = 0
        for key, weight in self.weights.items():
            if key == stage:
                return (before + weight * part) / sum(self.weights.values())
            before += weight
        return part

    def _eta(self, now: float) -> float | None:
        self.marks.append((now, self.share))
        while len(self.marks) > 2 and now - self.marks[0][0] > ETA_WINDOW_SECONDS:
            self.marks.popleft()
        since, share = self.marks[0]
        if now - self.began < ETA_AFTER_SECONDS or self.share <= share:
            return None
        return (1 - self.share) * (now - since) / (self.share - share)


def percent_of(share: float) -> int:
    """Whole hundredths; a sum of thirds that lacks a hair counts as whole."""
    return int(share * 100 + 1e-9)


def told_of(job: Job, weights: Mapping[str, int]) -> Progress:
    """What was last told of ``job``."""
    kept = _kept(job)
    is_over = job.state in (Job.State.FAILED, Job.State.CANCELLED)
    is_done = job.state == Job.State.DONE
    return Progress(
        kept.get("done", 0),
        kept.get("total", 0),
        job.problem if is_over else kept.get("message", ""),
        100 if is_done else min(99, percent_of(kept.get("share", 0.0))),
        job.state,
        _stages(kept, weights, is_done),
        _left(kept) if job.state == Job.State.RUNNING else None,
    )


def _stages(kept: dict[str, Any], weights: Mapping[str, int], is_done: bool) -> tuple[Stage, ...]:
    keys = list(weights)
    counts = kept.get("counts", {})
    now = keys.index(kept["stage"]) if kept.get("stage") in weights else -1
    states = ["done" if is_done or n < now else "now" if n == now else "" for n in range(len(keys))]
    found = []
    for key, state in zip(keys, states, strict=True):
        done, total = counts.get(key, (0, 0))
        found.append(Stage(key, done, total, state))
    return tuple(found)


def _left(kept: dict[str, Any]) -> int | None:
    """Whole seconds left; None when nothing was told, or when the time told has run out."""
    if kept.get("eta") is None:
        return None
    left = round(kept["eta"] - (time() - kept["at"]))
    return left if left > 0 else None


def ask_to_stop(job: Job) -> None:
    """Leave word for the worker; it is heard while the worker keeps the database to itself."""
    cache_set(_stop_key(job), 1)


def is_asked_to_stop(job: Job) -> bool:
    """Whether somebody wants the work stopped."""
    return cache_get(_stop_key(job)) is not None


def forget_to_stop(job: Job) -> None:
    """The wish came too late."""
    try:
        cache.delete(_stop_key(job))
    except UNREACHABLE:
        return


def _kept(job: Job) -> dict[str, Any]:
    found = cache_get(_key(job))
    # A release before kept something else.
    return found if isinstance(found, dict) else {}


def _key(job: Job) -> str:
    return f"job-progress-{job.uid}"


def _stop_key(job: Job) -> str:
    return f"job-stop-{job.uid}"


def cache_set(key: str, value: Any) -> None:
    """Keep a value for a day. A cache that is away is no error."""
    try:
        cache.set(key, value, KEPT_SECONDS)
    except UNREACHABLE as problem:
        log.warning("progress is not shown, cache away: %s", type(problem).__name__)


def cache_get(key: str) -> Any:
    """A kept value; None when there is none, or when the cache is away."""
    try:
        return cache.get(key)
    except UNREACHABLE:
        return None
