"""The Celery tasks of this room: run one job, sweep all of them."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from federation.jobs import services
from federation.jobs.pulse import leave_pulse


@shared_task(name="jobs.run")
def run(uid: str) -> None:
    """Do the job of this uid, if it still waits."""
    services.run(uid)


@shared_task(name="jobs.sweep")
def sweep() -> int:
    """Publish again what waits too long or lost its worker. Returns how many."""
    leave_pulse()
    return services.sweep()


@worker_ready.connect(dispatch_uid="jobs_take_over")
def take_over(**kwargs: Any) -> None:
    """A restarted worker frees what its killed predecessor held."""
    if settings.JOB_HOLDER:
        services.release(settings.JOB_HOLDER)
        services.sweep()
