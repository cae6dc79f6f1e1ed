"""The roster of committees given out, and the list of volunteers."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from cadres.models import Appointment, Person, Volunteer
from federation.access.scope import Scope
from federation.exchange.giving.givers import (
    GivenRow,
    Giver,
    choice,
    giver,
    partial,
    sealed_cell,
)
from orgs.models import Rank

CHUNK = 2000
ENGAGEMENTS = dict(Appointment.Engagement.choices)
RANKS = dict(Rank.choices)
PERSON = {
    "name": "person_name", "id_number": "id_number", "birth_on": "birth", "ethnic": "ethnic",
    "political": "political", "education": "education", "phone": "phone", "is_grid": "is_grid",
}  # fmt: skip
APPOINTMENT = {
    "post_id": "position", "engagement": "employment", "rank": "rank", "from_on": "elected_on",
    "sector": "sector", "remark": "remark",
}  # fmt: skip


class Held(NamedTuple):
    """One open post with its holder, as far as the roster tells of them."""

    organisation_id: int
    uid: UUID
    version: int
    post__name: str
    engagement: str
    rank: str
    sector: str
    from_on: date
    from_precision: str
    remark: str
    person_id: int
    person__uid: UUID
    person__version: int
    person__name: str
    person__id_number: bytes | None
    person__id_number_masked: str
    person__phone: bytes | None
    person__phone_masked: str
    person__birth_on: date | None
    person__birth_precision: str
    person__ethnic: str
    person__political: str
    person__education: str
    person__is_grid: bool | None


@giver("committee")
class Roster(Giver):
    """One row a person and organisation: of several posts there the highest, as a roster has it.

    People without number cannot be taken in by a roster; a template has them all the same, so that
    their numbers are filled in.
    """

    fields = {"cadres.Person": PERSON, "cadres.Appointment": APPOINTMENT}

    def rows(self, scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
        """In the order of the tree, those who lead first."""
        held = Appointment.objects.in_scope(scope).in_office_on(day)
        if not to_fill:
            held = held.filter(~Q(person__id_number=None))
        held = held.order_by("organisation__path", "post__order", "from_on", "pk")
        rows = held.values_list(*Held._fields).iterator(chunk_size=CHUNK)
        for _organisation, posts in groupby(rows, itemgetter(0)):
            seen: set[int] = set()
            for values in posts:
                one = Held(*values)
                if one.person_id not in seen:
                    seen.add(one.person_id)
                    yield _row(one)


def _row(one: Held) -> GivenRow:
    values: dict[str, Any] = {
        "person_name": one.person__name,
        "id_number": _number(one, "id_number", one.person__id_number, one.person__id_number_masked),
        "birth": partial(one.person__birth_on, one.person__birth_precision),
        "ethnic": choice(one.person__ethnic),
        "political": choice(one.person__political),
        "education": choice(one.person__education),
        "position": choice(one.post__name),
        "employment": choice(str(ENGAGEMENTS.get(one.engagement, ""))),
        "rank": choice(str(RANKS.get(one.rank, ""))),
        "elected_on": partial(one.from_on, one.from_precision),
        "phone": _number(one, "phone", one.person__phone, one.person__phone_masked),
        "sector": choice(one.sector),
        "is_grid": one.person__is_grid,
        "remark": one.remark,
    }
    records = (
        (Appointment._meta.label, one.uid, one.version),
        (Person._meta.label, one.person__uid, one.person__version),
    )
    return GivenRow(one.organisation_id, values, records)


def _number(one: Held, column: str, box: Any, mask: str) -> Any:
    return sealed_cell(Person, column, one.person__uid, box, mask)


HELPER = {
    "name": "person_name", "id_number": "id_number", "phone": "phone", "team": "team",
    "since_on": "since_on", "hours": "hours", "skills": "skills", "until_on": "until_on",
}  # fmt: skip


@giver("volunteers")
class Volunteers(Giver):
    """Everybody who has joined and not left by the day: one row is one volunteer."""

    fields = {"cadres.Volunteer": HELPER}

    def rows(self, scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
        """In the order of the tree."""
        found = Volunteer.objects.in_scope(scope).current_on(day).exclude(since_on__gt=day)
        for one in found.order_by("organisation__path", "name", "pk").iterator(chunk_size=CHUNK):
            values = {key: getattr(one, name) for name, key in HELPER.items()}
            values["since_on"] = partial(one.since_on, one.since_precision)
            # Who leaves after the day is told of as on the day.
            values["until_on"] = None
            for column in Volunteer.sealed_columns:
                box, mask = getattr(one, column), getattr(one, f"{column}_masked")
                values[column] = sealed_cell(Volunteer, column, one.uid, box, mask)
            record = (Volunteer._meta.label, one.uid, one.version)
            yield GivenRow(one.organisation_id, values, (record,))
