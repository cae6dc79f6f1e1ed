"""What a filled city holds besides its people: reports, terms, homes, money; and it many times."""

import random
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import people_of_a_city
from benchmarks.money_of_a_city import money
from cadres.models import Appointment, Person
from federation.access.tree import STEP, step
from funding.models import LedgerLine, Population, YearlyBudget
from homes.models import Home, HomeCheck, HomeKind, Standard
from orgs.models import Organisation, ReportedFact, Term

# Copied in this order; the columns that point at copied rows.
COPIED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Organisation, ("id", "parent_id", "branch_id", "covered_by_id", "located_in_id")),
    (Term, ("id", "organisation_id", "branch_id")),
    (ReportedFact, ("id", "organisation_id", "branch_id")),
    (Person, ("id",)),
    (Appointment, ("id", "person_id", "organisation_id", "branch_id")),
    (Home, ("id", "organisation_id", "branch_id")),
    (HomeCheck, ("id", "organisation_id", "branch_id", "home_id")),
    (YearlyBudget, ("id", "organisation_id", "branch_id")),
    (LedgerLine, ("id", "organisation_id", "branch_id")),
    (Population, ("id", "organisation_id", "branch_id")),
)
GROUPS = ("province", "city", "district", "town", "village")
NEW_UID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def fill() -> None:
    """People, reports, terms, homes and money of every place; the same on every run."""
    people_of_a_city.fill()
    if Term.objects.exists():
        return
    luck, today = random.Random(50), timezone.localdate()
    places = list(Organisation.objects.filter(kind_group__in=GROUPS).order_by("path"))
    with transaction.atomic():
        built = [place.pk for place in places if luck.random() < 0.9]
        stands = {"status": Organisation.Status.ESTABLISHED, "status_since_on": date(2016, 5, 1)}
        for first in range(0, len(built), 5000):
            Organisation.objects.filter(pk__in=built[first : first + 5000]).update(**stands)
        made = records(places, luck, today)
        # In the order of COPIED: a check can be saved once its home is.
        for model, _links in COPIED:
            if mine := [record for record in made if type(record) is model]:
                model.objects.bulk_create(mine, batch_size=5000)
    people_of_a_city.settle()


def records(places: list, luck: random.Random, today: date) -> list:
    """Unsaved records of all places."""
    women_home = HomeKind.objects.get(code="women_home")
    standard = Standard.objects.in_force("five_haves", today)
    made: list[Any] = []
    for each in places:
        place = {"organisation": each, "branch_id": each.branch_id}
        starts = today - timedelta(days=luck.randrange(300, 2200))
        due = starts + timedelta(days=1826)
        made.append(Term(**place, starts_on=starts, due_on=due, from_report=True))
        if each.kind_group == "village":
            for key, number in cells(luck).items():
                if luck.random() < 0.95:
                    fact = ReportedFact(**place, key=key, as_of=today, number=number, text=key)
                    made.append(fact)
        if luck.random() < 0.9:
            home = Home(**place, kind=women_home, **days_of_a_home(luck, today))
            made += [home, *checks(home, standard, luck, today)]
        made += money(place, luck, today)
    return made


def days_of_a_home(luck: random.Random, today: date) -> dict[str, Any]:
    """A 妇女之家 known from a report, or registered with its days; a few are closed again."""
    opened = today - timedelta(days=luck.randrange(0, 3000))
    from_report = luck.random() < 0.5
    closes = not from_report and luck.random() < 0.1
    closed = opened + timedelta(days=luck.randrange(1, 1000)) if closes else None
    return {
        "name": "妇女之家", "opened_on": opened, "closed_on": closed, "from_report": from_report,
    }  # fmt: skip


def checks(home: Home, standard: Standard, luck: random.Random, today: date) -> list[HomeCheck]:
    """None to three looks at a home within two years, on different days."""
    days = sorted(luck.sample(range(0, 730), luck.randrange(0, 4)))
    found = []
    for day in days:
        has_all = luck.random() < 0.6
        found.append(
            HomeCheck(
                home=home, organisation=home.organisation, branch_id=home.branch_id,
                standard=standard, checked_on=today - timedelta(days=day), is_passed=has_all,
                answers={"place": True, "sign": has_all},
            )
        )  # fmt: skip
    return found


def cells(luck: random.Random) -> dict[str, int | None]:
    """One row of a report."""
    return {
        "women_resident": luck.randrange(300, 2000),
        "households": luck.randrange(200, 900),
        "chair_name": None,
        "chair_in_committee": int(luck.random() < 0.95),
        "exec_count": luck.randrange(7, 17),
        "group_count": luck.randrange(0, 9),
        "has_home": int(luck.random() < 0.9),
        "budget_yuan": luck.randrange(0, 400_000),
        "election_date": None,
    }


def multiply(times: int) -> None:
    """Copies of everything beside the city, until it stands ``times`` times."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # The indexes of random keys stay in memory while they grow.
            cursor.execute("PRAGMA cache_size")
            (kept,) = cursor.fetchone()
            cursor.execute("PRAGMA cache_size=-2000000")
    with transaction.atomic(), connection.cursor() as cursor:
        sizes = {model: model.objects.order_by("-pk").first().pk for model, _links in COPIED}
        for copy in range(1, times):
            for model, links in COPIED:
                _copy(cursor, model, links, copy, sizes)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size={kept}")
    people_of_a_city.settle()


def _copy(cursor: Any, model: Any, links: tuple[str, ...], copy: int, sizes: dict) -> None:
    """One more copy of a table: keys moved on by its size, paths under a root of their own."""
    told = {
        "uid": NEW_UID[connection.vendor],
        "code": f"code || '-{copy}'" if model is Organisation else "code",
        "path": f"'{step(copy)}' || substr(path, {STEP + 1})",
    }
    columns = [field.column for field in model._meta.concrete_fields]
    for name in links:
        target = model if name == "id" else model._meta.get_field(name[:-3]).related_model
        told[name] = f"{name} + {copy * sizes[target]}"
    table, quoted = model._meta.db_table, [f'"{name}"' for name in columns]
    chosen = [told.get(name, at) for name, at in zip(columns, quoted, strict=True)]
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(quoted)}) SELECT {', '.join(chosen)}"
        f" FROM {table} WHERE id <= {sizes[model]}"
    )
