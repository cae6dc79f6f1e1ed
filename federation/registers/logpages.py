"""Pages of the change log: of some records, and of what one import changed in a scope."""

from collections.abc import Collection
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db.models import Sum

from federation.access.scope import Scope
from federation.access.tree import organisation_model
from federation.audit.creations import changes_in, owners_in
from federation.audit.log import creations_about, place_of, without_images
from federation.audit.models import Change, CreationBlock
from federation.bulk.keyed import keyed
from federation.registers.changelog import Fold, labels, made_in, readable

Page = tuple[list[Change], str]


class Before(NamedTuple):
    """Where an older page begins: after the change with this key, or at this place in its block."""

    key: int
    position: int = 0

    @classmethod
    def read(cls, text: str) -> "Before | None":
        """What an address says; None for anything else."""
        key, _dot, position = text.partition(".")
        told = (key, position or "0")
        if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in told):
            return None
        return cls(int(key), int(position or 0))

    @classmethod
    def of(cls, change: Change) -> str:
        """For an address: a page ended with ``change``."""
        return str(change.pk) if change.made_in is None else f"{change.pk}.{change.position}"


def page_about(uids: Collection[UUID], before: str, size: int) -> Page:
    """The newest changes of some records before a place, and the place to go on from."""
    mark, rows = Before.read(before), Change.objects.filter(object_uid__in=uids)
    made = creations_about(uids)
    if mark is not None:
        rows = rows.filter(pk__lt=mark.key)
        made = [change for change in made if place_of(change) < mark]
    return _newest([*rows.order_by("-pk")[: size + 1], *made], size)


def page_within(fold: Fold, scope: Scope, before: str, size: int) -> Page:
    """The same of the changes of one import that may be read in ``scope``."""
    mark, rows = Before.read(before), readable(scope).filter(fold.condition)
    if mark is not None:
        rows = rows.filter(pk__lt=mark.key)
    found = list(rows.order_by("-pk")[: size + 1])
    if not fold.is_undone:
        found += _made(fold, scope, mark, size + 1)
    return _newest(found, size)


def _newest(found: list[Change], size: int) -> Page:
    found.sort(key=place_of, reverse=True)
    return found[:size], Before.of(found[size - 1]) if len(found) > size else ""


def _made(fold: Fold, scope: Scope, mark: Before | None, most: int) -> list[Change]:
    """The last of its creations in ``scope``; three questions."""
    blocks = without_images(CreationBlock.objects.filter(pk__in=_blocks(fold, scope, mark, most)))
    some = list(blocks.reverse())
    places = _Places(some, scope)
    seen = (change for block in some for change in places.seen(block))
    return list(islice((one for one in seen if mark is None or place_of(one) < mark), most))


def _blocks(fold: Fold, scope: Scope, mark: Before | None, most: int) -> list[int]:
    """As many of its last blocks as hold ``most`` creations of ``scope`` before a place."""
    within = made_in(scope).filter(block__batch=fold.batch.uid)
    if mark is not None:
        within = within.filter(block__lte=mark.key)
    counted = within.order_by("-block").values_list("block").annotate(Sum("count"))
    wanted, known = [], 0
    for key, count in counted[: most + 1]:
        wanted.append(key)
        # How many of the block of the place itself stand before it nobody has counted.
        known += 0 if mark is not None and key == mark.key else count
        if known >= most:
            break
    return wanted


class _Places:
    """The organisations of some blocks that ``scope`` covers, and where it shows people."""

    def __init__(self, blocks: list[CreationBlock], scope: Scope) -> None:
        self.scope, self.personal = scope, set(labels(personal=True))
        keys = {key for block in blocks for key in owners_in(block) if key is not None}
        covered = organisation_model().objects.filter(scope.condition("path"))
        self.places = {place.pk: place for place in keyed(covered, "id", keys)}

    def seen(self, block: CreationBlock) -> list[Change]:
        """What may be read of a block, the last first, each with its organisation."""
        owners, is_personal = owners_in(block), block.model in self.personal
        seen = {
            key: place
            for key, place in self.places.items()
            if not is_personal or self.scope.covers_people(place.path)
        }
        wanted = [at for at in reversed(range(block.count)) if owners[at] in seen]
        changes = changes_in(block, wanted)
        for change in changes:
            change.organisation = seen[change.organisation_id]
        return changes
