"""Records as forms and imports leave them, in as few words as a claim needs."""

from datetime import date
from typing import Any

from cadres.models import Appointment, Person, Post
from federation.access.tree import step
from federation.coverage.services import Figure, figures, rebuild
from homes.models import Home, HomeKind
from orgs.models import Kind, Organisation, ReportedFact, Term

TODAY = date(2026, 6, 15)


def village(town: Organisation, name: str, kind: str = "60", **fields: Any) -> Organisation:
    """A further village (60), community (61) or unconverted 妇代会 (62) of a town."""
    number = Organisation.objects.filter(parent=town).count()
    code = f"{town.code}{300 + number}"
    return Organisation.objects.create(
        code=code,
        name=name,
        short_name=name,
        kind=Kind.objects.get(code=kind),
        kind_group="village",
        parent=town,
        path=town.path + step(number),
        depth=town.depth + 1,
        branch=town.branch,
        **fields,
    )


def established(organisation: Organisation, since: date | None = None, **fields: Any) -> None:
    """Its federation stands since a day."""
    organisation.status = Organisation.Status.ESTABLISHED
    organisation.status_since_on = since
    for name, value in fields.items():
        setattr(organisation, name, value)
    organisation.save()


def term(organisation: Organisation, starts: date, due: date, **fields: Any) -> Term:
    return Term.objects.create(organisation=organisation, starts_on=starts, due_on=due, **fields)


def appoint(
    organisation: Organisation,
    name: str,
    post: str = "执委",
    since: date = date(2024, 3, 1),
    **fields: Any,
) -> Appointment:
    """A new person in a post."""
    return Appointment.objects.create(
        person=fields.pop("person", None) or Person.objects.create(name=name),
        organisation=organisation,
        post=Post.objects.get(name=post),
        from_on=since,
        **fields,
    )


def home(organisation: Organisation, name: str = "妇女之家", **fields: Any) -> Home:
    kind = fields.pop("kind", None) or HomeKind.objects.get(code="women_home")
    return Home.objects.create(organisation=organisation, kind=kind, name=name, **fields)


def report(organisation: Organisation, as_of: date = date(2026, 5, 31), **cells: Any) -> None:
    """The filled cells of a villages row: texts, whole numbers, True and False; money in 分."""
    for key, value in cells.items():
        number = None if isinstance(value, str) else int(value)
        ReportedFact.objects.create(
            organisation=organisation, key=key, as_of=as_of, text=str(value), number=number
        )


def figure(code: str, organisation: Organisation) -> tuple[int, int, int, int, int]:
    """Numerator, denominator, counted, reported, unknown as stored."""
    found: Figure = figures([organisation.pk])[organisation.pk][code]
    return (found.numerator, found.denominator, found.counted, found.reported, found.unknown)


def counted(code: str, organisation: Organisation, on: date = TODAY) -> tuple[int, ...]:
    """The figure after a full count as of ``on``; the clock must stand in the same month."""
    rebuild(on=on)
    return figure(code, organisation)
