"""A roster of a committee: every row is one person in one post, kept as a record."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from cadres.parts.committee import Committee
from cadres.parts.matching import (
    appointments_of,
    people_by_digest,
    people_by_pk,
    posts,
    posts_held,
)
from cadres.parts.register import Register
from federation.exchange.declare import Follows, Part, part
from federation.exchange.plans import Rows
from federation.sealing.boxes import digest
from orgs.parts.matching import standing_organisations

IDENTITY = ("person_name", "birth", "ethnic", "political", "education", "phone", "is_grid")


def of_one_mind(rows: Rows, found: Register) -> Rows:
    """The rows, those of one woman saying the same of her: of several answers the first counts.

    Otherwise each import of the same file would swing between its answers.
    """
    shared = [numbers for numbers in found.rows_of.values() if len(numbers) > 1]
    if not shared:
        return rows
    columns = dict(rows.columns)
    for key in IDENTITY:
        column = columns[key] = list(rows.column(key))
        for numbers in shared:
            said = next((column[row] for row in numbers if column[row] is not None), None)
            for row in numbers:
                column[row] = said
    return replace(rows, columns=columns)


@part("committee")
class Roster(Part):
    """Matches people by ID number, else by organisation, name and post; never guesses further."""

    reads = (
        "person_name", "id_number", "birth", "ethnic", "political", "education", "position",
        "employment", "rank", "elected_on", "phone", "sector", "is_grid", "remark",
    )  # fmt: skip
    derives: ClassVar = {
        "cadres.Person": {"birth_on": Follows(("id_number",)), "sex": Follows(("id_number",))},
        "orgs.Term": {"starts_on": Follows(("elected_on",))},
        "orgs.Organisation": {"status_since_on": Follows(("elected_on",))},
    }

    def match(self, rows: Rows) -> Register:
        """The organisations with terms, all their appointments, and everybody of these numbers."""
        digests = [digest("id_number", number) for number in rows.column("id_number")]
        by_digest = people_by_digest(digests)
        held = appointments_of(rows.organisation_ids)
        people = {person.pk: person for person in by_digest.values()}
        holders = {post.person_id for posts_ in held.values() for post in posts_}
        people.update(people_by_pk(holders - people.keys()))
        return Register(
            organisations=standing_organisations(rows.organisation_ids),
            held=held,
            people=people,
            digests=digests,
            by_digest=by_digest,
            posts_of=posts_held(person.pk for person in by_digest.values()),
            posts=posts(),
        )

    def tokens(self, rows: Rows, found: Register) -> list[Any]:
        """Organisation, person, heads, namesakes and own posts of each row."""
        names = rows.column("person_name")
        return [
            self._token(found, owner, found.by_digest.get(found.digests[row]), names[row])
            for row, owner in enumerate(rows.organisation_ids)
        ]

    def _token(self, found: Register, owner: int, person: Any, name: str) -> Any:
        key = person.pk if person else None
        looked_at = [
            (post.pk, post.version, found.people[post.person_id].version)
            for post in found.held.get(owner, ())
            if post.is_head or post.person_id == key or found.people[post.person_id].name == name
        ]
        version = person.version if person else None
        elsewhere = found.posts_of.get(key, ()) if key else ()
        return (found.organisations[owner].token(), key, version, looked_at, len(elsewhere))

    def plan(self, rows: Rows, found: Register) -> Iterator[Any]:
        """One committee after the other, in the order in which the file names them."""
        found.number_rows()
        rows = of_one_mind(rows, found)
        members: dict[int, list[int]] = {}
        for row, owner in enumerate(rows.organisation_ids):
            members.setdefault(owner, []).append(row)
        for owner, numbers in members.items():
            yield from Committee(rows, found, owner, numbers).plan()
