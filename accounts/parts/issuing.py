"""The part that owns the list of accounts: set-based, and no password anywhere."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.parts.deciding import Decider, Decision
from accounts.parts.matching import Register, register_of
from federation.access.models import User
from federation.exchange.declare import Follows, Part, Retirement, part, retirements
from federation.exchange.plans import NEW, Create, Note, Rows, Update, Verdict
from federation.identity import uuid7
from federation.sealing.boxes import digest
from federation.sealing.fields import place_of, seal_text
from federation.sealing.masking import mask_phone

ACCOUNT, POSTING, PERSON = "access.User", "access.Posting", "cadres.Person"
# Who has used an account stays named in the log: taking the list back closes it.
retirements.register(Retirement(ACCOUNT, {"is_active": False}))


def moment(at: datetime) -> str:
    """A moment as both databases take it as text, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


@part("accounts")
class AccountOfRow(Part):
    """A new account with its posting; it opens only with a slip, printed after the import."""

    reads = ("person_name", "id_number", "phone", "role", "username")
    derives: ClassVar = {
        ACCOUNT: {
            "name": Follows(("person_name",)),
            "phone": Follows(("phone",)),
            "username": Follows(("username",)),
        },
        POSTING: {"role_id": Follows(("role",))},
    }

    def match(self, rows: Rows) -> tuple[Register, list[Decision]]:
        """What stands, and what each row means beside it."""
        register = register_of(rows)
        return register, Decider(rows, register).decisions()

    def tokens(self, rows: Rows, found: tuple[Register, list[Decision]]) -> list[Any]:
        """What was decided about each row."""
        return [decision.token() for decision in found[1]]

    def plan(self, rows: Rows, found: tuple[Register, list[Decision]]) -> Iterator[Any]:
        """Verdict and notes of every row; account, posting and link of the new ones."""
        register, decisions = found
        for row, decision in enumerate(decisions):
            yield Verdict(row, decision.bits)
            yield from (Note(row, *note) for note in decision.notes)
            if decision.bits == NEW:
                yield from self._issue(rows, register, row, decision)

    def _issue(self, rows: Rows, register: Register, row: int, decision: Decision) -> Iterator[Any]:
        place = register.places[rows.organisation_ids[row]]
        where, uid = ((row,), place.pk, place.branch_id), uuid7()
        officer = register.officer and register.officer.pk
        yield Create(ACCOUNT, *where, self._account(rows, row, uid, decision, officer))
        posting = {
            "uid": uuid7().hex,
            "user_id": uid.hex,
            "role_id": register.roles[rows.column("role")[row].code].pk,
            "organisation_id": place.pk,
            "from_on": rows.today.isoformat(),
            "granted_by_id": officer,
        }
        yield Create(POSTING, *where, posting)
        person = decision.person
        if person is not None:
            link = ({"user_id": None}, {"user_id": uid.hex})
            yield Update(PERSON, *where, person.pk, person.uid, *link)

    def _account(
        self, rows: Rows, row: int, uid: UUID, decision: Decision, officer: int | None
    ) -> dict[str, Any]:
        values = {
            "uid": uid.hex,
            "username": decision.username,
            "name": rows.column("person_name")[row],
            "password": make_password(None),
            "created_at": moment(timezone.now()),
            "created_by_id": officer,
        }
        phone = rows.column("phone")[row]
        if phone:
            values["phone"] = seal_text(place_of(User, "phone", uid.hex), phone)
            values["phone_digest"] = digest("phone", phone)
            values["phone_masked"] = mask_phone(phone)
        return values
