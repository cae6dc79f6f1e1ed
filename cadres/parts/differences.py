"""A roster row beside its records: standing ones are changed where cells differ.

A blank cell never empties a record; a date is only replaced by another or by a finer one.
"""

from datetime import date
from typing import Any

from cadres.parts.matching import StandingAppointment, StandingPerson
from cadres.parts.newcomers import APPOINTMENT, LABELLED, PERSON, TOLD
from cadres.parts.people import birth_values, id_values, phone_values, sex_of, spelling
from cadres.parts.register import Member
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.plans import Rows, Update
from federation.sealing.boxes import digest
from orgs.models import Precision
from orgs.parts.matching import StandingOrganisation, agree, hexed, iso, update_of


def same_start(appointment: StandingAppointment, elected: PartialDate) -> bool:
    """Whether an appointment can have begun on ``elected``."""
    return agree(PartialDate(appointment.from_on, appointment.from_precision), elected)


def is_told_anew(known: date | None, precision: str, told: PartialDate | None) -> bool:
    """Whether ``told`` is another day than the one known, or a finer one."""
    if told is None:
        return False
    if known is None or precision == Precision.UNKNOWN:
        return True
    stands = PartialDate(known, precision)
    return not agree(stands, told) or len(told.iso()) > len(stands.iso())


def told_identity(rows: Rows, row: int) -> dict[str, Any]:
    """The plain columns of a person that a row fills."""
    told = {key: rows.column(key)[row] for key in LABELLED}
    values = {key: choice.label for key, choice in told.items() if choice is not None}
    is_grid = rows.column("is_grid")[row]
    return values if is_grid is None else {**values, "is_grid": is_grid}


def rewritten_person(
    rows: Rows,
    row: int,
    person: StandingPerson,
    known: bytes,
    organisation: StandingOrganisation,
) -> Update | None:
    """What a row changes of a person; None when it agrees in every cell."""
    after = {**told_identity(rows, row), "from_report": False}
    name, number = rows.column("person_name")[row], rows.column("id_number")[row]
    if person.name != name:
        after |= {"name": name, **spelling(name)}
    if person.id_number_digest is None:
        after |= {**id_values(person.uid, number, known), "sex": sex_of(number)}
    birth = rows.column("birth")[row]
    if is_told_anew(person.birth_on, person.birth_precision, birth) or person.birth_on is None:
        after |= birth_values(number, birth)
    phone = rows.column("phone")[row]
    if phone is not None and digest("phone", phone) != person.phone_digest:
        after |= phone_values(person.uid, phone)
    before = {**person._asdict(), "birth_on": iso(person.birth_on)}
    return changed(rows, PERSON, organisation, person, before, after, row)


def told_appointment(rows: Rows, row: int) -> dict[str, Any]:
    """The plain columns of an appointment that a row fills."""
    told = ((name, rows.column(key)[row], keep) for key, name, keep in TOLD)
    return {name: keep(value) for name, value, keep in told if value is not None}


def rewritten_appointment(
    rows: Rows,
    member: Member,
    term: int | str | None,
    organisation: StandingOrganisation,
) -> Update | None:
    """What a row changes of a standing appointment; an ended one is history and stays."""
    standing = member.appointment
    if standing is None or not standing.is_open_on(rows.as_of):
        return None
    after = {**told_appointment(rows, member.row), "from_report": False}
    if member.elected and is_told_anew(standing.from_on, standing.from_precision, member.elected):
        after["from_on"] = member.elected.first_day.isoformat()
        after["from_precision"] = member.elected.precision
    if term is not None and (standing.term_id is None or "from_on" in after):
        after["term_id"] = term
    if member.post is not None and member.post.pk != standing.post_id:
        after |= {"post_id": member.post.pk, "is_head": member.post.is_head}
    before = {**standing._asdict(), "from_on": standing.from_on.isoformat()}
    return changed(rows, APPOINTMENT, organisation, standing, before, after, member.row)


def changed(
    rows: Rows,
    model: str,
    organisation: StandingOrganisation,
    record: Any,
    before: dict[str, Any],
    after: dict[str, Any],
    row: int,
) -> Update | None:
    """The update, marked with the batch; None when nothing differs."""
    if all(before[name] == value for name, value in after.items()):
        return None
    before = {**before, "batch": hexed(record.batch)}
    return update_of(
        model, organisation, record, before, {**after, "batch": rows.batch.hex}, (row,)
    )
