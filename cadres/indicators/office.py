"""Who holds posts in organisations on a day, counted for many organisations and many days."""

from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import accumulate
from operator import add
from typing import Any

import numpy as np
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Coalesce

from cadres.models import Appointment
from federation.coverage.days import (
    NEVER,
    UNTOLD,
    DayNumber,
    calendar_parts,
    day_number,
    day_or,
)
from federation.coverage.units import Units
from orgs.indicators.reading import flag, number, standing
from orgs.models import Precision

FULL_TIME, SECONDED, PART_TIME = 1, 2, 3
DAY, MONTH, YEAR = 0, 1, 2
TOLD_NO, TOLD_YES = 1, 2
# Short answers ride in one number, as many bits each as they can need: a large city holds a million
# appointments. Together they stay below 2³¹.
BITS = {
    "head": 1,
    "leading": 1,
    "committee": 1,
    "report": 1,
    "on_two": 2,
    "engagement": 4,  # one digit
    "rank": 10,  # three digits
    "precision": 2,
}
ANSWERS = {
    "head": flag(Q(is_head=True)),
    "leading": flag(Q(post__is_leading=True)),
    "committee": flag(Q(post__is_committee=True)),
    "report": flag(Q(from_report=True)),
    # 0: not told, 1: no, 2: yes
    "on_two": Coalesce(Cast("is_on_two_committees", IntegerField()) + 1, 0),
    "engagement": number("engagement"),
    "rank": number("rank"),
    "precision": Case(
        When(person__birth_precision=Precision.MONTH, then=Value(MONTH)),
        When(person__birth_precision=Precision.YEAR, then=Value(YEAR)),
        default=Value(DAY),
        output_field=IntegerField(),
    ),
}


def packed_answers() -> Any:
    """The sum of ANSWERS, each moved up by the bits of those before it."""
    places = accumulate(BITS.values(), initial=0)
    moved = [ANSWERS[name] * Value(1 << place) for name, place in zip(BITS, places, strict=False)]
    return reduce(add, moved)


def unpacked_answers(packed: np.ndarray) -> dict[str, np.ndarray]:
    """``packed_answers`` backwards, small numbers by name."""
    places = accumulate(BITS.values(), initial=0)
    return {
        name: ((packed >> place) & ((1 << bits) - 1)).astype(np.int32)
        for (name, bits), place in zip(BITS.items(), places, strict=False)
    }


COLUMNS = (
    "organisation_id",
    "person_id",
    DayNumber("from_on"),
    day_or("until_on", NEVER),
    day_or("person__birth_on", UNTOLD),
    packed_answers(),
)


@dataclass(frozen=True)
class Appointments:
    """All appointments of the units of a count, of all days, by place and person; columns."""

    places: np.ndarray
    people: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    is_head: np.ndarray
    is_leading: np.ndarray
    is_committee: np.ndarray
    from_report: np.ndarray
    on_two: np.ndarray  # 0: not told, 1: no, 2: yes
    engagement: np.ndarray  # 0: not told
    rank: np.ndarray  # 0: not told
    born: np.ndarray  # YYYYMMDD, the last day of what was written; 0: not told


def appointments(units: Units) -> Appointments:
    """Every appointment of the units, in one query."""
    rows = units.narrow(Appointment.objects.order_by()).values_list(*COLUMNS)
    found = units.records(rows, len(COLUMNS) - 1)
    found = found.take(np.lexsort((found[1], found[0])), axis=1)
    places, people, begins, ends, birth, packed = found
    told = unpacked_answers(packed)
    return Appointments(
        places,
        people,
        begins,
        ends,
        told["head"] > 0,
        told["leading"] > 0,
        told["committee"] > 0,
        told["report"] > 0,
        told["on_two"],
        told["engagement"],
        told["rank"],
        _last_day_of_birth(birth, told["precision"]),
    )


