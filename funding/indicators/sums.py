"""What a unit's money and women come to on a day.

Records come before reports: what a yearly budget, the ledger or a count of women says of a unit is
taken, and only where they are silent what the unit reported of itself.
"""

from dataclasses import dataclass

import numpy as np
from django.db.models import Sum

from federation.coverage.units import Units
from funding.models import LedgerLine, Population, YearlyBudget
from funding.models.amounts import fen
from orgs.indicators import reports

COUNTED = (
    "orgs.Organisation",
    "orgs.ReportedFact",
    "funding.YearlyBudget",
    "funding.Population",
)
RESIDENT = Population.Kind.RESIDENT


@dataclass(frozen=True)
class Sums:
    """One sum of every unit in 分 (or people): known, from a record and not a report, how much."""

    is_known: np.ndarray
    is_record: np.ndarray
    numbers: np.ndarray


def budgets(units: Units) -> np.ndarray:
    """Of the year's budget: arranged told, arranged, received told, received, answered, 纳入."""
    rows = units.narrow(YearlyBudget.objects.of_year(units.on.year).order_by()).values_list(
        "organisation_id", "approved_cny", "received_cny", "is_in_fiscal_budget"
    )
    return units.table(
        (
            (owner, approved is not None, fen(approved) or 0, received is not None,
             fen(received) or 0, flag is not None, bool(flag))
            for owner, approved, received, flag in rows
        ),
        6,
    )  # fmt: skip


def arranged(units: Units) -> Sums:
    """安排 of the calendar year of the day: the yearly budget, else a report of that year."""
    is_record, numbers = (units.read(budgets)[:, place] for place in (0, 1))
    report = units.read(reports)
    return _first(is_record > 0, numbers, report.told["budget_yuan"], report.numbers["budget_yuan"])


def received(units: Units) -> Sums:
    """到位 of the calendar year by the day: lines of the ledger, else what the budget says."""
    lines = units.narrow(LedgerLine.objects.in_year_by(units.on).order_by())
    by_unit = lines.values_list("organisation_id").annotate(received=Sum("received_cny"))
    has_lines, in_lines = units.table(((owner, 1, fen(sum_)) for owner, sum_ in by_unit), 2).T
    told, in_budget = (units.read(budgets)[:, place] for place in (2, 3))
    found = _first(has_lines > 0, in_lines, told > 0, in_budget)
    return Sums(found.is_known, found.is_known, found.numbers)


def women(units: Units) -> Sums:
    """The latest resident women on or before the day: a count on record, else a report."""
    counts = units.narrow(Population.objects.latest_by(units.on, RESIDENT)).values_list(
        "organisation_id", "women"
    )
    is_record, numbers = units.table(((owner, 1, count) for owner, count in counts), 2).T
    report, key = units.read(reports), "women_resident"
    return _first(is_record > 0, numbers, report.told[key], report.numbers[key])


def _first(
    has_record: np.ndarray, recorded: np.ndarray, has_report: np.ndarray, reported: np.ndarray
) -> Sums:
    numbers = np.where(has_record, recorded, np.where(has_report, reported, 0))
    return Sums(has_record | has_report, has_record, numbers)
