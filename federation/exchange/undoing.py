"""Taking an import back: its records to their before-images, unless somebody edited them since.

A record also stays while later ones need it: those that refer to it, and what was registered in
an organisation that stands because of it. It follows when the import that kept it is taken back.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.audit.creations import owners_in, uids_in
from federation.audit.images import opened
from federation.audit.log import changes_of, once_changed, without_images
from federation.audit.models import Change, CreationBlock, CreationPlace
from federation.audit.services import Actor, ChangeRow, record_changes
from federation.bulk.keyed import keyed
from federation.bulk.services import WINDOW, in_blocks, update_rows
from federation.exchange import kept, overruling
from federation.exchange.declare import bearings, retirements
from federation.exchange.models import Batch
from federation.exchange.pieces import models_in_order
from federation.exchange.planning import KEPT, tell
from federation.exchange.undo_result import UndoResult, standing_of, told_of
from federation.jobs.services import Claimed
from federation.signals import records_changed

log = logging.getLogger(__name__)

ByModel = dict[str, list[Change]]


class CannotUndo(Exception):
    """The import cannot be taken back; the message is a sentence for the user."""


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
                result = Undoing(batch, actor, changes_of(batch.uid), claimed).run()
        except IntegrityError as clash:
            raise CannotUndo(_("之后的改动与撤销冲突，没有撤销。请在页面上逐条更正。")) from clash
        tell(claimed, "figures")
        _finish_earlier(actor)
        result.kept, result.emptied = standing_of(result.kept), standing_of(result.emptied)
        if result.emptied:
            batch.refresh_from_db(fields=["counts"])
            batch.counts["undone_emptied"] = len(result.emptied)
            batch.save(update_fields=["counts"])
        if claimed is not None:
            claimed.fence()
    return result


def _finish_earlier(actor: Actor) -> None:
    """Take back what earlier undoing had to keep, as far as nothing needs it any more."""
    undone = Batch.objects.filter(state=Batch.State.UNDONE, counts__undone_kept__gt=0)
    for batch in undone.select_for_update(of=("self",)).order_by("-applied_at"):
        try:
            with transaction.atomic():
                Undoing(batch, actor, once_changed(batch.uid)).run()
        except IntegrityError:
            log.info("batch %s is still held by later records", batch.uid)


class Undoing:
    """One batch on its way back, with those of its changes that still stand, the newest first."""

    def __init__(
        self, batch: Batch, actor: Actor, changes: list[Change], claimed: Claimed | None = None
    ) -> None:
        self.batch, self.actor, self.changes = batch, actor, changes
        self.claimed = claimed
        self.result = UndoResult()
        self.touched: set[int] = set()

    def run(self) -> UndoResult:
        """What the organisation rests on comes last, when it is known who still needs it."""
        edited = self._edited_since()
        bearing = {one.model for one in bearings if one.bears}
        ground: ByModel = defaultdict(list)
        others: ByModel = defaultdict(list)
        for change in self.changes:
            if change.object_uid in edited:
                self._keep(change, _("之后又被修改"))
            else:
                (ground if change.model in bearing else others)[change.model].append(change)
        self._take_back(others)
        self._take_back(self._not_built_upon(ground))
        records_changed.send(
            sender=organisation_model(), organisation_ids=self.touched, inline=False
        )
        self._close()
        if connection.vendor == "postgresql":
            # Somebody may refer this very moment to what goes; SQLite has but one writer.
            connection.check_constraints()
        return self.result

    def _take_back(self, by_model: ByModel) -> None:
        """Changed records first, then created ones, dependants before what they refer to."""
        ordered = models_in_order(by_model)
        for model in ordered:
            changes = by_model[model._meta.label]
            self._restore(model, [c for c in changes if c.operation == "update"])
        for model in reversed(ordered):
            changes = by_model[model._meta.label]
            self._remove(model, [c for c in changes if c.operation == "create"])

    def _later(self) -> Q:
        """What others did after this batch and what stands: nothing of an undone batch."""
        last = max((change.pk for change in self.changes), default=0)
        undone = Batch.objects.filter(state=Batch.State.UNDONE).values("uid")
        # Taking back is logged under the batch itself; that is nobody building upon it.
        of_others = ~Q(batch__in=undone) & ~Q(batch=self.batch.uid)
        return Q(pk__gt=last) & (Q(batch=None) | of_others)

    def _edited_since(self) -> set[Any]:
        """Records with a later change that still stands; nobody makes them a second time."""
        later, edited = Change.objects.filter(self._later()), set[Any]()
        for block in in_blocks({change.object_uid for change in self.changes}):
            edited.update(keyed(later, "object_uid", block).values_list("object_uid", flat=True))
        return edited

    def _not_built_upon(self, ground: ByModel) -> ByModel:
        """Without the organisations in which others have registered something since."""
        built_upon = self._built_upon({c.organisation_id for one in ground.values() for c in one})
        free: ByModel = defaultdict(list)
        for label, changes in ground.items():
            for change in changes:
                if change.organisation_id in built_upon:
                    self._keep(change, _("本单位之后又登记了别的记录，要用到它"))
                else:
                    free[label].append(change)
        return free

    def _built_upon(self, owners: set[int | None]) -> set[int]:
        found: set[int] = set()
        for label in [one.model for one in bearings if one.rests]:
            records: Any = apps.get_model(label)._base_manager
            for block in in_blocks(owners - {None}):
                single = Change.objects.filter(self._later(), model=label)
                later = keyed(single, "organisation", block).values("object_uid")
                many = self._made_later(label, block)
                in_them = keyed(records.all(), "organisation", block)
                standing = in_them.filter(uid__in=later) | keyed(in_them, "uid", many)
                found.update(standing.values_list("organisation_id", flat=True))
        return found

    def _made_later(self, label: str, owners: list[int]) -> list[UUID]:
        """What later imports made in these organisations."""
        blocks = CreationBlock.objects.filter(self._later(), model=label)
        places = keyed(CreationPlace.objects.all(), "organisation", owners)
        found, wanted = [], set(owners)
        for one in without_images(blocks.filter(pk__in=places.values("block"))):
            told = zip(uids_in(one), owners_in(one), strict=True)
            found += [UUID(bytes=uid) for uid, owner in told if owner in wanted]
        return found

    def _keep(self, change: Change, reason: str) -> None:
        self.result.kept.append(told_of(change, reason))

    def _restore(self, model: type[models.Model], changes: list[Change]) -> None:
        for block in in_blocks(changes, WINDOW):
            keys = self._keys(model, block)
            found = list(opened([change for change in block if change.object_uid in keys]))
            lost = _lost(model, [before or {} for _change, before, _after in found])
            groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
            images = []
            for change, before, after in found:
                if before is not None:
                    before = self._without(change, before, lost)
                    groups[tuple(before)].append((*before.values(), keys[change.object_uid]))
                    images.append((change, "update", after, before))
            for names, values in groups.items():
                update_rows(model, names, values)
            self._record(images)

    def _without(
        self, change: Change, before: dict[str, Any], lost: dict[str, set[int]]
    ) -> dict[str, Any]:
        """What stood before, without references to what is gone: empty where they may be."""
        gone = [name for name, keys in lost.items() if before.get(name) in keys]
        if not gone:
            return before
        self.result.emptied.append(told_of(change, _("原来所属的记录已撤销，这一项没有恢复")))
        optional = {c.attname for c in apps.get_model(change.model)._meta.concrete_fields if c.null}
        kept = {name: value for name, value in before.items() if name not in gone}
        return {**kept, **{name: None for name in gone if name in optional}}

    def _remove(self, model: type[models.Model], changes: list[Change]) -> None:
        for block in in_blocks(changes, WINDOW):
            keys = self._keys(model, block)
            left = [change for change in block if change.object_uid in keys]
            # Records of one kind may refer to each other: a cluster goes once its members went.
            while left:
                held = _still_needed(model, [keys[change.object_uid] for change in left])
                free = [change for change in left if keys[change.object_uid] not in held]
                if not free:
                    break
                left = [change for change in left if keys[change.object_uid] in held]
                gone = [keys[change.object_uid] for change in free]
                keyed(model._base_manager.all(), "id", gone).delete()
                self._record([(c, "delete", after, None) for c, _before, after in opened(free)])
            for change in left:
                self._keep(change, _("还有其他记录要用到它"))
                self._retire(model, change, keys[change.object_uid])

    def _retire(self, model: type[models.Model], change: Change, key: int) -> None:
        """Put a record that stays out of use, where its app declares how."""
        retirement = retirements.get(model._meta.label)
        if retirement is None:
            return
        values = dict(retirement.values)
        stored = model._base_manager.filter(pk=key).values(*values).get()
        if stored != values:
            update_rows(model, tuple(values), [(*values.values(), key)])
            self._record([(change, "update", stored, values)])

    def _keys(self, model: type[models.Model], block: list[Change]) -> dict[Any, int]:
        uids = [change.object_uid for change in block]
        return dict(keyed(model._base_manager.all(), "uid", uids).values_list("uid", "pk"))

    def _record(self, images: list[tuple[Change, str, Any, Any]]) -> None:
        self.result.restored += len(images)
        tell(self.claimed, "restoring", self.result.restored, len(self.changes))
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
        batch.state, batch.undone_at = Batch.State.UNDONE, batch.undone_at or timezone.now()
        restored = batch.counts.get("undone", 0) + result.restored
        counts = {"undone": restored, "undone_kept": len(result.kept)}
        batch.counts = {**batch.counts, **counts}
        batch.save(update_fields=["state", "undone_at", "counts"])
        kept.keep(batch, result.kept)
        overruling.take_back(batch, self.actor, [one.uid for one in result.kept])


def _lost(model: type[models.Model], images: list[dict[str, Any]]) -> dict[str, set[int]]:
    """By column, the keys that ``images`` refer to and that no record has any more."""
    lost: dict[str, set[int]] = {}
    for column in model._meta.concrete_fields:
        keys = {image.get(column.attname) for image in images} if column.is_relation else set()
        if keys := {key for key in keys if key is not None}:
            related: Any = column.related_model
            standing = keyed(related._base_manager.all(), "id", keys)
            lost[column.attname] = keys - set(standing.values_list("pk", flat=True))
    return {name: keys for name, keys in lost.items() if keys}


def _still_needed(model: type[models.Model], keys: Iterable[int]) -> set[int]:
    """Those of ``keys`` that records of any kind still refer to."""
    keys = list(keys)
    needed: set[int] = set()
    for relation in model._meta.related_objects:
        column = relation.field.attname
        owners = keyed(relation.related_model._base_manager.all(), column, keys)
        needed.update(owners.values_list(column, flat=True))
    return needed
