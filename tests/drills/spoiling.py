"""What the demonstration must not leave lying about, and two quiet lies in its database.

``python -m tests.drills.spoiling known``: ID numbers and telephone numbers that are in the records.
``python -m tests.drills.spoiling spoil``: changes one stored figure and one record behind the
product's back and prints the codes of the two villages.
"""

import json
import sys

import django
import numpy as np

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from cadres.models import Person  # noqa: E402
from demo.building import DISTRICT, villages_below  # noqa: E402
from demo.people import IdNumbers  # noqa: E402
from demo.rosters import roster  # noqa: E402
from federation.coverage.models import CoverageRow  # noqa: E402
from federation.sealing.boxes import digest  # noqa: E402
from orgs.models import Organisation, ReportedFact  # noqa: E402

KNOWN = 20


def known() -> dict[str, list[str]]:
    """Twenty ID numbers with their telephone numbers, spread over the district."""
    district = Organisation.objects.get(code=DISTRICT)
    members = roster(villages_below(district), IdNumbers(), timezone.localdate())
    reachable = [one for one in members if one.phone]
    chosen = reachable[:: len(reachable) // KNOWN][:KNOWN]
    digests = [digest("id_number", one.id_number) for one in chosen]
    found = Person.objects.filter(id_number_digest__in=digests).count()
    assert found == KNOWN, f"only {found} of {KNOWN} are on record"
    return {
        "numbers": [one.id_number for one in chosen],
        "phones": [str(one.phone) for one in chosen],
    }


def spoil() -> list[str]:
    """The codes of a village whose figure lies and of one whose record was changed in secret."""
    told = ReportedFact.objects.filter(key="women_resident").order_by("pk")
    told = told.filter(organisation__reported_facts__key="budget_yuan")
    first, second = told[0], told[100]
    stored = CoverageRow.objects.order_by("-period").get(organisation=first.organisation_id)
    numbers = np.frombuffer(stored.own, dtype="<i8").copy()
    numbers[0] += 1
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE coverage_coveragerow SET own = %s WHERE id = %s", [numbers.tobytes(), stored.pk]
        )
        cursor.execute(
            "UPDATE orgs_reportedfact SET number = number + 7 WHERE id = %s", [second.pk]
        )
    return [first.organisation.code, second.organisation.code]


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"known": known, "spoil": spoil}[sys.argv[1]]()) + "\n")
