"""Writing a plan: one transaction, a fixed number of statements per 20,000 records.

What is written is what the plan holds. Rows whose records changed since are stale: they are left
out, named and counted, and so is whatever only they wanted written.
"""

import logging

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.audit.services import Actor
from federation.bulk.caching import roomy_cache
from federation.bulk.collecting import without_collector
from federation.exchange import chunks, contents, deciding, overruling, plans, row_store
from federation.exchange.comparing import compared, stale_rows
from federation.exchange.lineage.writing import Origins
from federation.exchange.models import Batch
from federation.exchange.pieces import Pieces, Weighed
from federation.exchange.planning import KEPT, tell
from federation.jobs.services import Claimed, JobFailed
from federation.signals import records_changed

log = logging.getLogger(__name__)


@without_collector()
@roomy_cache()
def apply(batch: Batch, claimed: Claimed | None, held: plans.Held = plans.NONE_HELD) -> Batch:
    """Write the plan of ``batch``. A batch that is not waiting to be written stays as it is.

    ``held``: organisations whose rows are left out, with the reason.
    Somebody may create the same person at the same moment: the second try finds her, and the row
    is stale. Raises JobFailed when the records clash even then; nothing is written.
    """
    try:
        return _apply(batch, claimed, held)
    except IntegrityError:
        log.info("batch %s met a record written meanwhile, trying again", batch.uid)
    try:
        return _apply(batch, claimed, held)
    except IntegrityError as clash:
        raise JobFailed(_("与系统中的记录冲突，没有写入任何数据，请联系管理员。")) from clash


def _apply(batch: Batch, claimed: Claimed | None, held: plans.Held) -> Batch:
    with transaction.atomic():
        batch = _locked(batch)
        if batch.state == Batch.State.PLANNED:
            if deciding.is_behind(batch):
                raise JobFailed(_("写入之前有人又改了格子，还没有写入，请核对后再写入。"))
            Writing(batch, claimed, held).run()
            tell(claimed, "figures")
        if claimed is not None:
            claimed.fence()
    return batch


def _locked(batch: Batch) -> Batch:
    """The batch as it stands, locked, with whose it is.

    Where its organisation stands is asked once the rows' organisations are locked: it may just be
    moved, with all that is below it.
    """
    whole = Batch.objects.select_related("actor")
    found: Batch = whole.select_for_update(of=("self",)).get(pk=batch.pk)
    return found


def actor_of(batch: Batch, claimed: Claimed | None) -> Actor:
    """Who the change log names: who had the plan written, else who uploaded it."""
    by = claimed.job.created_by if claimed is not None else None
    return Actor.of(by) if by is not None else Actor(batch.actor, batch.actor_label)


class Writing:
    """One plan on its way into the records."""

    def __init__(self, batch: Batch, claimed: Claimed | None, held: plans.Held) -> None:
        self.batch, self.claimed, self.held = batch, claimed, held
        self.actor = actor_of(batch, claimed)

    def run(self) -> None:
        """Write everything, or nothing where the clerk asked for all or nothing."""
        self.kept = row_store.kept_columns(self.batch, compared(self.batch))
        self.sizes = contents.sizes_planned(self.batch, self.kept.head)
        self.origins = Origins(self.batch, self.kept)
        self.stale = stale_rows(self.batch, self.kept, self.held, self.claimed)
        # What was compared is not needed for writing; the plan holds what is written.
        self.kept.columns.clear()
        self.kept.filled.clear()
        if self._is_held_back():
            return
        while not self._try_writing():
            if self._is_held_back():
                return
        records_changed.send(
            sender=organisation_model(), organisation_ids=self.pieces.touched, inline=False
        )
        overruling.record(self.batch, self.actor, is_changing=bool(self.pieces.changed))
        self._close()

    def _is_held_back(self) -> bool:
        batch = self.batch
        if not batch.all_or_nothing or not (self.stale or batch.counts.get("rejected")):
            return False
        batch.counts = {**batch.counts, "stale": len(self.stale), "held_back": 1}
        batch.save(update_fields=["counts"])
        return True

    def _try_writing(self) -> bool:
        """Write what is not stale. False: nothing was written, and more rows are stale now.

        A row may refer to a record that another row was to bring in; where that one is left out,
        so is this. It shows while writing; a pass beforehand would read every plan twice.
        """
        self.origins.clear()
        self._tell(0)
        self.rows = Weighed.of(self.kept.changes, self.stale)
        self.pieces = Pieces(self.batch, self.actor, self.sizes, self.rows, self.origins)
        with transaction.atomic():
            self.pieces.write(self._tell)
            transaction.set_rollback(bool(self.pieces.unmet))
        why = _("表中它所属的那一条没有写入，这一行也没有写入，请重新导入这一行。")
        self.stale |= dict.fromkeys(sorted(self.pieces.unmet), why)
        return not self.pieces.unmet

    def _tell(self, handled: int) -> None:
        """How many records of the plan are dealt with so far, written or left out."""
        tell(self.claimed, "writing", handled, sum(self.sizes.values()))

    def _close(self) -> None:
        batch, kept, now = self.batch, self.kept, timezone.now()
        told = [
            [kept.sheets[number], kept.numbers[number], kept.changes[number], why]
            for number, why in sorted(self.stale.items())
        ]
        chunks.append(batch, "stale", told)
        figures = {"written": dict(+self.pieces.written), "organisations": len(self.pieces.touched)}
        batch.counts = {**batch.counts, "stale": len(told), **figures}
        deciding.count_uses(batch, self.rows.live)
        self.origins.keep()
        batch.state, batch.applied_at, batch.kept_until = Batch.State.APPLIED, now, now + KEPT
        batch.save()
