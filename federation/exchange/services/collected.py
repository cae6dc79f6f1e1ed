"""Have a collection written and taken back: one job each, all towns of its files held."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from federation.audit.services import Actor
from federation.exchange import lanes, promises
from federation.exchange.collecting import writing
from federation.exchange.collecting.desk import Desk
from federation.exchange.collecting.records import Collection
from federation.exchange.contents import kept_head
from federation.exchange.models import Batch
from federation.exchange.plan_warnings import NotLookedAt, must_be_looked_at
from federation.exchange.services.collections import locked
from federation.exchange.services.looking import CannotCollect
from federation.exchange.undo_result import UndoResult
from federation.jobs.models import Job
from federation.jobs.services import Claimed, enqueue

WRITE, UNDO = "apply_collection", "undo_collection"


@transaction.atomic
def collection_queue_apply(
    *,
    collection: Collection,
    actor: Actor,
    all_or_nothing: bool = False,
    is_looked_at: bool = False,
    shown: str | None = None,
) -> Job:
    """Have a worker write all files, as far as each is what the page tells now.

    ``shown``: the mark of the page (``Desk.mark``) on which somebody pressed, where it was one.
    Raises NotLookedAt where one changes a field of very many rows, unless ``is_looked_at``;
    CannotCollect where the collection waits no more, or the page told something else.
    """
    desk = _held(collection)
    if shown not in (None, desk.mark):
        raise CannotCollect(_("打开这一页以后又有改动，请核对后再写入。"))
    if not is_looked_at and any(must_be_looked_at(kept_head(one)) for one in desk.planned):
        raise NotLookedAt
    towns = {key for batch in desk.planned for key in lanes.keys_now(batch)}
    collection.counts = {}
    collection.save(update_fields=["counts"])
    return enqueue(
        WRITE,
        created_by=actor.user,
        subject=collection.uid,
        lanes=[*towns, *(f"batch.{batch.uid.hex}" for batch in desk.planned)],
        promised={str(one.ordinal): _mark_of(one) for one in desk.planned},
        all_or_nothing=all_or_nothing,
        is_looked_at=is_looked_at,
    )


def _held(collection: Collection) -> Desk:
    """The desk of a collection, locked with its files: no plan of them is made anew meanwhile."""
    collection = locked(collection)
    list(collection.batches.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return Desk(collection)


def _mark_of(batch: Batch) -> str:
    """By what it is known whether the rows of a file are what the page tells now."""
    return promises.mark_of(batch.sheet, promises.rows_told(batch))


@transaction.atomic
def collection_queue_undo(*, collection: Collection, actor: Actor) -> Job:
    """Have a worker take all written files back."""
    written = collection.batches.filter(state=Batch.State.APPLIED)
    towns = {key for batch in written for key in lanes.kept_keys(batch)}
    return enqueue(UNDO, created_by=actor.user, subject=collection.uid, lanes=towns)


def collection_apply(
    *, collection: Collection, claimed: Claimed | None = None, **payload: Any
) -> Collection:
    """Write a collection in one transaction; see ``writing.write``."""
    return writing.write(collection, claimed, payload or (claimed.payload if claimed else {}))


def collection_undo(
    *, collection: Collection, actor: Actor, claimed: Claimed | None = None
) -> tuple[Collection, list[UndoResult]]:
    """Take a written collection back, for 30 days. Raises CannotUndo."""
    return writing.undo(collection, actor, claimed)
