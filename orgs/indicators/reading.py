"""What figures read about organisations and their reports, for any day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf

from federation.coverage.days import NEVER, UNTOLD, DayNumber, day_number, day_or
from federation.coverage.units import Units
from orgs.models import Organisation, ReportedFact, Term

COMMUNITY, UNCONVERTED = "61", "62"
STANDS = Q(status__in=[Organisation.Status.ESTABLISHED, Organisation.Status.RECTIFYING])
# A place as loaded: nobody has said yet whether it has a federation.
SILENT = Q(status=Organisation.Status.NOT_BUILT, status_since_on=None)
#: levels that lead those below them, each with a committee of its own
LEADING = ("province", "city", "district", "town", "village")
# The cells of a report that figures fall back to.
KEYS = (
    "chair_name",
    "election_date",
    "exec_count",
    "chair_in_committee",
    "has_home",
    "women_resident",
)
YEARLY = ("budget_yuan",)
# An approved delay is not late: it moves the day.
LIMIT = Coalesce("delayed_until_on", "due_on")


def flag(condition: Q) -> Case:
    """1 where ``condition`` holds, else 0: a number on every engine."""
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def number(column: str) -> Coalesce:
    """A code of digits as a number, 0 where it is empty."""
    return Coalesce(Cast(NullIf(column, Value("")), IntegerField()), 0)


@dataclass(frozen=True)
class Standing:
    """What the register of organisations says of the units of a count; arrays of booleans."""

    stands: np.ndarray
    is_silent: np.ndarray
    from_report: np.ndarray
    is_community: np.ndarray
    is_unconverted: np.ndarray
    committee_min: np.ndarray  # 0: no rule
    head_rank: np.ndarray  # 0: none


def _register(units: Units) -> np.ndarray:
    rows = units.narrow(Organisation.objects.order_by(), "").values_list(
        "pk",
        flag(STANDS),
        day_or("status_since_on", UNTOLD),
        flag(SILENT),
        flag(Q(from_report=True)),
        flag(Q(kind__code=COMMUNITY)),
        flag(Q(kind__code=UNCONVERTED)),
        Coalesce("kind__committee_min", 0),
        number("kind__head_rank"),
    )
    return units.table(rows, 8).T


def standing(units: Units) -> Standing:
    """Status and kind of the units, in one query for all days."""
    stands, since, *flags, committee_min, head_rank = units.load(_register)
    stands = (stands > 0) & (since <= day_number(units.on))
    return Standing(stands, *(each > 0 for each in flags), committee_min, head_rank)


@dataclass(frozen=True)
class Reports:
    """The latest reported cell of every key, on or before the day of the count.

    Of money only what was reported for the calendar year of that day.
    """

    told: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]


def facts_of_all_days(units: Units) -> np.ndarray:
    """Place, key (by its place in KEYS + YEARLY), day and number of every cell, oldest first."""
    keys = KEYS + YEARLY
    place = Case(
        *(When(key=key, then=Value(at)) for at, key in enumerate(keys)),
        output_field=IntegerField(),
    )
    facts = ReportedFact.objects.filter(key__in=keys).order_by()
    rows = units.narrow(facts).values_list(
        "organisation_id", place, DayNumber("as_of"), Coalesce("number", 0)
    )
    found = units.records(rows, 3)
    return found[:, np.argsort(found[2], kind="stable")]


def reports(units: Units) -> Reports:
    """What the units last reported, in one query for all days."""
    places, keys, days, numbers = units.load(facts_of_all_days)
    told: dict[str, np.ndarray] = {}
    latest: dict[str, np.ndarray] = {}
    new_year = day_number(date(units.on.year, 1, 1))
    known = days <= day_number(units.on)
    for at, key in enumerate(KEYS + YEARLY):
        mine = known & (keys == at)
        if key in YEARLY:
            mine &= days >= new_year
        told[key] = np.zeros(len(units), dtype=bool)
        latest[key] = np.zeros(len(units), dtype=np.int64)
        told[key][places[mine]] = True
        # Oldest first: of several the last one stays.
        latest[key][places[mine]] = numbers[mine]
    return Reports(told, latest)


def terms_of_all_days(units: Units) -> np.ndarray:
    """Place, first day, last day in time, from a report, first day of the next; in order."""
    rows = units.narrow(Term.objects.order_by()).values_list(
        "organisation_id", DayNumber("starts_on"), DayNumber(LIMIT), flag(Q(from_report=True))
    )
    found = units.records(rows, 3)
    found = found[:, np.lexsort((found[1], found[0]))]
    following = np.full(found.shape[1], NEVER, dtype=np.int64)
    if found.shape[1]:
        is_same = found[0][1:] == found[0][:-1]
        following[:-1] = np.where(is_same, found[1][1:], NEVER)
    return np.vstack([found, following])


@dataclass(frozen=True)
class Built:
    """Whether units have a federation, and whether a record or a report alone says so."""

    is_built: np.ndarray
    counted: np.ndarray
    reported: np.ndarray


def built(units: Units) -> Built:
    """The register, and where it is silent the latest report; 妇代会 are no federation."""
    register, report = units.read(standing), units.read(reports)
    claims = (
        report.told["chair_name"]
        | report.told["election_date"]
        | (report.numbers["exec_count"] > 0)
    )
    silent = register.is_silent
    reported = (register.stands & register.from_report) | (
        silent & (claims | report.told["exec_count"])
    )
    return Built(
        (register.stands | (silent & claims)) & ~register.is_unconverted,
        ~silent & ~reported,
        reported,
    )


def latest_facts(
    key: str, organisation_ids: Iterable[int], on: date
) -> dict[int, tuple[ReportedFact, ...]]:
    """The latest fact of ``key`` on or before ``on`` by organisation, as a tuple of one."""
    facts = ReportedFact.objects.filter(
        key=key, organisation__in=list(organisation_ids), as_of__lte=on
    )
    return {fact.organisation_id: (fact,) for fact in facts.order_by("as_of")}


def latest_of(places: np.ndarray, values: Any, size: int) -> np.ndarray:
    """The largest of ``values`` at each place, UNTOLD where there is none."""
    largest = np.full(size, UNTOLD, dtype=np.int64)
    np.maximum.at(largest, places, values)
    return largest
