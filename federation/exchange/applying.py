"""Writing a plan: one transaction, a fixed number of statements per 20,000 records.

What is written is what the plan holds. Rows whose records changed since are stale: they are left
out, named and counted, and so is whatever only they wanted written.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import compress, islice
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.audit.models import Change
from federation.audit.services import Actor, ChangeRow, CreationLog, UpdateLog
from federation.bulk.ahead import Sender
from federation.bulk.caching import roomy_cache
from federation.bulk.collecting import without_collector
from federation.bulk.indexing import sorted_later, tell_size
from federation.bulk.services import reserve_many, update_rows_ahead
from federation.exchange import chunks, contents, deciding, overruling, plans, row_store
from federation.exchange.comparing import stale_rows
from federation.exchange.creating import Made, inserted, referred_to, wide_windows, windows
from federation.exchange.lineage.writing import Origins
from federation.exchange.models import Batch
from federation.exchange.planning import KEPT, tell
from federation.jobs.services import Claimed, JobFailed
from federation.signals import records_changed

log = logging.getLogger(__name__)

REPORTING = plans.WRITES | {"conflict", "duplicate"}


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


def models_in_order(labels: Iterable[str]) -> list[type[models.Model]]:
    """Models so that whatever another one refers to comes first."""
    waiting = {label: apps.get_model(label) for label in sorted(labels)}
    ordered: list[type[models.Model]] = []
    while waiting:
        for label, model in list(waiting.items()):
            needed = {
                field.related_model for field in model._meta.concrete_fields if field.is_relation
            }
            if not (needed - {model}) & set(waiting.values()):
                ordered.append(waiting.pop(label))
    return ordered


class Writing:
    """One plan on its way into the records."""

    def __init__(self, batch: Batch, claimed: Claimed | None, held: plans.Held) -> None:
        self.batch, self.claimed, self.held = batch, claimed, held
        self.actor = actor_of(batch, claimed)
        self.keys: dict[str, int] = {}
        self.touched: set[int] = set()
        self.written: Counter[str] = Counter()
        self.unmet: set[int] = set()

    def run(self) -> None:
        """Write everything, or nothing where the clerk asked for all or nothing."""
        self.kept = row_store.kept_columns(self.batch)
        self.sizes = contents.sizes_planned(self.batch, self.kept.head)
        self.origins = Origins(self.batch, self.kept)
        self.stale = stale_rows(self.batch, self.kept, self.held, self.claimed)
        # What was compared is not needed for writing; the plan holds what is written.
        self.kept.columns.clear()
        if self._is_held_back():
            return
        while not self._try_writing():
            if self._is_held_back():
                return
        records_changed.send(
            sender=organisation_model(), organisation_ids=self.touched, inline=False
        )
        overruling.record(self.batch, self.actor)
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
        self.keys, self.touched, self.written, self.unmet = {}, set(), Counter(), set()
        self.handled = 0
        self.origins.clear()
        self._tell_writing()
        with transaction.atomic():
            self._write_records()
            transaction.set_rollback(bool(self.unmet))
        why = _("表中它所属的那一条没有写入，这一行也没有写入，请重新导入这一行。")
        self.stale |= dict.fromkeys(sorted(self.unmet), why)
        return not self.unmet

    def _weigh(self) -> None:
        """Of every row, whether it is written, and whether it is at least told in reports."""
        changes = self.kept.changes
        fresh = [number not in self.stale for number in range(len(changes))]
        self.live = [
            fine and change in plans.WRITES for fine, change in zip(fresh, changes, strict=True)
        ]
        self.reporting = [
            fine and change in REPORTING for fine, change in zip(fresh, changes, strict=True)
        ]

    def _write_records(self) -> None:
        self._weigh()
        made, changed = (
            sorted(part.removeprefix(start) for part in self.sizes if part.startswith(start))
            for start in contents.WRITING
        )
        referred = referred_to(apps.get_model(label) for label in [*made, *changed])
        parts = {f"create:{model._meta.label}": model for model in models_in_order(made)}
        parts |= {f"update:{label}": apps.get_model(label) for label in changed}
        self.parts = chunks.PartReader(self.batch, {part: self.sizes[part] for part in parts})
        coming = {m: self.sizes[part] for part, m in parts.items() if part.startswith("create:")}
        self.log = CreationLog(actor=self.actor, batch=self.batch.uid)
        self.ids = {model: iter(ids) for model, ids in reserve_many(coming).items()}
        # What is new stands in the log by the thousand, what is changed one by one.
        logged = sum(self.sizes[f"update:{label}"] for label in changed)
        with sorted_later(Change, logged):
            for model, count in coming.items():
                with sorted_later(model, count):
                    self._create_all(model, is_referred_to=model in referred)
            self.log.keep()
            for label in changed:
                self._update_all(apps.get_model(label), f"update:{label}")
        for label, count in self.written.items():
            tell_size(apps.get_model(label), count)
        tell_size(Change, logged)

    def _tell_writing(self) -> None:
        """How many records of the plan are dealt with so far, written or left out."""
        tell(self.claimed, "writing", self.handled, sum(self.sizes.values()))

    def _wanted(self, rows: Iterable[Any], reports: Iterable[bool]) -> list[bool]:
        """Of records of a plan, whether one of the rows they are made for is written."""
        both = (self.live, self.reporting)
        return [
            both[is_report][of_rows[0]]
            if len(of_rows) == 1
            else any(map(both[is_report].__getitem__, of_rows))
            for of_rows, is_report in zip(rows, reports, strict=True)
        ]

    def _create_all(self, model: type[models.Model], *, is_referred_to: bool) -> None:
        for made in inserted(self._made(model, is_referred_to)):
            self._note(made)
            self._tell_writing()
        self._tell_writing()

    def _made(self, model: type[models.Model], is_referred_to: bool) -> Iterator[Made]:
        """New records as they are to be written; once it has begun it asks the database nothing."""
        for columns in wide_windows(self.parts.columns(f"create:{model._meta.label}")):
            planned = Made.of(model, columns)
            self.handled += len(planned)
            if made := planned.only(self._wanted(planned.rows, planned.reports)):
                made = made.keyed(list(islice(self.ids[model], len(made))))
                if is_referred_to:
                    # Records of one table may refer to each other, as a place to its cluster.
                    self.keys.update(zip(made.uids, made.keys, strict=True))
                if made := self._resolved(made):
                    self.log.take(made.as_recorded())
                    yield made

    def _resolved(self, made: Made) -> Made:
        """References to records of this plan, named by uid, become their new keys.

        Whoever refers to one that was not made is left out: an emptied reference is never written.
        """
        made, lost = made.resolved(self.keys)
        for at in lost:
            self._leave_out(made.rows[at], made.reports[at])
        return made.without(lost) if lost else made

    def _leave_out(self, of_rows: Iterable[int], is_report: bool) -> None:
        alive = self.reporting if is_report else self.live
        self.unmet.update(row for row in of_rows if alive[row])

    def _resolve(self, after: dict[str, Any], of_rows: list[int], is_report: bool) -> bool:
        """The same for the columns of one update; False where it is left out."""
        for name in plans.links_in(after):
            if isinstance(after[name], str):
                if after[name] not in self.keys:
                    self._leave_out(of_rows, is_report)
                    return False
                after[name] = self.keys[after[name]]
        return True

    def _note(self, made: Made) -> None:
        """Whatever is to be known of new records that are written."""
        self.touched.update(made.owners)
        self.written[made.model._meta.label] += len(made.keys)
        self.log.keep_if_much()
        self.origins.take(made.model._meta.label, made.keys, (rows[0] for rows in made.rows))

    def _update_all(self, model: type[models.Model], name: str) -> None:
        label = model._meta.label
        for records in windows(self.parts.records(name)):
            stay = self._wanted(*([record[at] for record in records] for at in (0, 7)))
            both = compress(records, stay)
            wanted = [one for one in both if self._resolve(one[6], one[0], one[7])]
            self._update(model, wanted)
            self.touched.update(record[1] for record in wanted)
            self.written[label] += len(wanted)
            self.origins.take(label, (r[3] for r in wanted), (r[0][0] for r in wanted))
            self.handled += len(records)
            self._tell_writing()

    def _update(self, model: type[models.Model], wanted: list[Any]) -> None:
        """Write over records, and what they were into the log, made ready meanwhile."""
        groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for record in wanted:
            groups.setdefault(tuple(record[6]), []).append((*record[6].values(), record[3]))
        with Sender() as sender:
            told = UpdateLog(actor=self.actor, batch=self.batch.uid)
            for names, values in groups.items():
                update_rows_ahead(sender, model, names, values)
            label = model._meta.label
            told.take(ChangeRow(label, r[4], r[1], r[2], "update", r[5], r[6]) for r in wanted)
            sender.wait()
        told.keep()

    def _close(self) -> None:
        batch, kept, now = self.batch, self.kept, timezone.now()
        told = [
            [kept.sheets[number], kept.numbers[number], kept.changes[number], why]
            for number, why in sorted(self.stale.items())
        ]
        chunks.append(batch, "stale", told)
        figures = {"written": dict(+self.written), "organisations": len(self.touched)}
        batch.counts = {**batch.counts, "stale": len(told), **figures}
        deciding.count_uses(batch, self.live)
        self.origins.keep()
        batch.state, batch.applied_at, batch.kept_until = Batch.State.APPLIED, now, now + KEPT
        batch.save()
