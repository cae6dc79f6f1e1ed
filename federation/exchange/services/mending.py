"""One answer for all equal cells of a collection; what came twice; who a town's rows are about."""

from collections.abc import Collection as Collected
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.audit.services import Actor
from federation.bulk.services import in_blocks
from federation.exchange.collecting.causes import TOWN_QUESTION, Cause, Cell, Value
from federation.exchange.collecting.desk import Desk
from federation.exchange.collecting.received import chosen_key, twice_of
from federation.exchange.collecting.records import Collection
from federation.exchange.models import Batch, RowEdit
from federation.exchange.services.collections import locked
from federation.exchange.services.decisions import CannotDecide
from federation.exchange.services.edits import LONGEST, CannotEdit, cell_settle
from federation.exchange.services.looking import CHECK, CannotCollect, file_queue_check
from federation.jobs.models import Job

_UPDATED = ("uid", "value", "by", "by_label", "at")


class Mended(NamedTuple):
    """How many cells were answered, in how many files."""

    cells: int
    files: int


@transaction.atomic
def cause_mend(
    *,
    collection: Collection,
    cause: str,
    actor: Actor,
    answers: Mapping[str, str],
    remembered: Collected[str] = (),
) -> Mended:
    """Put what was answered in the place of all cells in which the same stands.

    ``answers``: by the uid of a value; those that are blank, or say what stands there, are left
    open. ``remembered``: the values whose answer holds for later tables too. The files are checked
    again in the background, only those with such cells. Raises CannotCollect.
    """
    desk, found = _cause(collection, cause)
    given = [(value, answers.get(value.uid, "").strip()) for value in found.values]
    pairs = [
        (value, text)
        for value, text in given
        if text and value.first.can_type and text != value.first.text.strip()
    ]
    if any(len(text) > LONGEST for _value, text in pairs):
        raise CannotCollect(_("一格最多 {most} 个字，请精简。").format(most=LONGEST))
    for value, text in pairs:
        if value.uid in remembered and found.can_remember:
            _remember(desk, value.cells[0], text, actor)
    return _type(desk, pairs, actor)


@transaction.atomic
def cause_take_likely(*, collection: Collection, cause: str, actor: Actor) -> Mended:
    """Take what was probably meant for every cell of a cause of which that is known."""
    desk, found = _cause(collection, cause)
    known = [(v, v.likely) for v in found.values if v.likely and v.first.can_type]
    return _type(desk, known, actor)


@transaction.atomic
def cause_leave_blank(*, collection: Collection, cause: str, actor: Actor) -> Mended:
    """Leave all cells of a cause blank, so that the rest of their rows can be written."""
    desk, found = _cause(collection, cause)
    if not found.can_blank:
        raise CannotCollect(_("这一列不能留空，请填写正确的内容。"))
    return _type(desk, [(value, "") for value in found.values if value.first.can_type], actor)


@transaction.atomic
def cause_answer_towns(*, collection: Collection, actor: Actor) -> Mended:
    """Rows with a town and no village are about the town: in all files that have such rows."""
    desk, found = _cause(collection, f"name-{TOWN_QUESTION}")
    cells = {cell.batch for value in found.values for cell in value.cells}
    batches = [batch for batch in desk.planned if batch.pk in cells]
    for batch in batches:
        batch.is_about_towns = True
        batch.recognised = {**batch.recognised, "again": True}
        batch.save(update_fields=["is_about_towns", "recognised"])
        file_queue_check(batch=batch, actor=actor)
    return Mended(found.count, len(batches))


@transaction.atomic
def collection_choose(*, collection: Collection, twice: str, ordinal: int) -> int:
    """Of several files about the same units one counts, or with 0 all; for how many units."""
    collection = locked(collection)
    found = [one for one in twice_of(Desk(collection)) if one.uid == twice]
    if not found or (ordinal and ordinal not in found[0].files):
        raise CannotCollect(_("这些文件有变动，请看过最新的情况再选。"))
    if not ordinal and not found[0].can_be_both:
        raise CannotCollect(_("这种表一个单位只有一行，请选定一份。"))
    units = [unit for one in found for unit in one.units]
    chosen = {chosen_key(found[0].sheet, unit): ordinal for unit in units}
    collection.chosen = {**collection.chosen, **chosen}
    collection.save(update_fields=["chosen"])
    return len(units)


@transaction.atomic
def collection_check(*, collection: Collection, actor: Actor) -> int:
    """Look again into the files whose check was stopped or failed; returns how many."""
    desk = Desk(locked(collection))
    for batch in desk.stopped:
        file_queue_check(batch=batch, actor=actor)
    return len(desk.stopped)


def _cause(collection: Collection, uid: str) -> tuple[Desk, Cause]:
    """The desk, locked, and one of its causes. Raises CannotCollect."""
    desk = Desk(locked(collection))
    found = next((cause for cause in desk.causes if cause.uid == uid), None)
    if found is None or not found.values:
        raise CannotCollect(_("这一类问题已经处理完，请看最新的清单。"))
    return desk, found


def _remember(desk: Desk, cell: Cell, text: str, actor: Actor) -> None:
    batch = next(batch for batch in desk.planned if batch.pk == cell.batch)
    try:
        cell_settle(**{**cell._asdict(), "batch": batch}, actor=actor, text=text)
    except (CannotEdit, CannotDecide) as reason:
        raise CannotCollect(str(reason)) from reason


def _type(desk: Desk, pairs: Iterable[tuple[Value, str]], actor: Actor) -> Mended:
    """Keep a text for every cell of values, and have their files checked."""
    now, edits = timezone.now(), []
    by = {"by": actor.user, "by_label": actor.label, "at": now}
    for value, text in pairs:
        for pk, sheet_no, row_no, key in value.cells:
            where = {"batch_id": pk, "sheet_no": sheet_no, "row_no": row_no, "key": key}
            edits.append(RowEdit(**where, **by, value=text or None))
    if not edits:
        raise CannotCollect(_("没有填写要改成的内容，请填写后再提交。"))
    for block in in_blocks(edits):
        RowEdit.objects.bulk_create(
            block,
            update_conflicts=True,
            unique_fields=["batch", "sheet_no", "row_no", "key"],
            update_fields=_UPDATED,
        )
    touched = {edit.batch_id for edit in edits}
    batches = [batch for batch in desk.planned if batch.pk in touched]
    _check_once(batches, actor)
    return Mended(len(edits), len(batches))


def _check_once(batches: list[Batch], actor: Actor) -> None:
    """Have files checked that no waiting job will check anyway.

    Waiting jobs stay locked until this is committed: none starts without what was typed just now.
    """
    queued = Job.objects.select_for_update(of=("self",)).filter(
        kind=CHECK, state=Job.State.QUEUED, subject__in=[batch.uid for batch in batches]
    )
    waiting = set(queued.values_list("subject", flat=True))
    for batch in batches:
        if batch.uid not in waiting:
            file_queue_check(batch=batch, actor=actor)
