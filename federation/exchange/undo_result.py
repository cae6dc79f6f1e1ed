"""What taking an import back came to: how much went back, and what did not, with the reason."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from federation.audit.models import Change
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks


@dataclass(frozen=True)
class KeptRecord:
    """A record that undo did not bring back: its model and kind, whose it is, and why."""

    model: str
    kind: str
    uid: Any
    organisation_id: int | None
    reason: str


@dataclass
class UndoResult:
    """How many records went back, and which were kept as they are.

    ``emptied``: went back except for a reference to what has itself been taken back since.
    """

    restored: int = 0
    kept: list[KeptRecord] = field(default_factory=list)
    emptied: list[KeptRecord] = field(default_factory=list)


def told_of(change: Change, reason: str) -> KeptRecord:
    """The record of ``change``, and why it did not come back as it stood."""
    kind = str(apps.get_model(change.model)._meta.verbose_name)
    return KeptRecord(change.model, kind, change.object_uid, change.organisation_id, reason)


def standing_of(kept: list[KeptRecord]) -> list[KeptRecord]:
    """Without those that went when earlier undoing was finished."""
    uids: dict[str, list[Any]] = defaultdict(list)
    for one in kept:
        uids[one.model].append(one.uid)
    standing: set[Any] = set()
    for label, wanted in uids.items():
        records: Any = apps.get_model(label)._base_manager
        for block in in_blocks(wanted):
            found = keyed(records.all(), "uid", block)
            standing.update(found.values_list("uid", flat=True))
    return [one for one in kept if one.uid in standing]
