"""One committee of a roster: what its good rows write, and what they say of the organisation."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from cadres.parts.deciding import Decider
from cadres.parts.differences import rewritten_appointment, rewritten_person
from cadres.parts.matching import StandingPost
from cadres.parts.newcomers import NewAppointments, NewPeople, NewTerms
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
    Verdicts,
)
from orgs.models import Organisation
from orgs.parts.matching import (
    begun_or_running,
    confirmed,
    established,
)

NOT_BUILT = Organisation.Status.NOT_BUILT


class Newcomers(NamedTuple):
    """What the rows of a roster bring: people nobody has heard of, appointments, terms."""

    people: NewPeople
    appointments: NewAppointments
    terms: NewTerms
    #: rows of which everything is new
    rows: list[int]

    @classmethod
    def of(cls, rows: Rows) -> "Newcomers":
        """None so far."""
        return cls(NewPeople(rows), NewAppointments(rows), NewTerms(rows), [])

    def made(self) -> Iterator[Any]:
        """What was collected, with the verdict on the rows of which everything is new."""
        yield from self.terms.made()
        yield from self.people.made()
        yield from self.appointments.made()
        yield Verdicts(self.rows, NEW)


class Committee:
    """The rows of one organisation against what stands in the register."""

    def __init__(
        self, rows: Rows, register: Register, newcomers: Newcomers, owner: int, numbers: list[int]
    ) -> None:
        self.rows, self.register, self.newcomers = rows, register, newcomers
        self.owner, self.numbers = owner, numbers
        self.organisation = register.organisations[owner]
        positions, elected = rows.column("position"), rows.column("elected_on")
        self.posts = [register.post_of(positions[row]) for row in numbers]
        self.elected = [elected[row] for row in numbers]
        #: uid, first day and day on which it is due
        self.new_term: tuple[str, date, date] | None = None

    def plan(self) -> Iterator[Any]:
        """Verdicts and notes of every row; what the good ones write."""
        posts = [post for post in self.posts if post is not None]
        heads = [place for place, post in enumerate(posts) if post.is_head]
        is_heard_of = self.register.held.get(self.owner) or self.register.knows_any(self.numbers)
        if is_heard_of or len(heads) > 1 or len(posts) < len(self.numbers):
            return self._decided()
        return self._all_new(posts, self.elected[heads[0]] if heads else None)

    def _all_new(
        self, posts: list[StandingPost], chair: PartialDate | None
    ) -> Iterator[Create | Update]:
        """Nothing stands here, and nobody is known: what ``_decided`` comes to, at one go."""
        yield from self._own_standing(self.numbers, self.elected, chair)
        terms = [self.term_of(elected) for elected in self.elected]
        known = [self.register.digests[row] for row in self.numbers]
        people = self.newcomers.people.add(self.organisation, self.numbers, known)
        self.newcomers.appointments.add(self.organisation, self.numbers, people, posts, terms)
        self.newcomers.rows.extend(self.numbers)

    def _decided(self) -> Iterator[Any]:
        cells = zip(self.numbers, self.posts, self.elected, strict=True)
        members = [Member(row, post, elected) for row, post, elected in cells]
        self.decider = Decider(self.rows, self.register, self.owner)
        self.decider.claim(members)
        for member in members:
            yield from self.decider.decide(member)
        writing = [m for m in members if not m.bits & (CONFLICT | DUPLICATE)]
        head = self.decider.chair_row
        told = [member.row for member in writing], [member.elected for member in writing]
        made = list(self._own_standing(*told, head.elected if head else None))
        yield from made
        for member in writing:
            yield from self._write(member)
        # What is written for the whole committee must hang on a row that says so.
        if (made or self.new_term) and all(member.bits == UNCHANGED for member in writing):
            writing[0].bits = CHANGED
        yield from (Verdict(member.row, member.bits) for member in members)

    def _own_standing(
        self, told_by: list[int], elected: list[PartialDate | None], chair: PartialDate | None
    ) -> Iterator[Create | Update]:
        """The organisation stands, and its term runs, since the roster says so.

        ``chair``: the day of the chair's election, where it is told.
        """
        dates, own = [day for day in elected if day is not None], self.organisation
        if told_by and own.status == NOT_BUILT:
            since = min(dates, default=None)
            of_rows = _led_by(told_by, elected, since)
            yield established(self.rows, own, since, of_rows=of_rows, from_report=False)
        elif told_by and own.from_report:
            yield confirmed(self.rows, "orgs.Organisation", own, own, tuple(told_by))
        if dates:
            start = chair or self._most_frequent(dates)
            yield from self._term(start, _led_by(told_by, elected, start))

    @staticmethod
    def _most_frequent(dates: list[PartialDate]) -> PartialDate:
        """Without a chair's date the most frequent one counts, of several the earliest."""
        if len(dates) == 1:
            return dates[0]
        counted = Counter(dates)
        most = max(counted.values())
        return min(day for day, count in counted.items() if count == most)

    def _term(self, start: PartialDate, of_rows: tuple[int, ...]) -> Iterator[Create | Update]:
        running = begun_or_running(self.organisation, start)
        if running is None:
            self.new_term = self.newcomers.terms.add(self.organisation, start, of_rows)
        elif running.from_report:
            yield confirmed(self.rows, "orgs.Term", self.organisation, running, of_rows)

    def term_of(self, elected: PartialDate | None) -> int | str | None:
        """The term an appointment belongs to: one that stands, or the one about to be made."""
        if elected is None:
            return None
        day = elected.last_day
        running = self.organisation.term_on(day)
        if running is not None:
            return running.pk
        if self.new_term is None:
            return None
        uid, first, due = self.new_term
        return uid if first <= day < due else None

    def _write(self, member: Member) -> Iterator[Any]:
        if member.person is None:
            self._new_person(member)
        elif self.decider.may_rewrite(member.person):
            yield from self._known_person(member)
        else:
            yield from self._person_elsewhere(member)
        if member.appointment is None:
            yield from self._appoint(member)
        else:
            yield from self._standing_appointment(member)

    def _new_person(self, member: Member) -> None:
        """Once for all rows with this number."""
        register, row = self.register, member.row
        known, of_rows = register.digests[row], register.rows_of(row)
        member.bits |= NEW
        if known not in register.made:
            people = self.newcomers.people
            register.made[known] = people.add_one(self.organisation, row, of_rows, known)

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

    def _appoint(self, member: Member) -> Iterator[Note]:
        known = self.register.digests[member.row]
        person = member.person.pk if member.person else self.register.made[known]
        term = self.term_of(member.elected)
        member.bits |= NEW
        if member.post is not None:
            self.newcomers.appointments.add(
                self.organisation, [member.row], [person], [member.post], [term]
            )
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


def _led_by(
    told_by: list[int], elected: list[PartialDate | None], start: PartialDate | None
) -> tuple[int, ...]:
    """The rows of a committee, one that tells ``start`` first: there the date comes from."""
    if start is None or elected.count(start) == len(elected):
        return tuple(told_by)
    both = zip(told_by, elected, strict=True)
    first = (row for row, day in both if day == start)
    return tuple(dict.fromkeys([*first, *told_by]))
