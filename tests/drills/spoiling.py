"""What the demonstration must not leave lying about, and two quiet lies in its database.

``python -m tests.drills.spoiling known``: ID and telephone numbers that are in the records.
``python -m tests.drills.spoiling origins``: how many posts there are, which records name no import.
``python -m tests.drills.spoiling spoil``: changes one stored figure and one record behind the
product's back and prints the codes of the two villages.
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402

from cadres.models import Appointment, Person  # noqa: E402
from demo.building import DISTRICT, areas_of, districts_of  # noqa: E402
from demo.printing import rosters_of  # noqa: E402
from demo.reports import reports  # noqa: E402
from federation.coverage.models import CoverageRow  # noqa: E402
from federation.coverage.packing import pack, unpack  # noqa: E402
from federation.exchange.models import Batch  # noqa: E402
from federation.sealing.boxes import digest  # noqa: E402
from funding.models import LedgerLine, Population, YearlyBudget  # noqa: E402
from homes.models import Home  # noqa: E402
from orgs.models import ReportedFact, Term  # noqa: E402

KNOWN = 20


def known() -> dict[str, list[str]]:
    """Twenty ID numbers with their telephone numbers, spread over the district."""
    today = timezone.localdate()
    areas = list(areas_of(districts_of([DISTRICT])))
    of_district = next(one for one in reports(areas, today, "") if one.areas == (areas[1],))
    members, _of_towns, _own = rosters_of(of_district)
    reachable = [one for one in members if one.phone]
    chosen = reachable[:: len(reachable) // KNOWN][:KNOWN]
    digests = [digest("id_number", one.id_number) for one in chosen]
    found = Person.objects.filter(id_number_digest__in=digests).count()
    assert found == KNOWN, f"only {found} of {KNOWN} are on record"
    return {
        "numbers": [one.id_number for one in chosen],
        "phones": [str(one.phone) for one in chosen],
    }


def origins() -> dict[str, Any]:
    """Posts, how many organisations of each level have some, models with records of no import."""
    records = (
        Person, Appointment, Term, Home, ReportedFact, LedgerLine, Population, YearlyBudget,
    )  # fmt: skip
    batches = set(Batch.objects.filter(state=Batch.State.APPLIED).values_list("uid", flat=True))
    held = Appointment.objects.values("organisation__kind_group").order_by()
    counted = held.annotate(bodies=Count("organisation", distinct=True))
    return {
        "posts": Appointment.objects.count(),
        "levels": {one["organisation__kind_group"]: one["bodies"] for one in counted},
        "without": [
            model._meta.label
            for model in records
            if not set(model.objects.values_list("batch", flat=True).distinct()) <= batches
        ],
    }


def spoil() -> list[str]:
    """The codes of a village whose figure lies and of one whose record was changed in secret."""
    counts = Population.objects.filter(organisation__kind_group="village", kind="resident")
    told = counts.filter(as_of__lte=timezone.localdate()).order_by("-as_of", "pk")
    first, second = told[0], told[100]
    stored = CoverageRow.objects.filter(organisation=first.organisation_id).latest("period")
    numbers = unpack(stored.own).copy()
    numbers[0] += 1
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE coverage_coveragerow SET own = %s WHERE id = %s", [pack(numbers), stored.pk]
        )
        cursor.execute("UPDATE funding_population SET women = women + 7 WHERE id = %s", [second.pk])
    return [first.organisation.code, second.organisation.code]


DEEDS = {"known": known, "origins": origins, "spoil": spoil}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(DEEDS[sys.argv[1]]()) + "\n")
