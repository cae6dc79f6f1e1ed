"""What a roster's rows are compared with, and a row while it is being decided."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cadres.parts.matching import PostHeld, StandingAppointment, StandingPerson, StandingPost
from federation.exchange.cleaners.dates import PartialDate
from federation.identity import uuid7_stream
from orgs.parts.matching import StandingOrganisation

ORDINARY_MEMBER = "04"


@dataclass
class Register:
    """Everything a roster's rows are compared with."""

    organisations: dict[int, StandingOrganisation]
    held: dict[int, list[StandingAppointment]]
    people: dict[int, StandingPerson]
    digests: list[bytes]
    by_digest: dict[bytes, StandingPerson]
    posts_of: dict[int, list[PostHeld]]
    posts: dict[int, StandingPost]
    rows_of: dict[bytes, tuple[int, ...]] = field(default_factory=dict)
    made: dict[bytes, UUID] = field(default_factory=dict)
    #: people without number whom an earlier row of this file gave one
    completed: dict[bytes, StandingPerson] = field(default_factory=dict)
    rewritten: set[int] = field(default_factory=set)
    #: identifiers for what is about to be made
    uids: Iterator[UUID] = field(default_factory=uuid7_stream)

    def number_rows(self) -> None:
        """Note which rows carry the same ID number: a new person belongs to all of them."""
        rows: dict[bytes, list[int]] = {}
        for row, known in enumerate(self.digests):
            rows.setdefault(known, []).append(row)
        self.rows_of = {known: tuple(numbers) for known, numbers in rows.items()}

    def post_of(self, choice: Any) -> StandingPost | None:
        """The post of an option; a blank cell of a roster of members means an ordinary member."""
        for post in self.posts.values():
            if choice is None and post.code == ORDINARY_MEMBER:
                return post
            if choice is not None and choice.label == post.name:
                return post
        return None


@dataclass
class Member:
    """One row while it is being decided."""

    row: int
    post: StandingPost | None
    elected: PartialDate | None
    person: StandingPerson | None = None
    appointment: StandingAppointment | None = None
    bits: int = 0
