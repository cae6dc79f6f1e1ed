"""Taking an import back: its records to their before-images, unless somebody edited them since."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.audit.models import Change
from federation.audit.services import Actor, ChangeRow, open_change, record_changes
from federation.bulk.services import in_blocks, update_rows
from federation.exchange.applying import models_in_order
from federation.exchange.models import Batch
from federation.exchange.planning import KEPT
from federation.jobs.services import Claimed
from federation.signals import records_changed


class CannotUndo(Exception):
    """The import cannot be taken back; the message is a sentence for the user."""


@dataclass(frozen=True)
class KeptRecord:
    """A record that undo left as it is: its kind, whose it is, and why."""

    kind: str
    uid: Any
    organisation_id: int | None
    reason: str


@dataclass
class UndoResult:
    """How many records went back, and which were kept."""

    restored: int = 0
    kept: list[KeptRecord] = field(default_factory=list)


def undo(batch: Batch, actor: Actor, claimed: Claimed | None) -> UndoResult:
    """Take ``batch`` back. Raises CannotUndo when it is too late or was never written."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if batch.state == Batch.State.UNDONE:
            return UndoResult(batch.counts.get("undone", 0))
        if batch.state != Batch.State.APPLIED or batch.applied_at is None:
            raise CannotUndo(_("这批数据没有写入过，不需要撤销。"))
        if timezone.now() > batch.applied_at + KEPT:
            raise CannotUndo(_("写入已超过 30 天，不能再撤销。请在页面上逐条更正。"))
        try:
            with transaction.atomic():
                result = Undoing(batch, actor).run()
        except IntegrityError as clash:
            raise CannotUndo(_("之后的改动与撤销冲突，没有撤销。请在页面上逐条更正。")) from clash
        if claimed is not None:
            claimed.fence()
    return result


class Undoing:
    """One batch on its way back."""

    def __init__(self, batch: Batch, actor: Actor) -> None:
        self.batch, self.actor = batch, actor
        self.result = UndoResult()
        self.touched: set[int] = set()

    def run(self) -> UndoResult:
        """Changed records first, then created ones, dependants before what they refer to."""
        changes = list(Change.objects.filter(batch=self.batch.uid).order_by("-id"))
        edited = self._edited_since()
        by_model: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            if change.object_uid in edited:
                self._keep(change, _("之后又被修改"))
            else:
                by_model[change.model].append(change)
        ordered = models_in_order(by_model)
        for model in ordered:
            self._restore(
                model, [c for c in by_model[model._meta.label] if c.operation == "update"]
            )
        for model in reversed(ordered):
            self._remove(model, [c for c in by_model[model._meta.label] if c.operation == "create"])
        records_changed.send(
            sender=organisation_model(), organisation_ids=self.touched, inline=False
        )
        self._close()
        return self.result

    def _edited_since(self) -> set[Any]:
        """Records with a later change that still stands: not one of a batch that is undone."""
        mine = Change.objects.filter(batch=self.batch.uid)
        last = mine.aggregate(last=Max("id"))["last"]
        if last is None:
            return set()
        undone = Batch.objects.filter(state=Batch.State.UNDONE).values("uid")
        later = Change.objects.filter(id__gt=last, object_uid__in=mine.values("object_uid"))
        standing = later.filter(Q(batch=None) | ~Q(batch__in=undone))
        return set(standing.values_list("object_uid", flat=True))

    def _keep(self, change: Change, reason: str) -> None:
        kind = str(apps.get_model(change.model)._meta.verbose_name)
        self.result.kept.append(KeptRecord(kind, change.object_uid, change.organisation_id, reason))

    def _restore(self, model: type[models.Model], changes: list[Change]) -> None:
        for block in in_blocks(changes):
            keys = self._keys(model, block)
            groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
            images = []
            for change in block:
                before, after = open_change(change)
                if change.object_uid in keys and before is not None:
                    groups[tuple(before)].append((*before.values(), keys[change.object_uid]))
                    images.append((change, "update", after, before))
            for names, values in groups.items():
                update_rows(model, names, values)
            self._record(images)

    def _remove(self, model: type[models.Model], changes: list[Change]) -> None:
        for block in in_blocks(changes):
            keys = self._keys(model, block)
            held = _still_needed(model, list(keys.values()))
            images, gone = [], []
            for change in block:
                key = keys.get(change.object_uid)
                if key in held:
                    self._keep(change, _("还有其他记录要用到它"))
                elif key is not None:
                    gone.append(key)
                    images.append((change, "delete", open_change(change)[1], None))
            model._base_manager.filter(pk__in=gone).delete()
            self._record(images)

    def _keys(self, model: type[models.Model], block: list[Change]) -> dict[Any, int]:
        uids = [change.object_uid for change in block]
        return dict(model._base_manager.filter(uid__in=uids).values_list("uid", "pk"))

    def _record(self, images: list[tuple[Change, str, Any, Any]]) -> None:
        self.result.restored += len(images)
        self.touched.update(c.organisation_id for c, *_rest in images if c.organisation_id)
        record_changes(
            (
                ChangeRow(
                    c.model, c.object_uid, c.organisation_id, c.branch_id, operation, before, after
                )
                for c, operation, before, after in images
            ),
            actor=self.actor,
            batch=self.batch.uid,
        )

    def _close(self) -> None:
        batch, result = self.batch, self.result
        batch.state, batch.undone_at = Batch.State.UNDONE, timezone.now()
        counts = {"undone": result.restored, "undone_kept": len(result.kept)}
        batch.counts = {**batch.counts, **counts}
        batch.save(update_fields=["state", "undone_at", "counts"])


def _still_needed(model: type[models.Model], keys: Iterable[int]) -> set[int]:
    """Those of ``keys`` that records of any kind still refer to."""
    keys = list(keys)
    needed: set[int] = set()
    for relation in model._meta.related_objects:
        column = relation.field.attname
        owners = relation.related_model._base_manager.filter(**{f"{column}__in": keys})
        needed.update(owners.values_list(column, flat=True))
    return needed
