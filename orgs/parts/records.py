"""Records of a register that rows are compared with, in plain values, and what a row makes of them.

For lists whose rows are records of their own: an organisation's renewals, host units, volunteers.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models

from federation.audit.services import plain
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.plans import Create, Rows, Update
from orgs.models import Organisation
from orgs.parts.matching import agree, iso


class Record(NamedTuple):
    """A record that stands; ``values`` are plain, by attname."""

    pk: int
    uid: UUID
    version: int
    values: dict[str, Any]

    def token(self) -> tuple[str, int]:
        """Changes whenever the record does."""
        return self.uid.hex, self.version

    def day(self, stem: str) -> PartialDate | None:
        """The date in the columns ``<stem>_on`` and ``<stem>_precision``; None without one."""
        day = self.values[f"{stem}_on"]
        if day is None:
            return None
        return PartialDate(date.fromisoformat(day), self.values[f"{stem}_precision"] or "day")


def branches_of(rows: Rows) -> dict[int, int | None]:
    """The branch of every organisation of an import, by its key."""
    found: dict[int, int | None] = {}
    for block in in_blocks(sorted(set(rows.organisation_ids))):
        found.update(Organisation.objects.filter(pk__in=block).values_list("pk", "branch_id"))
    return found


def records_of(
    model: type[models.Model], names: Iterable[str], rows: Rows, **conditions: Any
) -> dict[int, list[Record]]:
    """The records of every organisation of an import, the oldest first; one query per block."""
    names = tuple(names)
    found: dict[int, list[Record]] = {}
    for block in in_blocks(sorted(set(rows.organisation_ids))):
        standing = model._default_manager.filter(organisation__in=block, **conditions)
        columns = standing.order_by("pk").values_list(
            "organisation_id", "pk", "uid", "version", *names
        )
        for owner, pk, uid, version, *values in columns:
            told = dict(zip(names, map(plain, values), strict=True))
            found.setdefault(owner, []).append(Record(pk, uid, version, told))
    return found


def created(
    model: type[models.Model], rows: Rows, row: int, branch_id: int | None, told: Mapping[str, Any]
) -> Create:
    """The record that a row makes; ``told`` holds its uid."""
    owner = rows.organisation_ids[row]
    whose = {"organisation_id": owner, "branch_id": branch_id, "batch": rows.batch.hex}
    return Create(model._meta.label, (row,), owner, branch_id, {**told, **whose})


def differing(record: Record, told: Mapping[str, Any]) -> dict[str, Any]:
    """What of ``told`` is new about ``record``: a blank cell never empties anything."""
    return {
        name: value
        for name, value in told.items()
        if value not in (None, "") and record.values[name] != value
    }


def day_told(stem: str, told: PartialDate | None, record: Record | None) -> dict[str, Any]:
    """The two columns of a date; none where ``record`` knows the same day no less exactly."""
    known = record.day(stem) if record else None
    if told is None or (known and agree(known, told) and len(known.iso()) >= len(told.iso())):
        return {}
    return {f"{stem}_on": iso(told.first_day), f"{stem}_precision": told.precision}


def changed(
    model: type[models.Model],
    rows: Rows,
    row: int,
    branch_id: int | None,
    record: Record,
    after: Mapping[str, Any],
) -> Update:
    """``after`` written over what stands in ``record``."""
    before = {name: record.values[name] for name in after}
    label, owner = model._meta.label, rows.organisation_ids[row]
    return Update(label, (row,), owner, branch_id, record.pk, record.uid, before, dict(after))


def paths_of(organisation_ids: list[int]) -> dict[int, str]:
    """Where the organisations of an import stand in the tree."""
    found: dict[int, str] = {}
    for block in in_blocks(sorted(set(organisation_ids))):
        found.update(keyed(Organisation.objects.all(), "id", block).values_list("pk", "path"))
    return found
