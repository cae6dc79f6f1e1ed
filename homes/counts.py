"""Places where the federation serves women, as a counting table asks for them."""

from typing import ClassVar

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from federation.coverage.counts import Count, counts
from federation.coverage.units import Units
from homes.models import Home
from homes.models.homes import WOMEN_HOME
from orgs.indicators.reading import flag

MICRO_HOME = "micro_home"
KINDS = (WOMEN_HOME, MICRO_HOME)


def places_in_use(units: Units) -> dict[str, np.ndarray]:
    """How many places of each of KINDS every unit has on the day."""
    used = units.narrow(Home.objects.open_on(units.on).filter(kind__code__in=KINDS).order_by())
    found = used.values_list("organisation_id", flag(Q(kind__code=WOMEN_HOME)))
    owners, is_home = units.records(found, 1)
    return {
        WOMEN_HOME: units.tally(owners[is_home == 1]),
        MICRO_HOME: units.tally(owners[is_home == 0]),
    }


class OfPlaces(Count):
    """Places of one kind in use on the day."""

    kind: ClassVar[str]
    group = _("阵地")
    groups = ("阵地数", "阵地建设", "妇女之家/微家", "妇女之家、微家", "妇女阵地")

    def own(self, units: Units) -> np.ndarray:
        return units.read(places_in_use)[self.kind]


@counts.register
class WomenHomes(OfPlaces):
    """妇女之家."""

    key, kind, order = "women_homes", WOMEN_HOME, 300
    heading = _("妇女之家")
    headings = ("妇女之家数", "之家")
    alone = ("妇女之家", "妇女之家数", "妇女之家个数")


@counts.register
class MicroHomes(OfPlaces):
    """妇女微家."""

    key, kind, order = "micro_homes", MICRO_HOME, 301
    heading = _("妇女微家")
    headings = ("微家", "微家数", "妇女微家数")
    alone = ("妇女微家", "妇女微家数", "妇女微家个数")
