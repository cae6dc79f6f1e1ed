"""What stands in the register of places for the organisations of an import."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.cleaners.text import squash
from federation.exchange.plans import Rows
from homes.models import Home, HomeCheck, HomeKind, Standard
from homes.models.checks import FIVE_HAVES, version_on
from homes.models.homes import WOMEN_HOME
from homes.services import versions_used
from orgs.models import Organisation, Precision


class Place(NamedTuple):
    """A place as the register knows it; every column a row of the table may change."""

    pk: int
    uid: UUID
    version: int
    kind_id: int
    name: str
    is_placeholder: bool
    level: str
    address: str
    host: str
    sharing: str
    area_m2: Decimal | None
    opened_on: date | None
    opened_precision: str
    closed_on: date | None
    closed_reason: str
    cluster_id: int | None
    cluster_name: str | None
    manager_name: str
    manager_phone: bytes | None
    manager_phone_digest: bytes | None
    manager_phone_masked: str
    activities_a_year: int | None
    activities_as_of: date | None
    remark: str
    from_report: bool
    batch: UUID | None

    @property
    def opened(self) -> PartialDate | None:
        """The opening as exactly as it is known."""
        if self.opened_on is None or self.opened_precision == Precision.UNKNOWN:
            return None
        return PartialDate(self.opened_on, self.opened_precision or "day")


class Cluster(NamedTuple):
    """A cluster of micro-homes in use, anywhere the batch may write."""

    pk: int
    organisation_id: int
    branch_id: int | None
    name: str


class StandingCheck(NamedTuple):
    """A check of a place on the day of the import, by the standard in force."""

    pk: int
    uid: UUID
    version: int
    answers: dict[str, bool]
    checker: str
    evidence: str
    is_passed: bool
    batch: UUID | None


@dataclass
class Owner:
    """An organisation with its places; the earliest and the latest check of each place."""

    pk: int
    branch_id: int | None
    path: str
    short_name: str
    status_since_on: date | None
    status_since_precision: str
    places: list[Place] = field(default_factory=list)
    checks: dict[int, StandingCheck] = field(default_factory=dict)
    first_checks: dict[int, date] = field(default_factory=dict)
    last_checks: dict[int, date] = field(default_factory=dict)

    def token(self) -> tuple[Any, ...]:
        """Changes whenever a place or a check of the day does."""
        places = tuple((place.pk, place.version, place.cluster_name) for place in self.places)
        checks = tuple((check.pk, check.version) for check in self.checks.values())
        looks = (sorted(self.first_checks.items()), sorted(self.last_checks.items()))
        return (self.pk, self.status_since_on, places, checks, looks)


@dataclass
class Register:
    """Everything the rows of the table are compared with."""

    owners: dict[int, Owner]
    kinds: list[HomeKind]
    standard: Standard
    items: list[str]
    clusters: dict[str, list[Cluster]]

    def kind_of(self, told: str | None, name: str | None) -> HomeKind | None:
        """The kind a row tells, else the one whose longest word stands in the name.

        A name that tells none is a 妇女之家; None when the kind told is not known.
        """
        if told:
            wanted = squash(told)
            return next((k for k in self.kinds if wanted in map(squash, k.words())), None)
        words = [(squash(word), kind) for kind in self.kinds for word in kind.words()]
        words.sort(key=lambda pair: -len(pair[0]))
        fallback = next(kind for kind in self.kinds if kind.code == WOMEN_HOME)
        return next((kind for word, kind in words if word and word in squash(name or "")), fallback)


def register_of(rows: Rows) -> Register:
    """The places, checks and kinds for ``rows``: a fixed number of queries per block."""
    with transaction.atomic():
        # While a plan is written it stays held: the outer transaction is that of the import.
        standard = version_on(versions_used(FIVE_HAVES), rows.as_of)
        items = list(standard.items.values_list("code", flat=True))
    owners = owners_of(rows.organisation_ids, rows.as_of, standard)
    clusters = clusters_for(rows) if any(rows.column("cluster")) else {}
    return Register(owners, list(HomeKind.objects.all()), standard, items, clusters)


def clusters_for(rows: Rows) -> dict[str, list[Cluster]]:
    """The clusters in use on the day of ``rows`` within its ceiling, by name."""
    found: dict[str, list[Cluster]] = {}
    standing = Home.objects.in_scope(rows.ceiling).filter(kind__is_cluster=True)
    for values in standing.open_on(rows.as_of).order_by("pk").values_list(*Cluster._fields):
        found.setdefault(squash(values[-1]), []).append(Cluster(*values))
    return found


def owners_of(ids: Iterable[int], day: date, standard: Standard) -> dict[int, Owner]:
    """The organisations of ``ids`` with places and checks, by primary key."""
    names = ("pk", "branch_id", "path", "short_name", "status_since_on", "status_since_precision")
    found: dict[int, Owner] = {}
    for block in in_blocks(sorted(set(ids))):
        for values in keyed(Organisation.objects.all(), "id", block).values_list(*names):
            found[values[0]] = Owner(*values)
        homes = keyed(Home.objects.order_by("pk"), "organisation", block)
        homes = homes.annotate(cluster_name=F("cluster__name"))
        for owner, *values in homes.values_list("organisation_id", *Place._fields):
            found[owner].places.append(_place(values))
        _add_checks(found, block, day, standard)
    return found


def _place(values: list[Any]) -> Place:
    place = Place(*values)
    sealed, known = place.manager_phone, place.manager_phone_digest
    return place._replace(
        manager_phone=bytes(sealed) if sealed else None,
        manager_phone_digest=bytes(known) if known else None,
    )


def _add_checks(found: dict[int, Owner], block: list[int], day: date, standard: Standard) -> None:
    checks = keyed(HomeCheck.objects.order_by("-checked_on"), "organisation", block)
    for owner, home, checked_on in checks.values_list("organisation_id", "home_id", "checked_on"):
        found[owner].first_checks[home] = checked_on
        found[owner].last_checks.setdefault(home, checked_on)
    same = checks.filter(checked_on=day, standard=standard)
    for owner, home, *values in same.values_list(
        "organisation_id", "home_id", *StandingCheck._fields
    ):
        found[owner].checks[home] = StandingCheck(*values)
