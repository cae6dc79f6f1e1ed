"""Writing down, with an import, which values of organisations it changed; and taking that back."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from federation.audit.models import Change
from federation.audit.services import Actor, open_change
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks, insert_rows
from federation.exchange.entering import Entering, Entries, Entry, posted_for
from federation.exchange.models import Batch
from federation.exchange.overruled import Overruled
from federation.exchange.values import Value, changed_values
from federation.identity import uuid7

State = Overruled.State
COLUMNS = (
    "uid", "organisation_id", "batch_id", "model", "object_uid", "shown", "entered_by_id",
    "entered_label", "entered_at", "changed_by_id", "changed_label", "changed_from_id",
    "changed_at", "state", "answered_label", "settled_label",
)  # fmt: skip


def record(batch: Batch, actor: Actor, *, is_changing: bool) -> int:
    """Write down what the written ``batch`` changed of what organisations had entered last.

    In the transaction of the writing, after its change log. Returns how many values.
    ``is_changing``: whether the plan had changes at all. What only brings in new records asks
    nothing of who made the others.
    """
    if not is_changing:
        return 0
    written = Change.objects.filter(batch=batch.uid, operation=Change.Operation.UPDATE)
    writer = actor.user and actor.user.pk
    entering = Entering({batch.actor_id, writer}, ~Q(batch=batch.uid))
    if not entering.wrote_about(written):
        return 0
    entries = entering.last(written.values_list("object_uid", flat=True))
    return insert_rows(Overruled, COLUMNS, _rows(batch, actor, _changed(written, entries)))


def _changed(written: QuerySet[Change], entries: Entries) -> Iterator[tuple[Change, Value, Entry]]:
    """What the import changed of what was entered, each value of a record once."""
    seen = set()
    for block in in_blocks(entries):
        found = keyed(written, "object_uid", block).order_by("pk")
        for change in found.iterator(chunk_size=2000):
            before, after = open_change(change)
            for value in changed_values(change.model, before or {}, after or {}):
                entry = entries[change.object_uid].get(value.shown)
                if entry is not None and (change.object_uid, value) not in seen:
                    seen.add((change.object_uid, value))
                    yield change, value, entry


def _rows(
    batch: Batch, actor: Actor, changed: Iterable[tuple[Change, Value, Entry]]
) -> Iterator[tuple[Any, ...]]:
    told = connection.ops.adapt_datetimefield_value
    by, place = actor.user and actor.user.pk, _place_of(batch, actor)
    for change, value, entry in changed:
        about = (batch.pk, change.model, change.object_uid.hex, value.shown)
        entered = (entry.actor_id, entry.actor_label, told(entry.at))
        yield (
            uuid7().hex, entry.organisation_id, *about, *entered, by, actor.label, place,
            told(change.at), State.OPEN.value, "", "",
        )  # fmt: skip


def _place_of(batch: Batch, actor: Actor) -> int:
    """Where whoever writes is posted for it: at the batch's organisation or the nearest above."""
    found = posted_for(batch.organisation, actor.user)
    return batch.organisation_id if found is None else found.pk


def take_back(batch: Batch, actor: Actor, kept: Iterable[UUID]) -> None:
    """With the import go the questions nobody answered, and those it settles by going.

    ``kept``: records that undoing left as they were. There the import still holds: what is asked
    about them, or said to be wrong, still is.
    """
    staying = set(kept)
    gone: dict[str, list[int]] = {State.OPEN: [], State.WRONG: []}
    asked = Overruled.objects.filter(batch=batch, state__in=list(gone))
    for pk, uid, state in asked.values_list("pk", "object_uid", "state"):
        if uid not in staying:
            gone[state].append(pk)
    for block in in_blocks(gone[State.OPEN]):
        keyed(Overruled.objects.all(), "id", block).delete()
    settled = {"settled_by": actor.user, "settled_label": actor.label}
    for block in in_blocks(gone[State.WRONG]):
        keyed(Overruled.objects.all(), "id", block).update(
            state=State.RESTORED, settled_at=timezone.now(), **settled
        )
