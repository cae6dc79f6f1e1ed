"""What stands in the register for the rows of a list: people, accounts, postings, roles."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from cadres.models import Appointment, Person
from federation.access.authority import accounts_seen_by
from federation.access.models import Posting, Role, User
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.models import Batch
from federation.exchange.plans import Rows
from federation.sealing.boxes import digest
from orgs.models import Organisation


class StandingPlace(NamedTuple):
    """An organisation a row means."""

    pk: int
    path: str
    branch_id: int | None
    name: str


class StandingPerson(NamedTuple):
    """A person of the register, as far as an account is concerned."""

    pk: int
    uid: UUID
    version: int
    name: str
    id_number_digest: bytes | None
    phone_digest: bytes | None
    user_id: int | None


class StandingAccount(NamedTuple):
    """An account that is there already."""

    pk: int
    username: str
    name: str
    is_active: bool
    phone_digest: bytes | None


@dataclass
class Register:
    """Everything the rows of a list are compared with."""

    #: whoever imports; None at the command line, which may grant everything
    officer: Any
    places: dict[int, StandingPlace]
    roles: dict[str, Role]
    by_number: dict[bytes, StandingPerson]
    #: people in office by organisation and name
    by_name: dict[tuple[int, str], list[StandingPerson]]
    accounts: dict[int, StandingAccount]
    by_phone: dict[bytes, int]
    by_username: dict[str, int]
    #: account, role, organisation of postings that have not ended
    postings: set[tuple[int, int, int]]
    #: accounts the officer may know of; None: all
    seen: set[int] | None
    taken: set[str] = field(default_factory=set)

    def knows(self, account: int) -> bool:
        """Whether the officer may be told of an account."""
        return self.seen is None or account in self.seen


def digests(kind: str, values: list[Any]) -> list[bytes | None]:
    """The digest of each value, None where there is none."""
    return [digest(kind, value) if value else None for value in values]


def register_of(rows: Rows) -> Register:
    """What stands for ``rows``; a fixed number of queries per 2,000 rows."""
    batch = Batch.objects.select_related("actor").get(uid=rows.batch)
    by_number = _people_by_number(rows)
    by_name = _people_by_name(rows)
    people = [*by_number.values(), *(one for found in by_name.values() for one in found)]
    phones = set(digests("phone", rows.column("phone"))) - {None}
    accounts = _accounts(rows, {one.user_id for one in people} - {None}, phones)
    officer = batch.actor
    return Register(
        officer=officer,
        places=_places(rows),
        roles={role.code: role for role in Role.objects.all()},
        by_number=by_number,
        by_name=by_name,
        accounts=accounts,
        by_phone={a.phone_digest: pk for pk, a in accounts.items() if a.phone_digest},
        by_username={account.username.lower(): pk for pk, account in accounts.items()},
        postings=_postings(list(accounts)),
        seen=_seen(officer, list(accounts)) if officer else None,
        taken={name.lower() for name in User.objects.values_list("username", flat=True)},
    )


def _places(rows: Rows) -> dict[int, StandingPlace]:
    found: dict[int, StandingPlace] = {}
    for block in in_blocks(sorted(set(rows.organisation_ids))):
        known = keyed(Organisation.objects.all(), "id", block)
        for values in known.values_list("pk", "path", "branch_id", "short_name"):
            found[values[0]] = StandingPlace(*values)
    return found


def _person(values: tuple[Any, ...]) -> StandingPerson:
    return StandingPerson(*(bytes(v) if isinstance(v, memoryview) else v for v in values))


def _people_by_number(rows: Rows) -> dict[bytes, StandingPerson]:
    """People by their ID number, of the importer's own part alone."""
    known = set(digests("id_number", rows.column("id_number"))) - {None}
    found: dict[bytes, StandingPerson] = {}
    for block in in_blocks(known):
        people = keyed(Person.objects.in_scope(rows.ceiling), "id_number_digest", block)
        for values in people.values_list(*StandingPerson._fields):
            person = _person(values)
            found[person.id_number_digest or b""] = person
    return found


def _people_by_name(rows: Rows) -> dict[tuple[int, str], list[StandingPerson]]:
    found: dict[tuple[int, str], list[StandingPerson]] = {}
    columns = [f"person__{name}" for name in StandingPerson._fields]
    for block in in_blocks(sorted(set(rows.organisation_ids))):
        held = keyed(Appointment.objects.in_office_on(rows.today), "organisation", block)
        for owner, *values in held.order_by("pk").values_list("organisation_id", *columns):
            person = _person(tuple(values))
            here = found.setdefault((owner, person.name), [])
            if person not in here:
                here.append(person)
    return found


def _accounts(rows: Rows, linked: set[Any], phones: set[Any]) -> dict[int, StandingAccount]:
    names = {name for name in rows.column("username") if name}
    found: dict[int, StandingAccount] = {}
    for lookup, values in (("id", linked), ("phone_digest", phones), ("username", names)):
        for block in in_blocks(values):
            known = keyed(User.objects.all(), lookup, block)
            for row in known.values_list(*StandingAccount._fields):
                account = StandingAccount(*row[:4], bytes(row[4]) if row[4] else None)
                found[account.pk] = account
    return found


def _postings(accounts: list[int]) -> set[tuple[int, int, int]]:
    found: set[tuple[int, int, int]] = set()
    for block in in_blocks(accounts):
        open_ones = keyed(Posting.objects.filter(until_on=None), "user", block)
        found.update(open_ones.values_list("user_id", "role_id", "organisation_id"))
    return found


def _seen(officer: User, accounts: list[int]) -> set[int]:
    found: set[int] = set()
    for block in in_blocks(accounts):
        known = keyed(accounts_seen_by(officer), "id", block)
        found.update(known.values_list("pk", flat=True))
    return found