def _last_day_of_birth(days: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """As YYYYMMDD: who was born "in May" has her birthday on the 31st, "in 1985" on New Year's."""
    years, months, dates = calendar_parts(np.where(days == UNTOLD, 0, days))
    months = np.where(precision == YEAR, 12, months)
    dates = np.where(precision == DAY, dates, 31)
    return np.where(days == UNTOLD, 0, years * 10_000 + months * 100 + dates)


class InOffice:
    """Who holds posts in the units on their day; every property whole numbers by unit."""

    def __init__(self, units: Units) -> None:
        self._units, self._all = units, units.load(appointments)
        self._begun = self._all.begins <= day_number(units.on)
        self._held = self._begun & (self._all.ends > day_number(units.on))
        self._vice = self._held & self._all.is_leading & ~self._all.is_head
        self._head = self._held & self._all.is_head

    def _tally(self, which: np.ndarray) -> np.ndarray:
        return self._units.tally(self._all.places[which])

    @cached_property
    def _members(self) -> np.ndarray:
        """One appointment of each person in committee posts: two posts of one woman are one."""
        at = np.flatnonzero(self._held & self._all.is_committee)
        places, people = self._all.places[at], self._all.people[at]
        is_new = np.r_[True, (places[1:] != places[:-1]) | (people[1:] != people[:-1])]
        return at[is_new[: len(at)]]

    @cached_property
    def members(self) -> np.ndarray:
        """Distinct people in committee posts."""
        return self._units.tally(self._all.places[self._members])

    @cached_property
    def confirmed(self) -> np.ndarray:
        """Appointments that do not rest on a report alone."""
        return self._tally(self._held & ~self._all.from_report)

    @cached_property
    def _aged(self) -> np.ndarray:
        return self._members[self._all.born[self._members] > 0]

    @cached_property
    def aged(self) -> np.ndarray:
        """Distinct people in committee posts whose birth is known."""
        return self._units.tally(self._all.places[self._aged])

    @cached_property
    def years_of_age(self) -> np.ndarray:
        """The sum of their ages in completed years."""
        on = self._units.on
        today = on.year * 10_000 + on.month * 100 + on.day
        ages = (today - self._all.born[self._aged]) // 10_000
        return self._units.tally(self._all.places[self._aged], np.maximum(ages, 0))

    @cached_property
    def heads(self) -> np.ndarray:
        return self._tally(self._head)

    @cached_property
    def heads_ever(self) -> np.ndarray:
        """Heads who began on or before the day, gone or not."""
        return self._tally(self._begun & self._all.is_head)

    @cached_property
    def heads_confirmed(self) -> np.ndarray:
        return self._tally(self._head & ~self._all.from_report)

    @cached_property
    def heads_on_two(self) -> np.ndarray:
        return self._tally(self._head & (self._all.on_two == TOLD_YES))

    @cached_property
    def heads_not_on_two(self) -> np.ndarray:
        return self._tally(self._head & (self._all.on_two == TOLD_NO))

    @cached_property
    def heads_full_time(self) -> np.ndarray:
        return self._tally(self._head & (self._all.engagement == FULL_TIME))

    @cached_property
    def heads_engaged(self) -> np.ndarray:
        """Heads of whom it is told whether they work full-time."""
        return self._tally(self._head & (self._all.engagement > 0))

    @cached_property
    def heads_ranked(self) -> np.ndarray:
        """Heads whose rank is told, where the kind has one to compare with."""
        usual = self._units.read(standing).head_rank[self._all.places]
        return self._tally(self._head & (self._all.rank > 0) & (usual > 0))

    @cached_property
    def heads_ranked_higher(self) -> np.ndarray:
        """Heads who hold a higher rank than is usual: a lower code."""
        usual = self._units.read(standing).head_rank[self._all.places]
        return self._tally(self._head & (self._all.rank > 0) & (self._all.rank < usual))

    @cached_property
    def vices(self) -> np.ndarray:
        """Posts of the leading body below the head."""
        return self._tally(self._vice)

    @cached_property
    def vices_part_time(self) -> np.ndarray:
        return self._tally(self._vice & (self._all.engagement == PART_TIME))

    @cached_property
    def vices_engaged(self) -> np.ndarray:
        """Vice heads of whom it is told how they are engaged."""
        return self._tally(self._vice & (self._all.engagement > 0))

    @cached_property
    def leaders(self) -> np.ndarray:
        """Posts of the leading body: the head and her deputies."""
        return self._tally(self._head | self._vice)

    @cached_property
    def leaders_confirmed(self) -> np.ndarray:
        return self._tally((self._head | self._vice) & ~self._all.from_report)

    @cached_property
    def leaders_engaged(self) -> np.ndarray:
        return self._tally((self._head | self._vice) & (self._all.engagement > 0))

    @cached_property
    def leaders_from_outside(self) -> np.ndarray:
        """Leaders who are seconded (挂职) or part-time (兼职)."""
        from_outside = np.isin(self._all.engagement, (SECONDED, PART_TIME))
        return self._tally((self._head | self._vice) & from_outside)


def in_office(units: Units) -> InOffice:
    """Appointments of the units on their day."""
    return InOffice(units)
