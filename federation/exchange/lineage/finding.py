"""Whence the fields of records are: the last change that still stands, and its cells.

The change log is the truth: what was changed by hand since comes from no cell any more, and what
an undone import had changed is again from where it was before. Four questions, however many
records.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from federation.audit.images import Images
from federation.audit.log import changes_about
from federation.audit.models import Change
from federation.exchange.lineage.cells import Cells, cells_of
from federation.exchange.lineage.links import keys_for, links_of
from federation.exchange.lineage.records import OriginBlock
from federation.exchange.lineage.writing import Entry, opened_block
from federation.exchange.models import Batch
from federation.sealing.boxes import CannotOpen

#: what is needed to tell where a file was taken in (``Batch.whole``)
WHOLE = ("organisation", "sent_from", "collection__organisation", "collection__sent_from")


@dataclass(frozen=True)
class Origin:
    """Whence a field is: who wrote it and when; by an import, that one and its cells.

    ``cells`` None with a ``batch``: written before cells were noted.
    """

    change: Change
    batch: Batch | None = None
    cells: Cells | None = None


@dataclass
class _Known:
    """What stays of the batches that changed some records, and the images of those changes."""

    images: Images
    batches: dict[UUID, Batch] = field(default_factory=dict)
    entries: dict[tuple[UUID, str, int], list[Entry]] = field(default_factory=dict)


def origins_of(records: Iterable[Any]) -> dict[UUID, dict[str, Origin]]:
    """By uid of a record and attname: whence it is. What follows from no cell is left out."""
    standing = {record.uid: record for record in records if record is not None}
    changes: dict[UUID, list[Change]] = {uid: [] for uid in standing}
    for change in changes_about(standing):
        changes[change.object_uid].append(change)
    known = _known(standing, [change for told in changes.values() for change in told])
    return {uid: _Walk(standing[uid], known).along(told) for uid, told in changes.items()}


def _known(standing: Mapping[UUID, Any], changes: Sequence[Change]) -> _Known:
    """The batches of some changes and what they noted; those that noted nothing by themselves."""
    known = _Known(Images(changes))
    wanted = {(c.batch, c.model, standing[c.object_uid].pk) for c in changes if c.batch}
    if not wanted:
        return known
    condition = Q(pk__in=[])
    for batch, label, pk in sorted(wanted):
        condition |= Q(batch__uid=batch, model=label, first_id__lte=pk, last_id__gte=pk)
    blocks = OriginBlock.objects.filter(condition).select_related(
        *(f"batch__{place}" for place in WHOLE)
    )
    for block in blocks.order_by("first_id", "pk"):
        known.batches[block.batch.uid] = block.batch
        for pk, entry in _opened(block):
            place = (block.batch.uid, block.model, pk)
            if place in wanted:
                known.entries.setdefault(place, []).append(entry)
    if silent := {batch for batch, _label, _pk in wanted} - known.batches.keys():
        found = Batch.objects.filter(uid__in=silent).select_related(*WHOLE)
        known.batches |= {batch.uid: batch for batch in found}
    return known


def _opened(block: OriginBlock) -> Iterable[tuple[int, Entry]]:
    try:
        return list(opened_block(block))
    except CannotOpen:
        return []


class _Walk:
    """One record from its first change to the last."""

    def __init__(self, record: Any, known: _Known) -> None:
        self.record, self.known = record, known
        self.label = record._meta.label
        self.found: dict[str, Origin | None] = {}
        #: by batch and attname, whence it was before the batch
        self.before: dict[tuple[UUID, str], list[Origin | None]] = defaultdict(list)
        self.written: dict[UUID, int] = defaultdict(int)

    def along(self, changes: Sequence[Change]) -> dict[str, Origin]:
        """Whence each field is when all of ``changes``, in their order, have been made."""
        for change in changes:
            try:
                _before, after = self.known.images.of(change)
            except CannotOpen:
                # What cannot be read tells of no field, but it was written in its turn.
                after = None
            batch = self.known.batches.get(change.batch) if change.batch else None
            if batch is None:
                self.found |= {name: Origin(change) for name in after or ()}
            else:
                self._by_import(change, batch, after or {})
        return {name: origin for name, origin in self.found.items() if origin is not None}

    def _by_import(self, change: Change, batch: Batch, after: dict[str, Any]) -> None:
        """What an import wrote, or what taking it back brought back."""
        entries = self.known.entries.get((batch.uid, self.label, self.record.pk), [])
        turn = self.written[batch.uid]
        self.written[batch.uid] += 1
        if turn >= len(entries) and _is_taken_back(change, batch, bool(entries)):
            for name in after:
                earlier = self.before[batch.uid, name]
                self.found[name] = earlier.pop() if earlier else None
            return
        entry = entries[turn] if turn < len(entries) else None
        for name, value in after.items():
            self.before[batch.uid, name].append(self.found.get(name))
            is_blank = change.operation == "create" and value in (None, "")
            self.found[name] = None if is_blank else self._origin(change, batch, name, entry)

    def _origin(
        self, change: Change, batch: Batch, name: str, entry: Entry | None
    ) -> Origin | None:
        follows = links_of(batch.sheet).get(self.label, {}).get(name)
        if follows is None:
            return None
        if entry is None:
            return Origin(change, batch)
        keys = keys_for(follows, self.record, entry.filled)
        cells = cells_of(entry.table, name, keys, entry.row)
        return Origin(change, batch, cells) if cells else None


def _is_taken_back(change: Change, batch: Batch, is_noted: bool) -> bool:
    """Whether a further change of a batch is its undoing; of batches whose rows nobody noted the
    hour tells."""
    if batch.state != Batch.State.UNDONE:
        return False
    return is_noted or (batch.applied_at is not None and change.at > batch.applied_at)
