"""What a roster's rows are compared with, and a row while it is being decided."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from cadres.parts.matching import (
    PostHeld,
    StandingAppointment,
    StandingPerson,
    StandingPost,
    appointments_of,
    people_by_digest,
    people_by_pk,
    posts_held,
)
from federation.exchange.cleaners.dates import PartialDate
from orgs.parts.matching import StandingOrganisation, standing_marks, standing_organisations

ORDINARY_MEMBER = "04"


@dataclass
class Register:
    """What the rows of some organisations of a roster are compared with.

    ``digests`` of all ID numbers, and what earlier rows of the file made, hold for the whole file;
    ``of`` gives the rest for the organisations of one block after the other.
    """

    digests: list[bytes]
    posts: dict[int, StandingPost]
    organisations: dict[int, StandingOrganisation] = field(default_factory=dict)
    held: dict[int, list[StandingAppointment]] = field(default_factory=dict)
    people: dict[int, StandingPerson] = field(default_factory=dict)
    by_digest: dict[bytes, StandingPerson] = field(default_factory=dict)
    posts_of: dict[int, list[PostHeld]] = field(default_factory=dict)
    #: numbers that several rows carry, with these rows: a new person belongs to all of them
    shared: dict[bytes, tuple[int, ...]] = field(default_factory=dict)
    #: uids of new people, where several rows carry their number
    made: dict[bytes, str] = field(default_factory=dict)
    #: people without number whom an earlier row of this file gave one
    completed: dict[bytes, StandingPerson] = field(default_factory=dict)
    rewritten: set[int] = field(default_factory=set)
    _post_of: dict[Any, StandingPost | None] = field(default_factory=dict)

    def note_shared(self) -> None:
        """Note which rows carry the same ID number."""
        first: dict[bytes, int] = {}
        again: dict[bytes, list[int]] = {}
        for row, known in enumerate(self.digests):
            if first.setdefault(known, row) != row:
                again.setdefault(known, [first[known]]).append(row)
        self.shared = {known: tuple(rows) for known, rows in again.items()}

    def of(
        self, owners: Iterable[int], numbers: Iterable[int], *, only_tokens: bool = False
    ) -> "Register":
        """What is known of these organisations, and of the people of these rows.

        ``only_tokens``: of the organisations no more than their tokens say.
        """
        standing: Any = standing_marks if only_tokens else standing_organisations
        by_digest = people_by_digest(map(self.digests.__getitem__, numbers))
        held = appointments_of(owners)
        people = {person.pk: person for person in by_digest.values()}
        holders = {post.person_id for posts_ in held.values() for post in posts_}
        people.update(people_by_pk(holders - people.keys()))
        return replace(
            self,
            organisations=standing(owners),
            held=held,
            people=people,
            by_digest=by_digest,
            posts_of=posts_held(person.pk for person in by_digest.values()),
        )

    def rows_of(self, row: int) -> tuple[int, ...]:
        """All rows that carry the number of ``row``."""
        return self.shared.get(self.digests[row], (row,))

    def knows_any(self, numbers: Iterable[int]) -> bool:
        """Whether the number of one of these rows is known, or in another row as well."""
        known = [self.digests[row] for row in numbers]
        return not (
            self.by_digest.keys().isdisjoint(known) and self.shared.keys().isdisjoint(known)
        )

    def post_of(self, choice: Any) -> StandingPost | None:
        """The post of an option; a blank cell of a roster of members means an ordinary member."""
        if choice not in self._post_of:
            found = (post for post in self.posts.values() if _is_meant(post, choice))
            self._post_of[choice] = next(found, None)
        return self._post_of[choice]


def _is_meant(post: StandingPost, choice: Any) -> bool:
    return post.code == ORDINARY_MEMBER if choice is None else bool(choice.label == post.name)


@dataclass
class Member:
    """One row while it is being decided."""

    row: int
    post: StandingPost | None
    elected: PartialDate | None
    person: StandingPerson | None = None
    appointment: StandingAppointment | None = None
    bits: int = 0
