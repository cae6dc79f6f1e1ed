"""People and appointments that stand in the register, as an import needs them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from cadres.models import RECENT_DAYS, Appointment, Person, Post
from federation.access.scope import Scope
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks

#: how many records are read from the database at a time
AT_ONCE = 20_000


class StandingPerson(NamedTuple):
    """A person of the register. Sealed columns are ciphertext."""

    pk: int
    uid: UUID
    version: int
    name: str
    pinyin: str
    initials: str
    name_backwards: str
    id_number: bytes | None
    id_number_digest: bytes | None
    id_number_masked: str
    phone: bytes | None
    phone_digest: bytes | None
    phone_masked: str
    birth_on: date | None
    birth_precision: str
    sex: str
    ethnic: str
    political: str
    education: str
    is_grid: bool | None
    from_report: bool
    batch: UUID | None


class StandingAppointment(NamedTuple):
    """An appointment of the register."""

    pk: int
    uid: UUID
    version: int
    person_id: int
    organisation_id: int
    post_id: int
    is_head: bool
    term_id: int | None
    engagement: str
    rank: str
    sector: str
    is_on_two_committees: bool | None
    from_on: date
    from_precision: str
    until_on: date | None
    remark: str
    from_report: bool
    batch: UUID | None

    def is_open_on(self, day: date) -> bool:
        """Not ended by ``day``: who was appointed later is in post as well."""
        return self.until_on is None or self.until_on > day


class PostHeld(NamedTuple):
    """Where a person holds or held a post."""

    organisation_id: int
    path: str
    short_name: str
    until_on: date | None


class StandingPost(NamedTuple):
    """A post with the one rule imports need."""

    pk: int
    code: str
    name: str
    is_head: bool


# Columns in which few values stand for many records.
_ALIKE = (
    "pinyin", "initials", "name_backwards", "birth_precision", "sex", "ethnic", "political",
    "education", "engagement", "rank", "sector", "from_on", "from_precision", "until_on", "remark",
    "batch",
)  # fmt: skip


class Shared:
    """Values of records as they stand in memory: equal ones of some columns are one object.

    A whole city is matched at once, and most of what is known of its people is alike.
    """

    def __init__(self, record: type[NamedTuple], alike: Iterable[str]) -> None:
        self._alike = [name in alike for name in record._fields]
        self._known: dict[object, object] = {}

    def of(self, values: Iterable[object]) -> list[object]:
        """The same values; bytes as bytes."""
        known = self._known
        return [
            known.setdefault(value, value)
            if is_alike
            else bytes(value)
            if type(value) is memoryview
            else value
            for value, is_alike in zip(values, self._alike, strict=True)
        ]


def posts() -> dict[int, StandingPost]:
    """All posts by primary key."""
    return {row[0]: StandingPost(*row) for row in Post.objects.values_list(*StandingPost._fields)}


def appointments_of(organisation_ids: Iterable[int]) -> dict[int, list[StandingAppointment]]:
    """All appointments ever of these organisations, by organisation."""
    found: dict[int, list[StandingAppointment]] = {}
    shared = Shared(StandingAppointment, _ALIKE)
    for block in in_blocks(sorted(set(organisation_ids))):
        rows = keyed(Appointment.objects.order_by("pk"), "organisation", block)
        for values in rows.values_list(*StandingAppointment._fields).iterator(AT_ONCE):
            standing = StandingAppointment(*shared.of(values))
            found.setdefault(standing.organisation_id, []).append(standing)
    return found


def people_by_pk(keys: Iterable[int]) -> dict[int, StandingPerson]:
    """People by primary key."""
    found: dict[int, StandingPerson] = {}
    for block in in_blocks(sorted(set(keys))):
        found.update(
            (person.pk, person) for person in _people(keyed(Person.objects.all(), "id", block))
        )
    return found


def people_by_digest(digests: Iterable[bytes]) -> dict[bytes, StandingPerson]:
    """People of the whole installation by the digest of their ID number."""
    found: dict[bytes, StandingPerson] = {}
    for block in in_blocks(set(digests)):
        known = keyed(Person.objects.all(), "id_number_digest", block)
        found.update((bytes(person.id_number_digest or b""), person) for person in _people(known))
    return found


def _people(people: QuerySet[Person]) -> Iterable[StandingPerson]:
    shared = Shared(StandingPerson, _ALIKE)
    for values in people.values_list(*StandingPerson._fields).iterator(AT_ONCE):
        yield StandingPerson(*shared.of(values))


def posts_held(people: Iterable[int]) -> dict[int, list[PostHeld]]:
    """Every post these people hold or held, anywhere."""
    found: dict[int, list[PostHeld]] = {}
    shared = Shared(PostHeld, ("path", "short_name", "until_on"))
    columns = ("organisation_id", "organisation__path", "organisation__short_name", "until_on")
    for block in in_blocks(sorted(set(people))):
        rows = keyed(Appointment.objects.order_by("pk"), "person", block)
        for person, *values in rows.values_list("person_id", *columns).iterator(AT_ONCE):
            found.setdefault(person, []).append(PostHeld(*shared.of(values)))
    return found


def may_rewrite(held: list[PostHeld], ceiling: Scope, today: date) -> bool:
    """Whether an import may change who she is: visible here, with no current post outside."""
    current = [post for post in held if post.until_on is None or post.until_on > today]
    if any(not ceiling.covers(post.path) for post in current):
        return False
    since = today - timedelta(days=RECENT_DAYS)
    recent = [post for post in held if post.until_on is None or post.until_on > since]
    return not held or any(ceiling.covers(post.path) for post in recent)
