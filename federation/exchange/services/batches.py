"""One workbook: open a batch, plan it, write it, take it back, let it expire."""

from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from federation.audit.services import Actor
from federation.exchange import (
    applying,
    deciding,
    lanes,
    plan_report,
    planning,
    previews,
    promises,
    releases,
    undoing,
)
from federation.exchange.declare import sheets
from federation.exchange.entering import posted_for
from federation.exchange.models import Batch, HeadingMemory, PlanChunk
from federation.exchange.plan_warnings import NotLookedAt, must_be_looked_at
from federation.exchange.previews import Facts
from federation.exchange.rawrows import Rechecked
from federation.exchange.storage import drop_file, drop_strays, keep_file
from federation.exchange.understanding.mapping import Mapping as ColumnMapping
from federation.jobs.models import Job
from federation.jobs.services import UNFINISHED, Claimed, cancel, enqueue

#: an upload that nobody has had checked by then is given up
CHECKED_WITHIN = timedelta(hours=24)
CannotUndo = undoing.CannotUndo
UndoResult = undoing.UndoResult


def batch_open(
    *,
    sheet: str,
    organisation: Any,
    as_of: date,
    actor: Actor,
    file_name: str,
    data: bytes,
    all_or_nothing: bool = False,
) -> Batch:
    """Keep an uploaded workbook, sealed, as a batch to be planned.

    ``organisation`` is the ceiling of what it may write. Raises KeyError for an unknown sheet and
    ValueError for a day that is still to come.
    """
    if sheets.get(sheet) is None:
        raise KeyError(sheet)
    if as_of > timezone.localdate():
        raise ValueError(as_of.isoformat())
    batch = Batch(
        sheet=sheet,
        organisation=organisation,
        sent_from=posted_for(organisation, actor.user),
        as_of=as_of,
        actor=actor.user,
        actor_label=actor.label,
        state=Batch.State.UPLOADED,
        all_or_nothing=all_or_nothing,
        file_name=file_name[-200:],
    )
    _keep(batch, data)
    return batch


def _keep(batch: Batch, data: bytes) -> None:
    """The file, sealed, and its batch, for as long as both are kept."""
    batch.file_sha256 = sha256(data).hexdigest()
    batch.kept_until = timezone.now() + planning.KEPT
    keep_file(batch, data)
    batch.save()


def batch_plan(
    *,
    batch: Batch,
    claimed: Claimed | None = None,
    mapping: Mapping[str, str | None] | None = None,
) -> Batch:
    """Check the workbook and keep the plan. ``mapping``: column letter → key, None to leave out.

    The batch comes back as ``planned`` or, with its reason, as ``refused``.
    """
    return planning.plan(batch, claimed, mapping)


def batch_apply(*, batch: Batch, claimed: Claimed | None = None) -> Batch:
    """Write the plan in one transaction; harmless when it is written already.

    Where somebody typed in cells the plan is made again first. It is written only if it is still
    what the page promised, by rules that still hold; else the batch comes back as planned.

    Stale rows are left out and counted (``counts["stale"]``). With ``all_or_nothing`` and any
    rejected or stale row nothing is written and ``counts["held_back"]`` says so.
    """
    if batch.state == Batch.State.PLANNED and not _is_as_promised(batch, claimed):
        return batch
    return applying.apply(batch, claimed)


def _is_as_promised(batch: Batch, claimed: Claimed | None) -> bool:
    """Make the plan again where cells were typed since; whether it may be written as it is then.

    Not where the rules changed since it was checked, nor where it is not what the page promised or
    has become one to be looked at: ``counts`` tells (outdated, moved, swapped, unseen).
    """
    told: dict[str, Any] = {}
    head = previews.kept_head(batch)
    if releases.is_outdated(batch, head):
        told = {"outdated": 1}
    else:
        promised, typed = claimed.payload.get("promised") if claimed else None, {}
        if deciding.is_behind(batch):
            promised = promised or promises.promise_of(batch)
            typed = promises.typed_rows(batch)
            planning.plan(batch, claimed, None, is_final=False)
            head = previews.kept_head(batch)
        told = promises.broken(batch, promised or {}, typed)
        if claimed and not claimed.payload.get("is_looked_at", True):
            told |= {"unseen": 1} if must_be_looked_at(head) else {}
    own = ("outdated", "moved", "swapped", "unseen")
    before = {key: n for key, n in batch.counts.items() if key not in own}
    if batch.counts != before | told:
        batch.counts = before | told
        batch.save(update_fields=["counts"])
    return not told


def batch_undo(*, batch: Batch, actor: Actor, claimed: Claimed | None = None) -> UndoResult:
    """Take a written batch back, for 30 days. Raises CannotUndo with a sentence for the user."""
    return undoing.undo(batch, actor, claimed)


