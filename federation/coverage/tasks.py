"""Background work on figures: what batches left to do, and the nightly check."""

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_init
from django.db import transaction
from django.utils import timezone

from federation.access.tree import organisation_model
from federation.audit.services import Actor, record_event
from federation.coverage.counts import counts, report_sources
from federation.coverage.declare import indicators
from federation.coverage.models import CoverageRow
from federation.coverage.periods import current_period
from federation.coverage.services import months_freeze, rebuild, recompute, verify
from federation.jobs.services import Claimed, enqueue, handler

log = logging.getLogger(__name__)
NAMED_AT_MOST = 100


@worker_init.connect(dispatch_uid="coverage_ready")
def make_ready(**kwargs: Any) -> None:
    """Load what is counted before the worker divides: its processes share it, and none waits."""
    for declared in (counts, report_sources, indicators):
        declared.discover()


@handler("recompute_coverage")
def recompute_coverage(claimed: Claimed) -> dict[str, Any]:
    """Count what is marked dirty."""
    with transaction.atomic():
        claimed.fence()
        return {"organisations": recompute()}


@handler("freeze_coverage")
def freeze_coverage(claimed: Claimed) -> dict[str, Any]:
    """Keep the months that have ended as they were."""
    with transaction.atomic():
        claimed.fence()
        return {"months": months_freeze()}


@handler("verify_coverage")
def verify_coverage(claimed: Claimed) -> dict[str, Any]:
    """Check the stored figures as of their own day, raise the alarm, rebuild as of today."""
    with transaction.atomic():
        claimed.fence()
        codes = check()
        # Whoever was switched off on the first of the month catches up here.
        months_freeze()
        return {**rebuild(on=timezone.localdate()), "differences": len(codes)}


def check() -> list[str]:
    """The codes of organisations whose stored figures differ; a difference is an alarm."""
    recompute()
    if not CoverageRow.objects.filter(period=current_period()).exists():
        return []
    found = [difference.organisation_id for difference in verify()]
    nodes = organisation_model().objects.in_bulk(found)
    codes = [nodes[pk].code for pk in found if pk in nodes]
    if codes:
        record_event(
            "coverage_differs",
            actor=Actor.system(),
            differences=len(codes),
            organisations=codes[:NAMED_AT_MOST],
        )
        log.error("%s organisations differ from a recount: %s", len(codes), codes[:NAMED_AT_MOST])
    return codes


@shared_task(name="coverage.month_end")
def month_end() -> None:
    """Write the job that freezes the month that has ended."""
    enqueue("freeze_coverage")


@shared_task(name="coverage.nightly")
def nightly() -> None:
    """Write the job that checks and rebuilds the figures."""
    enqueue("verify_coverage")
