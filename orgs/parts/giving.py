"""The tables of villages, of renewals and of host units given out."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from federation.access.scope import Scope
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.giving.givers import GivenRow, Giver, choice, giver, partial, sealed_cell
from federation.exchange.places import VILLAGE
from orgs.models import HostUnit, Organisation, Renewal, ReportedFact
from orgs.parts.host_units import PLAIN
from orgs.sheets import VillagesSheet

CHUNK = 2000
KINDS = {column.key: column.clean.kind for column in VillagesSheet.columns if not column.reference}
STEPS = ("requested_on", "approved_on", "held_on")
RENEWAL = {
    "due_on": "due_on", **{name: name for name in STEPS}, "members": "member_count",
    "chair_name": "chair_name", "filing_number": "filing_no",
}  # fmt: skip
#: what a congress brings
ELECTED = tuple(RENEWAL[name] for name in ("members", "chair_name", "filing_number"))
UNIT = {
    "name": "unit_name", "uscc": "uscc", "sort": "sort", **PLAIN, "surveyed_on": "surveyed_on",
    "covered_by_id": "covered_by",
}  # fmt: skip
Told = tuple[str, int | None, bytes | None, UUID]


@giver("villages")
class Villages(Giver):
    """The facts of the latest day on which anybody in scope reported; they are one report."""

    fields = {"orgs.ReportedFact": {key: key for key in KINDS}}

    def day(self, scope: Scope, today: date) -> date:
        """The latest day of a report."""
        told = _facts(scope).filter(as_of__lte=today).order_by("-as_of")
        found: date | None = told.values_list("as_of", flat=True).first()
        return found or today

    def rows(self, scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
        """The villages that reported; to fill in: all of them."""
        facts = _facts(scope).filter(as_of=day).order_by("organisation__path", "pk")
        told = facts.values_list("organisation_id", "key", "text", "number", "secret", "uid")
        reports = groupby(told.iterator(chunk_size=CHUNK), itemgetter(0))
        if not to_fill:
            for owner, report in reports:
                yield _row(owner, report)
            return
        villages = Organisation.objects.in_scope(scope).filter(kind_group=VILLAGE)
        owner, report = next(reports, (0, iter(())))
        for pk in villages.order_by("path").values_list("pk", flat=True):
            if pk == owner:
                yield _row(owner, report)
                owner, report = next(reports, (0, iter(())))
            else:
                yield GivenRow(pk, {})


def _facts(scope: Scope) -> Any:
    facts = ReportedFact.objects.in_scope(scope)
    return facts.filter(organisation__kind_group=VILLAGE, key__in=list(KINDS))


def _row(owner: int, report: Iterator[tuple[Any, ...]]) -> GivenRow:
    values: dict[str, Any] = {}
    records = []
    for _owner, key, *told, uid in report:
        values[key] = _value(key, *told, uid)
        records.append((ReportedFact._meta.label, uid, 0))
    return GivenRow(owner, values, tuple(records))


def _value(key: str, text: str, number: int | None, secret: Any, uid: UUID) -> Any:
    """The cleaned value of a fact."""
    kind = KINDS[key]
    if kind == "phone":
        return sealed_cell(ReportedFact, "secret", uid, secret, text)
    if kind == "date":
        return PartialDate.parse(text)
    if kind == "integer":
        return number
    if kind == "money":
        return Decimal(number or 0) / 100
    return bool(number) if kind == "boolean" else text


@giver("renewals")
class Renewals(Giver):
    """Every renewal on record: one row is one renewal, as far as it had come by the day."""

    fields = {"orgs.Renewal": RENEWAL}

    def rows(self, scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
        """In the order of the tree; who was elected only where people may be seen."""
        found = Renewal.objects.in_scope(scope).select_related("organisation")
        found = found.order_by("organisation__path", "due_on", "pk")
        for one in found.iterator(chunk_size=CHUNK):
            values = {key: getattr(one, name) for name, key in RENEWAL.items()}
            values["due_on"] = one.due
            values |= {name: partial(_by(day, getattr(one, name)), "day") for name in STEPS}
            if one.held_on and one.held_on > day:
                values |= dict.fromkeys(ELECTED)
            if not scope.covers_people(one.organisation.path):
                values["chair_name"] = None
            yield GivenRow(one.organisation_id, values, (_record(one),))


@giver("units")
class HostUnits(Giver):
    """Every host unit on record: one row is one unit; who covers it stands there by code."""

    fields = {"orgs.HostUnit": UNIT}

    def rows(self, scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
        """In the order of the tree."""
        found = HostUnit.objects.in_scope(scope).select_related("covered_by")
        found = found.order_by("organisation__path", "name", "pk")
        for one in found.iterator(chunk_size=CHUNK):
            values = {key: getattr(one, name) for name, key in UNIT.items()}
            values["uscc"] = one.uscc or None
            values["sort"] = choice(one.sort)
            surveyed_on = _by(day, one.surveyed_on)
            values["surveyed_on"] = partial(surveyed_on, one.surveyed_precision)
            values["covered_by"] = one.covered_by.code if one.covered_by else None
            yield GivenRow(one.organisation_id, values, (_record(one),))


def _by(day: date, told: date | None) -> date | None:
    """A date that was known by ``day``: as of that day a table takes in no later one."""
    return told if told and told <= day else None


def _record(one: Any) -> tuple[str, UUID, int]:
    return one._meta.label, one.uid, one.version