@transaction.atomic
def batch_drop(*, batch: Batch) -> Batch:
    """Give up a batch that was not written: its file and plan go at once."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state in (Batch.State.UPLOADED, Batch.State.PLANNED):
        drop_file(batch)
        batch.chunks.all().delete()
        batch.edits.all().delete()
        batch.choices.all().delete()
        batch.state = Batch.State.DROPPED
        batch.save()
    return batch


@transaction.atomic
def batch_queue_plan(
    *, batch: Batch, actor: Actor, mapping: Mapping[str, str | None] | None = None
) -> Job:
    """Have a worker plan the batch; a mapping somebody chose is kept and remembered."""
    if mapping is not None:
        batch.mapping = dict(mapping)
        batch.save(update_fields=["mapping"])
        _remember(batch, actor)
    return enqueue("plan_import", created_by=actor.user, subject=batch.uid)


@transaction.atomic
def batch_answer_towns(*, batch: Batch, actor: Actor) -> Job:
    """The clerk says that rows with a town and no village are about the town: check again."""
    batch.is_about_towns = True
    batch.save(update_fields=["is_about_towns"])
    return enqueue("plan_import", created_by=actor.user, subject=batch.uid)


def _remember(batch: Batch, actor: Actor) -> None:
    chosen = ColumnMapping(batch.mapping)
    for number, part in enumerate(previews.kept_head(batch).get("sheets", [])):
        own = chosen.of_table(number)
        if part["use"] == "imported" and part["fingerprint"] and own:
            HeadingMemory.objects.update_or_create(
                organisation=batch.organisation,
                sheet=batch.sheet,
                fingerprint=part["fingerprint"],
                defaults={"mapping": dict(own.columns), "actor": actor.user},
            )


@transaction.atomic
def batch_queue_apply(
    *, batch: Batch, actor: Actor, all_or_nothing: bool = False, is_looked_at: bool = False
) -> Job:
    """Have a worker write the plan, as far as it is what the page tells now.

    Raises NotLookedAt where it changes a field of very many rows, unless ``is_looked_at``.
    """
    if must_be_looked_at(previews.kept_head(batch)) and not is_looked_at:
        raise NotLookedAt
    batch.all_or_nothing = all_or_nothing
    batch.save(update_fields=["all_or_nothing"])
    return enqueue(
        "apply_import",
        created_by=actor.user,
        subject=batch.uid,
        lanes=lanes.keys_now(batch),
        promised=promises.promise_of(batch),
        is_looked_at=is_looked_at,
    )


@transaction.atomic
def batch_queue_undo(*, batch: Batch, actor: Actor) -> Job:
    """Have a worker take the batch back."""
    return enqueue(
        "undo_import", created_by=actor.user, subject=batch.uid, lanes=lanes.kept_keys(batch)
    )


def batch_cancel(*, batch: Batch) -> bool:
    """Stop what a worker does, or was to do, for the batch: nothing of it stays.

    False when there is nothing to stop, or when it is written already. Not inside a transaction:
    on SQLite the worker may hold the database until it hears of this.
    """
    jobs = Job.objects.filter(subject=batch.uid, state__in=UNFINISHED)
    return any([cancel(job) for job in jobs])


def expire() -> int:
    """Files and plans older than 30 days go, counts stay; so do uploads nobody had checked.

    Returns how many batches went.
    """
    waiting = _forgotten()
    for batch in waiting:
        batch_drop(batch=batch)
    drop_strays(timezone.now() - CHECKED_WITHIN)
    due = Batch.objects.filter(kept_until__lte=timezone.now())
    kept = Q(pk__in=PlanChunk.objects.values("batch")) | ~Q(file_stored="")
    expired = list(due.filter(kept))
    for batch in expired:
        with transaction.atomic():
            drop_file(batch)
            batch.chunks.all().delete()
            # Which cells were typed anew stays known, what was typed does not.
            batch.edits.update(value=None)
            # The same of rows for which somebody chose: the marks are of values.
            batch.choices.update(marks=[])
            batch.save(update_fields=["file_stored"])
    return len(waiting) + len(expired)


def _forgotten() -> list[Batch]:
    """Uploads of yesterday and before whose check never came to an end, and that nobody checks."""
    at_work = Job.objects.filter(state__in=UNFINISHED).exclude(subject=None).values("subject")
    old = Batch.objects.filter(created_at__lte=timezone.now() - CHECKED_WITHIN)
    return list(old.filter(state=Batch.State.UPLOADED).exclude(uid__in=at_work))


def plan_summary(batch: Batch, facts: Facts | None = None) -> previews.PlanSummary:
    """Counts by chip, warnings of the file, and per sheet how its columns were understood.

    ``facts``: where a page asks for more than one thing of the same plan.
    """
    return previews.summary(batch, facts)


def plan_rows(
    batch: Batch, chip: str, page: int = 1, facts: Facts | None = None
) -> previews.PlanPage:
    """One page of rows of a chip (``previews.CHIPS``), 50 at a time."""
    return previews.page(batch, chip, page, facts)


def plan_row(batch: Batch, sheet_no: int, row_no: int) -> previews.PlanRow | None:
    """One row of the plan, as it is with everything typed; None where there is none."""
    return previews.row(batch, sheet_no, row_no)


def row_again(batch: Batch, row: Rechecked, facts: Facts | None = None) -> previews.PlanRow:
    """A row that was checked again, as pages show it."""
    return previews.row_shown(batch, row, facts)


def is_outdated(batch: Batch, facts: Facts | None = None) -> bool:
    """Whether the plan was made by rules that hold no more, so that it must be checked again."""
    return releases.is_outdated(batch, facts.head if facts else None)


def result_of(batch: Batch) -> dict[str, Any]:
    """The counts of a batch: rows by change, what was written, left out, taken back."""
    return {"state": batch.state, "refusal": batch.refusal, **batch.counts}


def batch_report(batch: Batch) -> dict[str, Any]:
    """The plan as plain data for scripts (``import_workbook --report``)."""
    return plan_report.report(batch)
