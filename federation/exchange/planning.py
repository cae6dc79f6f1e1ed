"""From a stored workbook to a plan: check it, ask every part, keep sealed what would be written."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from typing import Any

from django.db import transaction
from django.utils import timezone

from federation.access.scope import Grant, Scope
from federation.audit.services import Actor
from federation.bulk.collecting import without_collector
from federation.exchange import contents, lanes, plans
from federation.exchange.answers import Answers
from federation.exchange.checking import check_workbook
from federation.exchange.chunks import ChunkWriter
from federation.exchange.cleaners.text import is_blank
from federation.exchange.collecting import findings
from federation.exchange.contents import Outcome
from federation.exchange.deciding import mark_of_answers, mark_of_edits
from federation.exchange.declare import Part, Sheet, parts_of, sheet_on
from federation.exchange.knowing import known_of
from federation.exchange.models import Batch
from federation.exchange.options import OptionLists, option_lists
from federation.exchange.own_entries import OwnEntries, own_entries
from federation.exchange.plan_warnings import FieldChanges
from federation.exchange.reading import Reader
from federation.exchange.releases import made_with, options_now
from federation.exchange.rows import CheckedWorkbook, RejectedRow
from federation.exchange.staleness import stale_notes
from federation.exchange.storage import detached, remove_later, stored_file
from federation.exchange.understanding.mapping import Mapping as ColumnMapping
from federation.jobs.lease import LostLease
from federation.jobs.services import Claimed

KEPT = timedelta(days=30)
#: of so many tokens the digests are remembered: one for each organisation of a province
MARKS_KNOWN = 50_000


def ceiling_of(batch: Batch) -> Scope:
    """What ``batch`` may write today: its organisation, where its actor imports and sees people.

    Without an account the batch came from the command line, whose ceiling is the organisation; the
    batch of an account that is gone may write nothing.
    """
    root = batch.organisation.path
    if batch.actor is None:
        paths = {root} if batch.actor_label == Actor.command().label else set()
    else:
        own = batch.actor.scope(Grant.IMPORT).people_paths
        paths = {root for path in own if root.startswith(path)}
        paths |= {path for path in own if path.startswith(root)}
    return Scope(Grant.IMPORT, tuple(sorted(paths)), tuple(sorted(paths)))


def shared_of(batch: Batch) -> dict[str, Any]:
    """The days and the ceiling that hold for all rows of a batch."""
    return {"as_of": batch.as_of, "today": timezone.localdate(), "ceiling": ceiling_of(batch)}


def tokens_of(parts: list[Part], rows: plans.Rows, found: list[Any]) -> list[bytes]:
    """For each row eight bytes that stay the same as long as the records behind the row do."""
    # Lists, so that no token goes while others are told apart by which object they are.
    columns = [list(part.tokens(rows, match)) for part, match in zip(parts, found, strict=True)]
    marks: list[bytes] = []
    # Rows of which nothing stands but their organisation share its token, wherever they stand. Of
    # one and the same object, not of equal ones: those may read differently (1 and True).
    known: dict[tuple[int, ...], bytes] = {}
    for together in zip(*columns, strict=True):
        same = tuple(map(id, together))
        mark = known.get(same)
        if mark is None:
            mark = blake2b(repr(together).encode(), digest_size=8).digest()
            if len(known) < MARKS_KNOWN:
                known[same] = mark
        marks.append(mark)
    return marks


def lists() -> OptionLists:
    """The option lists as an administrator keeps them."""
    return option_lists(options_now())


def checked_workbook(
    batch: Batch,
    sheet: type[Sheet],
    mapping: Mapping[str, str | None] | None,
    options: list[tuple[Any, ...]],
    claimed: Claimed | None = None,
) -> CheckedWorkbook:
    """The stored workbook, read and checked; with the mapping its headings had the last time.

    ``options``: see ``releases.options_now``.
    """
    data = stored_file(batch)
    with Reader(data) as begun:
        # While its process opens the file we look up what the rows are held against.
        begun.begin()
        known = known_of(batch, sheet, options, ceiling_of(batch))
        chosen = ColumnMapping(mapping) if mapping else None
        listen = partial(tell, claimed, "checking")
        return check_workbook(data, begun=begun, mapping=chosen, listen=listen, **known)


@without_collector()
def plan(
    batch: Batch,
    claimed: Claimed | None,
    mapping: Mapping[str, str | None] | None,
    *,
    is_final: bool = True,
) -> Batch:
    """Check the workbook of ``batch`` and keep the plan; a plan made before is replaced.

    Where somebody says meanwhile what else the file is, the plan is not kept and her answer is: the
    check that it asked for makes another.
    ``is_final`` False: the job goes on, and can still be stopped. Raises LostLease where the batch
    was written or dropped meanwhile, and LookupError when no app declares its sheet any more: the
    job fails, the file stays.
    """
    if batch.state not in (Batch.State.UPLOADED, Batch.State.PLANNED):
        return batch
    sheet = sheet_on(batch.sheet, batch.as_of)
    if sheet is None:
        raise LookupError(batch.sheet)
    tell(claimed, "reading")
    # Before the cells are read: whatever is typed from here on makes the plan anew.
    asked = {"edits": mark_of_edits(batch), "answers": mark_of_answers(batch)}
    options = options_now()
    batch.made_against = {**made_with(sheet, options), **asked}
    checked = checked_workbook(batch, sheet, mapping or batch.mapping or None, options, claimed)
    with ChunkWriter(batch) as writer:
        if checked.outcome == "file_rejected":
            return _refuse(batch, checked, writer, claimed, is_final)
        checked.warnings += stale_notes(checked.stamp, sheet, ceiling_of(batch))
        batch.mapping = dict(mapping or batch.mapping)
        _compare(batch, checked, sheet, writer, claimed)
        _save(batch, writer, claimed, is_final)
    return batch


def _compare(
    batch: Batch,
    checked: CheckedWorkbook,
    sheet: type[Sheet],
    writer: ChunkWriter,
    claimed: Claimed | None,
) -> None:
    """Hold the rows against the records; ``writer`` has the whole plan then, ``batch`` counts."""
    rows = contents.rows_of(checked, sheet, batch, shared_of(batch))
    changed = FieldChanges()
    own = own_entries(batch, checked)
    outcome = _ask_parts(rows, sheet, writer, changed, own, claimed)
    checked.warnings += changed.warnings(rows.count, sheet)
    tell(claimed, "keeping")
    contents.keep_rows(writer, checked, sheet, rows, outcome)
    lanes.keep_keys(writer, checked, outcome.changes)
    if batch.collection_id is not None:
        findings.keep(writer, checked, rows.organisation_ids, outcome.changes)
    batch.state = Batch.State.PLANNED
    batch.counts = _counts(checked, outcome)
    if sheet.town_hint and not batch.is_about_towns:
        batch.counts["town_questions"] = sum(map(asks_about_town, rejected_of(checked)))


def tell(claimed: Claimed | None, stage: str, done: int = 0, total: int = 0) -> None:
    """Show how far a stage of the job is, if a job it is. Raises LostLease when it was stopped."""
    if claimed is not None:
        claimed.progress(done, total, stage=stage)


def matches_of(
    parts: list[Part], rows: plans.Rows, claimed: Claimed | None, steps: int
) -> list[Any]:
    """What stands behind the rows, part by part: the first ``len(parts)`` of ``steps`` steps."""
    tell(claimed, "comparing", 0, rows.count)
    found = []
    for number, part in enumerate(parts, start=1):
        found.append(part.match(rows))
        tell(claimed, "comparing", rows.count * number // steps, rows.count)
    return found


def _ask_parts(
    rows: plans.Rows,
    sheet: type[Sheet],
    writer: ChunkWriter,
    changed: FieldChanges,
    own: OwnEntries,
    claimed: Claimed | None,
) -> Outcome:
    """Let every part say what it makes of the rows; writes go sealed into the plan as they come."""
    parts = [declared() for declared in parts_of(sheet.key)]
    steps = 2 * len(parts)
    found = matches_of(parts, rows, claimed, steps)
    answers = Answers(writer, rows.count)
    for number, (part, match) in enumerate(zip(parts, found, strict=True), start=len(parts)):
        tell(claimed, "comparing", rows.count * number // steps, rows.count)
        answers.take(own.watched(changed.watched(part.plan(rows, match))))
    tell(claimed, "comparing", rows.count, rows.count)
    tokens = tokens_of(parts, rows, found)
    return Outcome(answers.changes(), tokens, answers.notes, answers.updates)


def _counts(checked: CheckedWorkbook, outcome: Outcome) -> dict[str, int]:
    counts = dict(Counter(outcome.changes))
    counts["read"] = checked.rows_read
    counts["accepted"] = len(outcome.changes)
    counts["rejected"] = sum(len(part.rejected) for part in checked.sheets)
    counts["faults"] = sum(len({e.cell for e in row.errors}) for row in rejected_of(checked))
    accepted = [part.accepted for part in checked.sheets]
    noted = (notes for rows in accepted for notes in rows.warnings.values())
    counts["doubts"] = sum(bool(note.cell) for notes in noted for note in notes)
    counts["skipped"] = sum(len(part.skipped) for part in checked.sheets)
    counts["warned"] = len(contents.warnings_of(checked, outcome.notes))
    return counts


def rejected_of(checked: CheckedWorkbook) -> Iterator[RejectedRow]:
    """The rejected rows of all sheets."""
    return (row for part in checked.sheets for row in part.rejected)


def asks_about_town(row: RejectedRow) -> bool:
    """Whether nothing is wrong with a row but that it names a town and no village."""
    faults = [(error.field, error.code) for error in row.errors]
    return faults == [("name", "required")] and not is_blank(row.cells.get("town"))


def _refuse(
    batch: Batch,
    checked: CheckedWorkbook,
    writer: ChunkWriter,
    claimed: Claimed | None,
    is_final: bool,
) -> Batch:
    """Nothing of a refused file stays on disk; why it was refused stays with the batch."""
    batch.state = Batch.State.REFUSED
    batch.counts = {"read": checked.rows_read}
    batch.refusal = checked.file_error.message if checked.file_error else ""
    writer.add("head", contents.head_of(checked))
    # Only when that is committed: a check stopped at the last moment can be started again, and so
    # can a collection in whose writing this was found.
    path = detached(batch)
    if _save(batch, writer, claimed, is_final):
        remove_later(path)
    return batch


def _save(batch: Batch, writer: ChunkWriter, claimed: Claimed | None, is_final: bool) -> bool:
    """Keep the plan, unless something else was said of the file: ``batch`` is as that says then.

    Raises LostLease where the batch was written or dropped meanwhile.
    """
    with transaction.atomic():
        standing = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if standing.state not in (Batch.State.UPLOADED, Batch.State.PLANNED):
            raise LostLease(batch.state)
        if mark_of_answers(standing) != batch.made_against["answers"]:
            batch.refresh_from_db()
            return False
        writer.save()
        batch.kept_until = timezone.now() + KEPT
        batch.save()
        if claimed is not None:
            claimed.fence(is_final=is_final)
    return True
