"""The people, appointments and terms a roster brings: collected, then made column by column."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from cadres.models import Person
from cadres.parts.matching import StandingPost
from cadres.parts.people import spellings
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.plans import Creates, Rows, defaults_of
from federation.identity import uuid7_text_stream, uuid7_texts
from federation.sealing.boxes import digests, seal_each
from federation.sealing.fields import place_of
from federation.sealing.masking import mask_id_number, mask_phone
from orgs.models import Precision
from orgs.parts.matching import StandingOrganisation, cut_short, years_later

PERSON, APPOINTMENT, TERM = "cadres.Person", "cadres.Appointment", "orgs.Term"
LABELLED = ("ethnic", "political", "education")
#: column of the table, column of an appointment, what is kept of an option
TOLD: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("employment", "engagement", lambda choice: choice.code),
    ("rank", "rank", lambda choice: choice.code),
    ("sector", "sector", lambda choice: choice.label),
    ("remark", "remark", lambda text: text),
)
_FEMALE, _MALE = Person.Sex.FEMALE.value, Person.Sex.MALE.value


class NewPeople:
    """People nobody has heard of, each told by one row."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._fresh = uuid7_text_stream()
        self.uids: list[str] = []
        self.told_by: list[int] = []
        self.of_rows: list[tuple[int, ...]] = []
        self.digests: list[bytes] = []
        self.owners: list[int] = []
        self.branches: list[int | None] = []

    def add(
        self, organisation: StandingOrganisation, told_by: Sequence[int], digests: Sequence[bytes]
    ) -> list[str]:
        """One person for every row of ``told_by``, who belongs to no other row; their uids."""
        uids = list(islice(self._fresh, len(told_by)))
        self.uids += uids
        self.told_by += told_by
        self.of_rows += [(row,) for row in told_by]
        self.digests += digests
        self.owners += [organisation.pk] * len(uids)
        self.branches += [organisation.branch_id] * len(uids)
        return uids

    def add_one(
        self, organisation: StandingOrganisation, row: int, of_rows: tuple[int, ...], known: bytes
    ) -> str:
        """The person whom ``row`` tells and who belongs to all ``of_rows``; her uid."""
        (uid,) = self.add(organisation, [row], [known])
        self.of_rows[-1] = of_rows
        return uid

    def made(self) -> Iterator[Creates]:
        """What was collected, as columns."""
        if self.uids:
            numbers = self._column("id_number")
            columns = {
                "uid": self.uids,
                **self._names(),
                **self._numbers(numbers),
                **self._phones(),
                **self._births(numbers),
                "sex": [_MALE if number[16] in "13579" else _FEMALE for number in numbers],
                **self._told(),
                "batch": self.rows.batch.hex,
            }
            yield Creates(PERSON, self.of_rows, self.owners, self.branches, columns)

    def _column(self, key: str) -> list[Any]:
        column = self.rows.column(key)
        return [column[row] for row in self.told_by]

    def _names(self) -> dict[str, Any]:
        names = self._column("person_name")
        return {"name": names, **spellings(names)}

    def _numbers(self, numbers: list[str]) -> dict[str, Any]:
        place = place_of(Person, "id_number", "")
        return {
            "id_number": seal_each([place + uid for uid in self.uids], map(str.encode, numbers)),
            "id_number_digest": self.digests,
            "id_number_masked": [mask_id_number(number) for number in numbers],
        }

    def _phones(self) -> dict[str, Any]:
        """The three columns of a telephone, blank where there is none."""
        phones, place = self._column("phone"), place_of(Person, "phone", "")
        told = [phone for phone in phones if phone is not None]
        where = (
            place + uid for uid, phone in zip(self.uids, phones, strict=True) if phone is not None
        )
        sealed, known = iter(seal_each(where, map(str.encode, told))), iter(digests("phone", told))
        blank = defaults_of(PERSON)
        return {
            "phone": [blank["phone"] if phone is None else next(sealed) for phone in phones],
            "phone_digest": [
                blank["phone_digest"] if phone is None else next(known) for phone in phones
            ],
            "phone_masked": [
                blank["phone_masked"] if phone is None else mask_phone(phone) for phone in phones
            ],
        }

    def _births(self, numbers: list[str]) -> dict[str, Any]:
        """Birth as told, else as the ID number says."""
        births = self._column("birth")
        days = {birth: birth.first_day.isoformat() for birth in set(births) if birth is not None}
        return {
            "birth_on": [
                f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if birth is None else days[birth]
                for birth, number in zip(births, numbers, strict=True)
            ],
            "birth_precision": [
                Precision.DAY.value if birth is None else birth.precision for birth in births
            ],
        }

    def _told(self) -> dict[str, Any]:
        found = {key: filled(PERSON, key, self._column(key), _label) for key in LABELLED}
        return {**found, "is_grid": filled(PERSON, "is_grid", self._column("is_grid"))}


