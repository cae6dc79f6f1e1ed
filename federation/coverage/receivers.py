"""Figures follow records: the one receiver of ``records_changed``."""

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from federation.coverage.declare import indicators
from federation.coverage.services import mark_dirty, recompute
from federation.jobs.services import enqueue
from federation.signals import records_changed


@receiver(records_changed, dispatch_uid="coverage_follows_records")
def follow(sender: Any, organisation_ids: set[int], inline: bool = False, **kwargs: Any) -> None:
    """Count a single edit at once; mark what a batch touched and leave it to a job.

    The job is the guarantee. The process that commits the batch also counts right away, so that a
    command shows its effect without a worker; whoever comes second finds no marks.
    """
    watched = {label for indicator in indicators for label in indicator.counts}
    touched = {pk for pk in organisation_ids if pk is not None}
    if not touched or (sender is not None and sender._meta.label not in watched):
        return
    if inline:
        recompute(touched)
        return
    mark_dirty(touched)
    enqueue("recompute_coverage")
    transaction.on_commit(recompute, robust=True)
