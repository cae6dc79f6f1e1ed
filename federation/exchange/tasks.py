"""The exchange's background work."""

from typing import Any

from celery import shared_task
from celery.signals import task_postrun, worker_init, worker_process_init
from django.utils.translation import gettext as _

from federation.access.scope import Grant
from federation.audit.services import Actor
from federation.exchange import services, spare
from federation.exchange.declare import part_registry, sheets
from federation.exchange.models import Batch, Collection
from federation.exchange.understanding.header import know
from federation.jobs.services import Claimed, JobFailed, enqueue, handler
from federation.spelling import dictionary


def _batch(claimed: Claimed) -> Batch:
    found = Batch.objects.select_related("organisation", "actor")
    return found.get(uid=str(claimed.job.subject))


def _collection(claimed: Claimed) -> Collection:
    found = Collection.objects.select_related("organisation", "actor")
    return found.get(uid=str(claimed.job.subject))


# The parts of the time that the stages took of a roster of 8,435 rows.
@handler("plan_import", reading=20, checking=35, comparing=37, keeping=8)
def plan_import(claimed: Claimed) -> dict[str, Any]:
    """Read, check and plan a workbook."""
    return services.result_of(services.batch_plan(batch=_batch(claimed), claimed=claimed))


@handler("apply_import", comparing=25, writing=50, figures=25)
def apply_import(claimed: Claimed) -> dict[str, Any]:
    """Write a plan."""
    by, batch = claimed.job.created_by, _batch(claimed)
    if by is not None and not by.scope(Grant.IMPORT).covers_people(batch.organisation.path):
        raise JobFailed(_("您在这个单位已没有导入权限，没有写入。"))
    return services.result_of(services.batch_apply(batch=batch, claimed=claimed))


@handler("undo_import", restoring=85, figures=15)
def undo_import(claimed: Claimed) -> dict[str, Any]:
    """Take an import back."""
    by, batch = claimed.job.created_by, _batch(claimed)
    if by is not None and not by.scope(Grant.IMPORT).covers_people(batch.organisation.path):
        raise JobFailed(_("您在这个单位已没有导入权限，没有撤销。"))
    actor = Actor.of(by) if by else Actor.system()
    try:
        done = services.batch_undo(batch=batch, actor=actor, claimed=claimed)
    except services.CannotUndo as reason:
        raise JobFailed(str(reason)) from reason
    return {"restored": done.restored, "kept": len(done.kept), "emptied": len(done.emptied)}


@handler("check_collected", reading=20, checking=35, comparing=37, keeping=8)
def check_collected(claimed: Claimed) -> dict[str, Any]:
    """Find out what a collected file is, and plan it."""
    return services.result_of(services.file_check(batch=_batch(claimed), claimed=claimed))


@handler("apply_collection", files=100)
def apply_collection(claimed: Claimed) -> dict[str, Any]:
    """Write all files of a collection."""
    by, collection = claimed.job.created_by, _collection(claimed)
    if by is not None and not by.scope(Grant.IMPORT).covers_people(collection.organisation.path):
        raise JobFailed(_("您在这个单位已没有导入权限，没有写入。"))
    done = services.collection_apply(collection=collection, claimed=claimed)
    return {"state": done.state, **done.counts}


@handler("undo_collection", files=100)
def undo_collection(claimed: Claimed) -> dict[str, Any]:
    """Take a written collection back."""
    by, collection = claimed.job.created_by, _collection(claimed)
    if by is not None and not by.scope(Grant.IMPORT).covers_people(collection.organisation.path):
        raise JobFailed(_("您在这个单位已没有导入权限，没有撤销。"))
    actor = Actor.of(by) if by else Actor.system()
    try:
        done, _results = services.collection_undo(
            collection=collection, actor=actor, claimed=claimed
        )
    except services.CannotUndo as reason:
        raise JobFailed(str(reason)) from reason
    return {"state": done.state, **done.counts}


@handler("expire")
def expire_imports(claimed: Claimed) -> dict[str, Any]:
    """Remove files and plans that are older than 30 days."""
    return {"expired": services.expire()}


@shared_task(name="exchange.expire")
def expire() -> None:
    """Beat's hint: have the clean-up done as a job."""
    enqueue("expire")


@worker_init.connect(dispatch_uid="exchange_ready")
def make_ready(**kwargs: Any) -> None:
    """Load spellings and sheets before the worker divides: its processes share them, none waits."""
    dictionary()
    part_registry.discover()
    for sheet in sheets:
        know(sheet)


@worker_process_init.connect(dispatch_uid="exchange_child_ready")
def keep_child(**kwargs: Any) -> None:
    """Whoever runs jobs has a process loaded that reads the next workbook."""
    spare.keep_one()


@task_postrun.connect(dispatch_uid="exchange_child_again")
def have_child_again(**kwargs: Any) -> None:
    """Between jobs, when nobody waits."""
    spare.refill()