class NewAppointments:
    """Appointments, each of one row: from the day elected, else known to hold as of the import."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.told_by: list[int] = []
        self.people: list[int | str] = []
        self.posts: list[StandingPost] = []
        self.terms: list[int | str | None] = []
        self.owners: list[int] = []
        self.branches: list[int | None] = []

    def add(
        self,
        organisation: StandingOrganisation,
        told_by: Sequence[int],
        people: Sequence[int | str],
        posts: Sequence[StandingPost],
        terms: Sequence[int | str | None],
    ) -> None:
        """One appointment for every row of ``told_by``."""
        self.told_by += told_by
        self.people += people
        self.posts += posts
        self.terms += terms
        self.owners += [organisation.pk] * len(told_by)
        self.branches += [organisation.branch_id] * len(told_by)

    def made(self) -> Iterator[Creates]:
        """What was collected, as columns."""
        if self.told_by:
            columns = {
                "uid": uuid7_texts(len(self.told_by)),
                "person_id": self.people,
                "organisation_id": self.owners,
                "branch_id": self.branches,
                "term_id": self.terms,
                "post_id": [post.pk for post in self.posts],
                "is_head": [post.is_head for post in self.posts],
                **self._starts(),
                **{name: self._told(key, name, keep) for key, name, keep in TOLD},
                "batch": self.rows.batch.hex,
            }
            of_rows = [(row,) for row in self.told_by]
            yield Creates(APPOINTMENT, of_rows, self.owners, self.branches, columns)

    def _starts(self) -> dict[str, Any]:
        elected = self.rows.column("elected_on")
        unknown = PartialDate(self.rows.as_of, Precision.UNKNOWN.value)
        starts = [elected[row] or unknown for row in self.told_by]
        days = {start: start.first_day.isoformat() for start in set(starts)}
        return {
            "from_on": [days[start] for start in starts],
            "from_precision": [start.precision for start in starts],
        }

    def _told(self, key: str, name: str, keep: Callable[[Any], Any]) -> list[Any]:
        column = self.rows.column(key)
        return filled(APPOINTMENT, name, [column[row] for row in self.told_by], keep)


class NewTerms:
    """Terms that rosters begin, each of one organisation."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._fresh = uuid7_text_stream()
        self._days: dict[tuple[date, int], tuple[date, str, str]] = {}
        self.of_rows: list[tuple[int, ...]] = []
        self.owners: list[int] = []
        self.branches: list[int | None] = []
        self.told: list[tuple[Any, ...]] = []

    def add(
        self, organisation: StandingOrganisation, start: PartialDate, of_rows: tuple[int, ...]
    ) -> tuple[str, date, date]:
        """A term from ``start``; its uid, first day and the day on which it is due."""
        uid, first = next(self._fresh), start.first_day
        due, first_told, due_told = self._due(first, organisation.term_years)
        ended = cut_short(organisation, first, due)
        self.of_rows.append(of_rows)
        self.owners.append(organisation.pk)
        self.branches.append(organisation.branch_id)
        self.told.append((uid, first_told, start.precision, due_told, ended))
        return uid, first, due

    def _due(self, first: date, years: int) -> tuple[date, str, str]:
        # Whole districts elect on the same days.
        known = self._days.get((first, years))
        if known is None:
            due = years_later(first, years)
            known = self._days[first, years] = due, first.isoformat(), due.isoformat()
        return known

    def made(self) -> Iterator[Creates]:
        """What was collected, as columns."""
        if self.told:
            names = ("uid", "starts_on", "starts_precision", "due_on", "ended_on")
            columns = {
                **dict(zip(names, map(list, zip(*self.told, strict=True)), strict=True)),
                "organisation_id": self.owners,
                "branch_id": self.branches,
                "from_report": False,
                "batch": self.rows.batch.hex,
            }
            yield Creates(TERM, self.of_rows, self.owners, self.branches, columns)


def filled(
    model: str, attname: str, values: list[Any], keep: Callable[[Any], Any] | None = None
) -> list[Any]:
    """What is kept of each value; blanks as a new record has them."""
    blank = defaults_of(model)[attname]
    if keep is None:
        return [blank if value is None else value for value in values]
    return [blank if value is None else keep(value) for value in values]


def _label(choice: Any) -> str:
    return str(choice.label)
