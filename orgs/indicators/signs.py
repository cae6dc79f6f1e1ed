"""Signs of life of an organisation: records with a day that say somebody was at work there.

Every app declares the records it keeps in ``<app>/indicators.py``; ORG-17 asks for the latest.
"""

from typing import Any, ClassVar

import numpy as np
from django.utils.translation import gettext_lazy as _

from federation.coverage.days import day_number
from federation.coverage.units import Units
from federation.declarations import Registry
from orgs.indicators.reading import facts_of_all_days, latest_of, terms_of_all_days


class Sign:
    """One sort of record that is a sign of life. Subclasses fill the nouns and ``days``."""

    key: ClassVar[str]
    #: what happened, in words behind a day: "2026-05-31 上报数据"
    label: ClassVar[Any]
    #: labels of the models whose changes make or remove such a record
    counts: ClassVar[tuple[str, ...]]

    def days(self, units: Units) -> np.ndarray:
        """Two rows: place and day number of every such record, of any day."""
        raise NotImplementedError(self.key)

    def latest(self, units: Units) -> np.ndarray:
        """Day number of the latest on or before the day of the count, UNTOLD where none is."""
        places, days = units.load(self.days)
        known = days <= day_number(units.on)
        return latest_of(places[known], days[known], len(units))


signs: Registry[Sign] = Registry("indicators", key="key")


class ReportSent(Sign):
    """A report about the unit as of a day, with at least one cell that figures fall back to."""

    key = "report"
    label = _("上报数据")
    counts = ("orgs.ReportedFact",)

    def days(self, units: Units) -> np.ndarray:
        return units.load(facts_of_all_days)[[0, 2]]


class TermBegun(Sign):
    """An election: a term begins."""

    key = "term"
    label = _("换届")
    counts = ("orgs.Term",)

    def days(self, units: Units) -> np.ndarray:
        return units.load(terms_of_all_days)[[0, 1]]


signs.register(ReportSent())
signs.register(TermBegun())
