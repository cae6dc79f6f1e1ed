"""One committee of a roster: what its good rows write, and what they say of the organisation."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cadres.parts.deciding import Decider
from cadres.parts.differences import (
    PERSON,
    new_appointment,
    new_person,
    rewritten_appointment,
    rewritten_person,
)
from cadres.parts.register import Member, Register
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.plans import (
    CHANGED,
    CONFLICT,
    DUPLICATE,
    NEW,
    UNCHANGED,
    Create,
    Note,
    Rows,
    Update,
    Verdict,
)
from orgs.models import Organisation
from orgs.parts.matching import (
    begun_or_running,
    confirmed,
    established,
    new_term,
    years_later,
)


class Committee:
    """The rows of one organisation against what stands in the register."""

    def __init__(self, rows: Rows, register: Register, owner: int, numbers: list[int]) -> None:
        self.rows, self.register = rows, register
        self.organisation = register.organisations[owner]
        positions, elected = rows.column("position"), rows.column("elected_on")
        self.members = [
            Member(row, register.post_of(positions[row]), elected[row]) for row in numbers
        ]
        self.decider = Decider(rows, register, owner)
        self.new_term: tuple[PartialDate, UUID] | None = None

    def plan(self) -> Iterator[Any]:
        """Verdicts and notes of every row; what the good ones write."""
        self.decider.claim(self.members)
        for member in self.members:
            yield from self.decider.decide(member)
        writing = [m for m in self.members if not m.bits & (CONFLICT | DUPLICATE)]
        made = list(self._own_standing(writing))
        yield from made
        for member in writing:
            yield from self._write(member)
        # What is written for the whole committee must hang on a row that says so.
        if made and all(member.bits == UNCHANGED for member in writing):
            writing[0].bits = CHANGED
        yield from (Verdict(member.row, member.bits) for member in self.members)

    def _own_standing(self, writing: list[Member]) -> Iterator[Create | Update]:
        """The organisation stands, and its term runs, since the roster says so."""
        of_rows = _led_by(writing, None)
        dates = [member.elected for member in writing if member.elected is not None]
        if writing and self.organisation.status == Organisation.Status.NOT_BUILT:
            since = min(dates, default=None)
            told_by = _led_by(writing, since)
            yield established(
                self.rows, self.organisation, since, of_rows=told_by, from_report=False
            )
        elif writing and self.organisation.from_report:
            yield confirmed(
                self.rows, "orgs.Organisation", self.organisation, self.organisation, of_rows
            )
        if dates:
            start = self._term_start(dates)
            yield from self._term(start, _led_by(writing, start))

    def _term_start(self, dates: list[PartialDate]) -> PartialDate:
        """The chair's date; without one the most frequent, of several the earliest."""
        chair = self.decider.chair_row
        if chair is not None and chair.elected is not None:
            return chair.elected
        counted = Counter(dates)
        most = max(counted.values())
        return min(day for day, count in counted.items() if count == most)

    def _term(self, start: PartialDate, of_rows: tuple[int, ...]) -> Iterator[Create | Update]:
        running = begun_or_running(self.organisation, start)
        if running is None:
            self.new_term = (start, next(self.register.uids))
            yield new_term(
                self.rows, self.organisation, *self.new_term, of_rows=of_rows, from_report=False
            )
        elif running.from_report:
            yield confirmed(self.rows, "orgs.Term", self.organisation, running, of_rows)

    def term_of(self, elected: PartialDate | None) -> int | str | None:
        """The term an appointment belongs to: one that stands, or the one about to be made."""
        if elected is None:
            return None
        running = self.organisation.term_on(elected.last_day)
        if running is not None:
            return running.pk
        if self.new_term is None:
            return None
        start, uid = self.new_term
        due = years_later(start.first_day, self.organisation.term_years)
        return uid.hex if start.first_day <= elected.last_day < due else None

    def _write(self, member: Member) -> Iterator[Any]:
        if member.person is None:
            yield from self._new_person(member)
        elif self.decider.may_rewrite(member.person):
            yield from self._known_person(member)
        else:
            yield from self._person_elsewhere(member)
        if member.appointment is None:
            yield from self._appoint(member)
        else:
            yield from self._standing_appointment(member)

    def _new_person(self, member: Member) -> Iterator[Create]:
        """Once for all rows with this number."""
        known = self.register.digests[member.row]
        member.bits |= NEW
        if known in self.register.made:
            return
        uid = self.register.made[known] = next(self.register.uids)
        organisation = self.organisation
        yield Create(
            PERSON,
            self.register.rows_of[known],
            organisation.pk,
            organisation.branch_id,
            new_person(self.rows, member.row, uid, known),
        )

    def _known_person(self, member: Member) -> Iterator[Update]:
        person = member.person
        if person is None or person.pk in self.register.rewritten:
            return
        known = self.register.digests[member.row]
        change = rewritten_person(self.rows, member.row, person, known, self.organisation)
        if change is not None:
            self.register.rewritten.add(person.pk)
            if person.id_number_digest is None:
                self.register.completed[known] = person
            member.bits |= CHANGED
            yield change

    def _person_elsewhere(self, member: Member) -> Iterator[Note]:
        """Posts outside the scope: who she is stays as it is, and nothing of it is told."""
        if member.appointment is None:
            message = _("此人已在其他单位登记，这里只登记任职；其余信息有出入时请联系上级。")
            yield Note(member.row, "person_elsewhere", message)

    def _appoint(self, member: Member) -> Iterator[Create | Note]:
        known = self.register.digests[member.row]
        person = member.person.pk if member.person else self.register.made[known].hex
        term = self.term_of(member.elected)
        member.bits |= NEW
        uid = next(self.register.uids)
        yield new_appointment(self.rows, member, uid, person, term, self.organisation)
        if member.person is not None and self.decider.may_rewrite(member.person):
            yield from self._other_posts(member)

    def _other_posts(self, member: Member) -> Iterator[Note]:
        held = self.register.posts_of.get(member.person.pk, ()) if member.person else ()
        names = sorted(
            {
                post.short_name
                for post in held
                if post.organisation_id != self.organisation.pk and post.until_on is None
            }
        )
        if names:
            message = _("此人在{names}也有任职，请核对是否兼任。")
            yield Note(member.row, "person_in_two_orgs", message.format(names="、".join(names[:3])))

    def _standing_appointment(self, member: Member) -> Iterator[Update]:
        term = self.term_of(member.elected)
        change = rewritten_appointment(self.rows, member, term, self.organisation)
        if change is not None:
            member.bits |= CHANGED
            yield change
        elif not member.bits:
            member.bits = UNCHANGED


def _led_by(writing: list[Member], start: PartialDate | None) -> tuple[int, ...]:
    """The rows of a committee, one that tells ``start`` first: there the date comes from."""
    first = (member.row for member in writing if start is not None and member.elected == start)
    return tuple(dict.fromkeys([*first, *(member.row for member in writing)]))
