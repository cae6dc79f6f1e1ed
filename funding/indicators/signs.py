"""What money says of the life of a federation."""

import numpy as np
from django.utils.translation import gettext_lazy as _

from federation.coverage.days import DayNumber
from federation.coverage.units import Units
from funding.models import LedgerLine
from orgs.indicators import Sign, signs


class MoneyArrived(Sign):
    """A line of the ledger has arrived."""

    key = "ledger"
    label = _("经费到账")
    counts = ("funding.LedgerLine",)

    def days(self, units: Units) -> np.ndarray:
        lines = units.narrow(LedgerLine.objects.order_by().exclude(received_on=None))
        return units.records(lines.values_list("organisation_id", DayNumber("received_on")), 1)


signs.register(MoneyArrived())
