"""A roster of a committee: every row is one person in one post, kept as a record."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from django.utils.functional import SimpleLazyObject

from cadres.parts.committee import Committee, Newcomers
from cadres.parts.matching import StandingPerson, posts
from cadres.parts.register import Register
from federation.bulk.services import KEYS
from federation.exchange.declare import Follows, Part, part
from federation.exchange.plans import Rows
from federation.sealing.boxes import digests

IDENTITY = ("person_name", "birth", "ethnic", "political", "education", "phone", "is_grid")


def of_one_mind(rows: Rows, found: Register) -> Rows:
    """The rows, those of one woman saying the same of her: of several answers the first counts.

    Otherwise each import of the same file would swing between its answers.
    """
    shared = found.shared.values()
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
    compares = ("id_number", "person_name")
    derives: ClassVar = {
        "cadres.Person": {"birth_on": Follows(("id_number",)), "sex": Follows(("id_number",))},
        "orgs.Term": {"starts_on": Follows(("elected_on",))},
        "orgs.Organisation": {"status_since_on": Follows(("elected_on",))},
    }

    def match(self, rows: Rows) -> "Matched":
        """What the whole roster has in common; the rest is read block by block."""
        # Only a plan asks for posts; comparing it later on does not.
        known: Any = SimpleLazyObject(posts)
        register = Register(digests("id_number", rows.column("id_number")), known)
        register.note_shared()
        return Matched(register)

    def tokens(self, rows: Rows, found: "Matched") -> list[Any]:
        """Organisation, person, heads, namesakes and own posts of each row."""
        if not found.is_told:
            for _block in found.blocks(rows, only_tokens=True):
                pass
        return found.tokens

    def plan(self, rows: Rows, found: "Matched") -> Iterator[Any]:
        """One committee after the other, in the order in which the file names them."""
        rows = of_one_mind(rows, found.register)
        for members, register in found.blocks(rows):
            newcomers = Newcomers.of(rows)
            for owner, numbers in members.items():
                yield from Committee(rows, register, newcomers, owner, numbers).plan()
            yield from newcomers.made()


class Matched:
    """What stands behind a roster, one block of organisations after the other.

    The people of a whole city at once would fill the memory. ``tokens`` are there once all blocks
    were gone through.
    """

    def __init__(self, register: Register) -> None:
        self.register = register
        self.tokens: list[Any] = []
        self.is_told = False

    def blocks(
        self, rows: Rows, *, only_tokens: bool = False
    ) -> Iterator[tuple[dict[int, list[int]], Register]]:
        """Rows by organisation, and what they are compared with (see ``Register.of``)."""
        members: dict[int, list[int]] = {}
        for row, owner in enumerate(rows.organisation_ids):
            members.setdefault(owner, []).append(row)
        self.tokens = [None] * rows.count
        for block in _in_blocks(members):
            numbers = [row for rows_ in block.values() for row in rows_]
            register = self.register.of(block, numbers, only_tokens=only_tokens)
            self._tell(rows, block, register)
            yield block, register
        self.is_told = True

    def _tell(self, rows: Rows, block: dict[int, list[int]], register: Register) -> None:
        names = rows.column("person_name")
        for owner, numbers in block.items():
            standing = register.organisations[owner].token()
            bare = Token(repr((standing, None, None, [], 0)))
            if not (register.by_digest or register.held.get(owner)):
                for row in numbers:
                    self.tokens[row] = bare
                continue
            held = Held(register, owner)
            for row in numbers:
                person = register.by_digest.get(register.digests[row])
                looked_at = held.beside(person, names[row])
                if person is None and not looked_at:
                    self.tokens[row] = bare
                    continue
                key, version = (person.pk, person.version) if person else (None, None)
                elsewhere = register.posts_of.get(key, ()) if key else ()
                told = (standing, key, version, looked_at, len(elsewhere))
                self.tokens[row] = Token(repr(told))


class Token(str):
    """What a token says, as text: a whole city's are held at once. It reads as what it says."""

    __slots__ = ()
    __repr__ = str.__str__


class Held:
    """The posts held in one organisation, as rows look at them."""

    def __init__(self, register: Register, owner: int) -> None:
        self._versions: list[tuple[int, int, int]] = []
        self._heads: list[int] = []
        self._places: dict[int | str, list[int]] = {}
        for place, post in enumerate(register.held.get(owner, ())):
            holder = register.people[post.person_id]
            self._versions.append((post.pk, post.version, holder.version))
            self._heads += [place] * post.is_head
            for key in (post.person_id, holder.name):
                self._places.setdefault(key, []).append(place)

    def beside(self, person: StandingPerson | None, name: str) -> list[tuple[int, int, int]]:
        """Key and version of the heads, of her own posts and of those of her namesakes."""
        if not self._versions:
            return []
        own = self._places.get(person.pk, ()) if person else ()
        places = {*self._heads, *own, *self._places.get(name, ())}
        return [self._versions[place] for place in sorted(places)]


def _in_blocks(members: dict[int, list[int]]) -> Iterator[dict[int, list[int]]]:
    """Organisations with so many rows together as one question names keys."""
    block: dict[int, list[int]] = {}
    count = 0
    for owner, numbers in members.items():
        block[owner] = numbers
        count += len(numbers)
        if count >= KEYS:
            yield block
            block, count = {}, 0
    if block:
        yield block
