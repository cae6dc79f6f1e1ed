"""Writing a whole collection in one transaction, table after table, and taking it back as one.

A table that others rest on comes first, as its app does: villages before their committees. Where
an earlier file of the same collection touched the units of a later one, the later is planned anew
within the transaction, and written only if each of its rows is still what the page told.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.audit.services import Actor
from federation.bulk.collecting import without_collector
from federation.exchange import applying, planning, promises, releases, undoing
from federation.exchange.collecting import findings
from federation.exchange.collecting.desk import Desk, is_answered_since
from federation.exchange.collecting.received import held_back, twice_of
from federation.exchange.collecting.records import Collection
from federation.exchange.contents import kept_head
from federation.exchange.declare import sheets
from federation.exchange.models import Batch
from federation.exchange.plan_warnings import must_be_looked_at
from federation.jobs.services import Claimed

STAGE = "files"


class HeldBack(Exception):
    """Nothing is written, because something could not be and all or nothing was asked for."""


@dataclass
class Outcome:
    """``left``: ordinal of a file → why it was not written; ``partly``: ordinal → rows of it that
    were left out; ``rows``: how many were written."""

    rows: int = 0
    files: int = 0
    left: dict[int, str] = field(default_factory=dict)
    partly: dict[int, int] = field(default_factory=dict)


class Step(Claimed):
    """One file's part of the job: it moves the bar by files, the job as a whole is fenced once."""

    def __init__(self, whole: Claimed, number: int, total: int) -> None:
        self.job, self.token, self.whole = whole.job, whole.token, whole
        self.heartbeat, self.tracker = whole.heartbeat, whole.tracker
        self.number, self.total = number, total

    def progress(self, done: int, total: int, message: str = "", stage: str = "") -> None:
        self.whole.progress(self.number, self.total, stage=STAGE)

    def fence(self, *, is_final: bool = True) -> None:
        """The fence of the whole job is at the end of its transaction."""


def in_order(batches: list[Batch]) -> list[Batch]:
    """Files so that what others rest on comes first."""
    places = {one.key: number for number, one in enumerate(sheets)}
    return sorted(batches, key=lambda batch: (places.get(batch.sheet, 0), batch.ordinal))


@without_collector()
def write(collection: Collection, claimed: Claimed | None, payload: dict[str, Any]) -> Collection:
    """Write every planned file of ``collection``; harmless when it is written already.

    ``payload``: ``promised`` (by ordinal, the mark of all that the page told of a file's rows),
    ``all_or_nothing``, and ``is_looked_at``. With all or nothing, a single row that stays out holds
    everything back.
    """
    try:
        with transaction.atomic():
            collection = _locked(collection)
            if collection.state != Collection.State.OPEN:
                return collection
            _Whole(collection, claimed, payload).run()
            if claimed is not None:
                claimed.fence()
    except HeldBack as why:
        with transaction.atomic():
            collection = _locked(collection)
            # Whoever took the job over may have written it meanwhile.
            if collection.state == Collection.State.OPEN:
                collection.counts = {"held_back": str(why)}
                collection.save(update_fields=["counts"])
    return collection


def _locked(collection: Collection) -> Collection:
    return Collection.objects.select_for_update(of=("self",)).get(pk=collection.pk)


