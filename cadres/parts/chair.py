"""The chair of a village as a report names her: a person without ID where nobody is in post."""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from cadres.parts.matching import (
    StandingAppointment,
    StandingPerson,
    StandingPost,
    appointments_of,
    people_by_pk,
    posts,
)
from cadres.parts.people import phone_values, spelling
from federation.exchange.declare import Follows, Part, part
from federation.exchange.plans import (
    CHANGED,
    CONFLICT,
    DUPLICATE,
    NEW,
    Create,
    Note,
    Rows,
    Update,
    Verdict,
)
from federation.identity import uuid7_batch
from federation.sealing.boxes import digest
from federation.sealing.masking import mask_phone
from orgs.models import Precision
from orgs.parts.facts import FACT, OF_KEY, Facts, told_phone, told_text, told_yes
from orgs.parts.matching import hexed

TELLING = {"chair_name": told_text, "chair_phone": told_phone, "chair_in_committee": told_yes}
CHAIR = "01"


class Standing(NamedTuple):
    """What ``match`` finds."""

    told: Facts
    held: dict[int, list[StandingAppointment]]
    people: dict[int, StandingPerson]
    posts: dict[int, StandingPost]


@part("villages")
class ChairOfVillage(Part):
    """Creates a chair where none is in post; fills “两委” where unknown; else tells differences."""

    reads = tuple(TELLING)
    derives: ClassVar = {
        "cadres.Person": {
            "name": Follows(("chair_name",)),
            "phone": Follows(("chair_phone",)),
        },
        "cadres.Appointment": {
            "from_on": Follows(("election_date",)),
            "is_on_two_committees": Follows(("chair_in_committee",)),
        },
        FACT: OF_KEY,
    }

    def match(self, rows: Rows) -> Standing:
        """All appointments of the villages that name a chair, and who holds them."""
        owners = [
            owner
            for owner, name in zip(rows.organisation_ids, rows.column("chair_name"), strict=True)
            if name
        ]
        held = appointments_of(owners)
        people = people_by_pk(post.person_id for posts_ in held.values() for post in posts_)
        return Standing(Facts(rows, TELLING), held, people, posts())

    def tokens(self, rows: Rows, found: Standing) -> list[Any]:
        """Heads, people of the reported name, and the facts of each row's village."""
        names = rows.column("chair_name")
        facts = found.told.tokens()
        return [
            (self._token(found, owner, names[row]), facts[row])
            for row, owner in enumerate(rows.organisation_ids)
        ]

    def _token(self, found: Standing, owner: int, name: str | None) -> Any:
        looked_at = [
            (post.pk, post.version, found.people[post.person_id].version)
            for post in found.held.get(owner, ())
            if post.is_head or found.people[post.person_id].name == name
        ]
        return tuple(looked_at)

    def plan(self, rows: Rows, found: Standing) -> Iterator[Any]:
        """The facts, and the chair where none is in post."""
        yield from found.told.plan()
        uids = iter(uuid7_batch(2 * rows.count))
        for row, name in enumerate(rows.column("chair_name")):
            if name is None:
                continue
            held = found.held.get(rows.organisation_ids[row], [])
            head = next((p for p in held if p.is_head and p.is_open_on(rows.as_of)), None)
            if head is not None:
                yield from self._beside(rows, row, found, head)
            elif any(found.people[post.person_id].name == name for post in held):
                yield from self._namesake(row, name)
            else:
                yield from self._new(rows, row, found, next(uids), next(uids))

    def _namesake(self, row: int, name: str) -> Iterator[Note | Verdict]:
        message = _(
            "本单位已登记过同名的“{name}”，可能是同一人，没有新增主席。请在人员页面核对后任职。"
        )
        yield Note(row, "suspected_duplicate", message.format(name=name))
        yield Verdict(row, DUPLICATE)

    def _new(
        self, rows: Rows, row: int, found: Standing, person: UUID, post: UUID
    ) -> Iterator[Create | Verdict]:
        owner = rows.organisation_ids[row]
        branch = found.told.branches[owner]
        yield Create("cadres.Person", (row,), owner, branch, self._identity(rows, row, person))
        appointed = {
            "uid": post.hex,
            "person_id": person.hex,
            "organisation_id": owner,
            "branch_id": branch,
            **self._since(rows, row),
            "post_id": next(p.pk for p in found.posts.values() if p.code == CHAIR),
            "is_head": True,
            "is_on_two_committees": rows.column("chair_in_committee")[row],
            **reported(rows),
        }
        yield Create("cadres.Appointment", (row,), owner, branch, appointed)
        yield Verdict(row, NEW)

    def _identity(self, rows: Rows, row: int, person: UUID) -> dict[str, Any]:
        name = rows.column("chair_name")[row]
        return {
            "uid": person.hex,
            "name": name,
            **spelling(name),
            **phone_values(person, rows.column("chair_phone")[row]),
            "birth_precision": Precision.UNKNOWN.value,
            **reported(rows),
        }

    def _since(self, rows: Rows, row: int) -> dict[str, Any]:
        election = rows.column("election_date")[row]
        if election is None:
            return {
                "from_on": rows.as_of.isoformat(),
                "from_precision": Precision.UNKNOWN.value,
            }
        return {
            "from_on": election.first_day.isoformat(),
            "from_precision": election.precision,
            "term_id": rows.made.get("term", {}).get(row),
        }

    def _beside(
        self, rows: Rows, row: int, found: Standing, head: StandingAppointment
    ) -> Iterator[Note | Update | Verdict]:
        name, person = rows.column("chair_name")[row], found.people[head.person_id]
        if person.name != name:
            message = _(
                "系统中在任主席是“{ours}”，表中是“{theirs}”。没有改动，如已换人请先办理卸任。"
            )
            yield Note(row, "chair_differs", message.format(ours=person.name, theirs=name))
            yield Verdict(row, CONFLICT)
            return
        yield from self._phone(row, person, rows.column("chair_phone")[row])
        yield from self._two_committees(rows, row, found, head)

    def _phone(
        self, row: int, person: StandingPerson, phone: str | None
    ) -> Iterator[Note | Verdict]:
        if phone is None or person.phone_digest in (None, digest("phone", phone)):
            return
        message = _("系统中{name}的电话是 {ours}，表中是 {theirs}。没有改动，请核对。")
        yield Note(
            row,
            "phone_differs",
            message.format(name=person.name, ours=person.phone_masked, theirs=mask_phone(phone)),
        )
        yield Verdict(row, CONFLICT)

    def _two_committees(
        self, rows: Rows, row: int, found: Standing, head: StandingAppointment
    ) -> Iterator[Note | Update | Verdict]:
        told, known = rows.column("chair_in_committee")[row], head.is_on_two_committees
        if told is None or told == known:
            return
        owner = rows.organisation_ids[row]
        if known is None:
            before = {"is_on_two_committees": None, "batch": hexed(head.batch)}
            after = {"is_on_two_committees": told, "batch": rows.batch.hex}
            branch = found.told.branches[owner]
            yield Update(
                "cadres.Appointment", (row,), owner, branch, head.pk, head.uid, before, after
            )
            yield Verdict(row, CHANGED)
            return
        message = _("系统中主席是否进“两委”是“{ours}”，表中是“{theirs}”。没有改动，请核对。")
        yield Note(
            row, "two_committees_differs", message.format(ours=said(known), theirs=said(told))
        )
        yield Verdict(row, CONFLICT)


def reported(rows: Rows) -> dict[str, Any]:
    """The marks of a record that only a report speaks of."""
    return {"from_report": True, "batch": rows.batch.hex}


def said(answer: bool) -> str:
    """Yes or no as the table says it."""
    return _("是") if answer else _("否")
