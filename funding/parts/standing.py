"""Records of money that stand, in plain values, and how a row differs from them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models

from federation.audit.services import plain
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.plans import Create, Note, Rows, Update
from funding.models.amounts import (
    FEW_PEERS,
    is_unusual,
    unlike_own_words,
    unlike_rows_words,
    usual,
)
from orgs.models import Organisation


class Standing(NamedTuple):
    """A record in the register; ``values`` are plain, by attname."""

    pk: int
    uid: UUID
    version: int
    values: dict[str, Any]


class Place(NamedTuple):
    """What a plan needs of an organisation."""

    branch_id: int | None
    level: str


def places_of(rows: Rows) -> dict[int, Place]:
    """The organisations of an import, by primary key."""
    found: dict[int, Place] = {}
    for block in in_blocks(sorted(set(rows.organisation_ids))):
        places = keyed(Organisation.objects.all(), "id", block)
        for pk, branch_id, level in places.values_list("pk", "branch_id", "kind_group"):
            found[pk] = Place(branch_id, level)
    return found


def standing_records(
    model: type[models.Model], names: Iterable[str], rows: Rows, **conditions: Any
) -> list[tuple[int, Standing]]:
    """(organisation, record) of all organisations of an import, one query per block."""
    names, found = list(names), []
    for block in in_blocks(sorted(set(rows.organisation_ids))):
        records = model._default_manager.filter(**conditions)
        standing = keyed(records.order_by("pk"), "organisation", block)
        columns = standing.values_list("organisation_id", "pk", "uid", "version", *names)
        for owner, pk, uid, version, *values in columns:
            told = dict(zip(names, map(plain, values), strict=True))
            found.append((owner, Standing(pk, uid, version, told)))
    return found


def new(
    model: type[models.Model], rows: Rows, row: int, place: Place, values: dict[str, Any]
) -> Create:
    """The record that a row makes; ``values`` hold its uid."""
    owner = rows.organisation_ids[row]
    whole = {
        **values,
        "organisation_id": owner,
        "branch_id": place.branch_id,
        "batch": rows.batch.hex,
    }
    return Create(model._meta.label, (row,), owner, place.branch_id, whole)


def changed(
    model: type[models.Model],
    rows: Rows,
    row: int,
    place: Place,
    standing: Standing,
    told: Mapping[str, Any],
) -> Update | None:
    """What a row changes of a record; None when it agrees. A blank cell never empties one."""
    after = {k: v for k, v in told.items() if v not in (None, "") and standing.values[k] != v}
    if not after:
        return None
    before = {name: standing.values[name] for name in after}
    owner = rows.organisation_ids[row]
    return Update(
        model._meta.label, (row,), owner, place.branch_id, standing.pk, standing.uid, before, after
    )


def money_text(amount: Decimal | None) -> str | None:
    """An amount as it is kept in a plan."""
    return None if amount is None else f"{amount:.2f}"


class Usual:
    """The usual amounts: of an organisation's own records, else of its level in the workbook."""

    def __init__(self, rows: Rows, key: str, places: Mapping[int, Place], few_own: int) -> None:
        self.rows, self.places, self.few_own = rows, places, few_own
        self.own: dict[int, list[Decimal | None]] = defaultdict(list)
        by_level: dict[str, list[Decimal]] = defaultdict(list)
        for owner, amount in zip(rows.organisation_ids, rows.column(key), strict=True):
            by_level[places[owner].level].append(amount)
        self.of_level = {level: usual(told, FEW_PEERS) for level, told in by_level.items()}

    def learn(self, owner: int, amount: Any) -> None:
        """An amount that stands in the register already."""
        self.own[owner].append(None if amount is None else Decimal(amount))

    def doubt(self, row: int, label: Any, amount: Decimal | None) -> Note | None:
        """What to tell of an amount far from the usual; None when it is near."""
        if not amount:
            return None
        owner = self.rows.organisation_ids[row]
        own = usual(self.own[owner], self.few_own)
        among = own or self.of_level[self.places[owner].level]
        if not is_unusual(amount, among):
            return None
        words = unlike_own_words if own else unlike_rows_words
        return Note(row, "amount_unusual", words(label, amount, among))