class _Whole:
    """A collection on its way into the records."""

    def __init__(
        self, collection: Collection, claimed: Claimed | None, payload: dict[str, Any]
    ) -> None:
        self.collection, self.claimed, self.payload = collection, claimed, payload
        self.desk, self.outcome = Desk(collection), Outcome()
        self.twice = twice_of(self.desk)
        # What was written so far, as unit → tables.
        self.touched: dict[int, set[str]] = {}

    def run(self) -> None:
        waiting = in_order(self.desk.planned)
        self._refuse_unsettled()
        for number, batch in enumerate(waiting):
            step = Step(self.claimed, number, len(waiting)) if self.claimed else None
            if step is not None:
                step.progress(0, 0)
            self._one(batch, step)
        if self.payload.get("all_or_nothing"):
            self._hold_back(waiting)
        self._close()

    def _refuse_unsettled(self) -> None:
        """Files that are not checked yet are told, not written."""
        for batch in self.desk.batches:
            if batch.state == Batch.State.UPLOADED:
                self.outcome.left[batch.ordinal] = _("还没有检查完，没有写入。")

    def _one(self, batch: Batch, step: Step | None) -> None:
        held, told = held_back(self.twice, batch), promises.rows_told(batch)
        units = {unit for _change, unit in told.values()}
        why = self._why_not(batch, told, units, step)
        if why:
            self.outcome.left[batch.ordinal] = why
            return
        reasons = {unit: _held_words(choice) for unit, choice in held.items()}
        written = applying.apply(batch, step, reasons)
        if written.state != Batch.State.APPLIED:
            self.outcome.left[batch.ordinal] = _("没有写入，请重新检查这份文件。")
            return
        self._note(written, units - held.keys())

    def _why_not(
        self, batch: Batch, told: promises.Told, units: set[int], step: Step | None
    ) -> str:
        """Why a file may not be written as it is; plans it anew where that has to be."""
        promised = self.payload.get("promised", {}).get(str(batch.ordinal))
        if promised is None:
            return _("打开这一页以后才收到或检查完，没有写入，请核对后再写入。")
        # Of what was answered and is not checked yet no page told the rows.
        is_known = bool(batch.sheet) and not is_answered_since(batch)
        is_kept = is_known and promised == promises.mark_of(batch.sheet, told)
        met = {unit: self.touched[unit] for unit in units & self.touched.keys()}
        is_old = batch.pk in self.desk.behind
        if is_kept and (met or is_old or releases.is_outdated(batch)):
            planning.plan(batch, step, None, is_final=False)
            free = {unit for unit, tables in met.items() if batch.sheet not in tables}
            is_kept = promises.is_kept(told, promises.rows_told(batch), free)
        if not is_kept:
            return _("重新检查后有变化，没有写入，请核对后再写入。")
        if must_be_looked_at(kept_head(batch)) and not self.payload.get("is_looked_at"):
            return _("很多行的同一列会改变，没有写入，请核对后再写入。")
        return ""

    def _note(self, batch: Batch, units: set[int]) -> None:
        findings.keep_left(batch)
        counts = batch.counts
        stale = counts.get("stale", 0)
        self.outcome.files += 1
        self.outcome.rows += counts.get("new", 0) + counts.get("changed", 0) - stale
        out = stale + counts.get("rejected", 0)
        if out:
            self.outcome.partly[batch.ordinal] = out
        for unit in units:
            self.touched.setdefault(unit, set()).add(batch.sheet)

    def _hold_back(self, waiting: list[Batch]) -> None:
        left, partly = self.outcome.left, self.outcome.partly
        if left or partly:
            words = _("{files} 份文件里有没有写入的内容，按您的选择，这次一行也没有写入。")
            raise HeldBack(words.format(files=len(left.keys() | partly.keys())))

    def _close(self) -> None:
        collection, outcome = self.collection, self.outcome
        collection.counts = {
            "rows": outcome.rows,
            "files": outcome.files,
            "left": {str(ordinal): why for ordinal, why in outcome.left.items()},
            "partly": {str(ordinal): count for ordinal, count in outcome.partly.items()},
        }
        if outcome.files:
            collection.state, collection.applied_at = Collection.State.APPLIED, timezone.now()
        collection.save(update_fields=["counts", "state", "applied_at"])


def _held_words(choice: int | None) -> str:
    if choice is None:
        return _("有几份文件都填了这个单位的这种表，还没有选定哪一份，没有写入。")
    return _("这个单位的这种表选定用第 {number} 份文件，这一份没有写入。").format(number=choice)


def undo(
    collection: Collection, actor: Actor, claimed: Claimed | None
) -> tuple[Collection, list[undoing.UndoResult]]:
    """Take everything back that was written for ``collection``, the last file first.

    Raises ``undoing.CannotUndo`` when it is too late or was never written; then nothing is.
    """
    results = []
    with transaction.atomic():
        collection = _locked(collection)
        if collection.state == Collection.State.UNDONE:
            return collection, []
        if collection.state != Collection.State.APPLIED or collection.applied_at is None:
            raise undoing.CannotUndo(_("这次收表没有写入过，不需要撤销。"))
        written = collection.batches.filter(state=Batch.State.APPLIED).order_by("-applied_at")
        files = list(written.order_by("-applied_at", "-pk"))
        for number, batch in enumerate(files):
            step = Step(claimed, number, len(files)) if claimed else None
            results.append(undoing.undo(batch, actor, step))
        collection.state, collection.undone_at = Collection.State.UNDONE, timezone.now()
        restored, kept = sum(r.restored for r in results), sum(len(r.kept) for r in results)
        collection.counts |= {"undone": restored, "undone_kept": kept}
        collection.save(update_fields=["state", "undone_at", "counts"])
        if claimed is not None:
            claimed.fence()
    return collection, results


def undo_until(collection: Collection) -> Any:
    """The moment until which a written collection can be taken back."""
    until: timedelta = planning.KEPT
    return collection.applied_at + until if collection.applied_at else None
