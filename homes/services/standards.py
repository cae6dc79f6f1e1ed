"""The items of one version of a standard, set together and told in its change log."""

from typing import Any

from django.db import transaction
from django.db.models import F

from federation.audit.services import Actor, ChangeRow, record_changes, snapshot
from homes.models import Standard, StandardItem

CREATE, UPDATE, DELETE = "create", "update", "delete"


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
