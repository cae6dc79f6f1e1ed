"""Versions of a standard: held while they are used or changed, their items set, one withdrawn."""

from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from federation.audit.services import Actor, ChangeRow, record_changes, snapshot
from federation.registers.services import Superseded
from homes.models import Standard, StandardItem
from homes.services.places import organisation_held

CREATE, UPDATE, DELETE = "create", "update", "delete"
IS_USED = _("已有按这一版登记的核查，不能撤销。要求有变，请另增一版。")
IS_ONLY = _("这一标准只有这一版，不能撤销。请直接修改。")
IS_GONE = _("这一版刚才已被撤销，没有保存。")
IS_OTHER = _("这一版刚才被人改过，没有撤销。请返回列表，看过新的内容再决定。")


#: Django has no word for a shared lock
SHARED = "SELECT * FROM homes_standard WHERE code = %s ORDER BY id FOR SHARE"


def versions_used(code: str) -> list[Standard]:
    """All versions of a standard, the earliest first, kept as they are until the transaction ends.

    For whoever looks at places by them: checks and imports do not wait for each other, only for
    somebody who changes a version, and she for them.
    """
    if connection.features.has_select_for_update:
        found = list(Standard.objects.raw(SHARED, [code]))
    else:
        found = list(Standard.objects.filter(code=code).order_by("pk"))
    return sorted(found, key=lambda version: version.starts_on)


def versions_held(code: str, *, home_id: int | None) -> list[Standard]:
    """All versions of a standard, the earliest first, held alone until the transaction ends.

    For whoever changes one. The organisation ``home_id``, in whose log the change will stand, is
    held before them: an import of its places holds it while it waits for the versions.

    The order of locks: organisation, place, versions of the standard, check. Whoever saves a check
    or changes a version holds all of them: which one is in force on a day depends on every other.
    On PostgreSQL their rows are locked; on SQLite the transaction is.
    """
    organisation_held(home_id)
    held = Standard.objects.select_for_update().filter(code=code).order_by("pk")
    return sorted(held, key=lambda version: version.starts_on)


def why_kept(standard: Standard) -> Any:
    """Why a version cannot be withdrawn, as a sentence; None when it can."""
    if standard.checks.exists():
        return IS_USED
    others = Standard.objects.filter(code=standard.code).exclude(pk=standard.pk)
    return None if others.exists() else IS_ONLY


@transaction.atomic
def standard_withdraw(*, standard: Standard, actor: Actor, home_id: int | None) -> None:
    """Take away a version that no check rests on, with its items.

    Each stands in the change log of the organisation ``home_id`` as it was. ``standard.version``
    is the one whoever decides has seen. Raises Superseded.
    """
    held = {version.pk: version for version in versions_held(standard.code, home_id=home_id)}
    stored = held.get(standard.pk)
    if stored is None:
        raise Superseded(IS_GONE)
    if stored.version != standard.version:
        raise Superseded(IS_OTHER)
    reason = why_kept(stored)
    if reason:
        raise Superseded(reason)
    gone = [*stored.items.all(), stored]
    rows = [
        ChangeRow(one._meta.label, stored.uid, home_id, None, DELETE, snapshot(one), None)
        for one in gone
    ]
    stored.delete()
    record_changes(rows, actor=actor)


@transaction.atomic
def standard_items_set(
    *, standard: Standard, wanted: list[tuple[str, str]], actor: Actor, home_id: int | None
) -> int:
    """Give ``standard`` the items ``wanted`` (code, name) in that order.

    Items are kept by their code. Each change stands in the log of the standard, in that of the
    organisation ``home_id``. Returns how many changed.
    """
    standing = {item.code: item for item in standard.items.all()}
    found = []
    for place, (code, name) in enumerate(wanted, 1):
        item = standing.pop(code, None) or StandardItem(standard=standard, code=code)
        found.append(_written(item, name, place * 10))
    found += [_removed(item) for item in standing.values()]
    rows = [
        ChangeRow(StandardItem._meta.label, standard.uid, home_id, None, *change)
        for change in found
        if change is not None
    ]
    if rows:
        # Whoever has the form open must see that the list is another by now.
        Standard.objects.filter(pk=standard.pk).update(version=F("version") + 1)
    return record_changes(rows, actor=actor)


def _written(item: StandardItem, name: str, order: int) -> tuple[Any, ...] | None:
    """What saving the item changed: operation, before, after; None for nothing."""
    before = None if item._state.adding else snapshot(item)
    item.name, item.order = name, order
    if before == snapshot(item):
        return None
    item.save()
    return (UPDATE if before else CREATE, before, snapshot(item))


def _removed(item: StandardItem) -> tuple[Any, ...]:
    before = snapshot(item)
    item.delete()
    return (DELETE, before, None)
