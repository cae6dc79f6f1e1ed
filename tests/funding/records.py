"""Records of money as forms and imports leave them, in as few words as a claim needs."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from funding.models import LedgerLine, Population, YearlyBudget
from orgs.models import Organisation

vouchers = count(1)


def line(organisation: Organisation, amount: str | int, year: int = 2026, **fields: Any):
    """A line of the ledger."""
    told = {"voucher_number": f"{next(vouchers):04}", **fields}
    return LedgerLine.objects.create(
        organisation=organisation, year=year, received_cny=Decimal(amount), **told
    )


def budget(organisation: Organisation, year: int = 2026, **fields: Any) -> YearlyBudget:
    """A year's budget: ``approved_cny``, ``is_in_fiscal_budget`` …"""
    return YearlyBudget.objects.create(organisation=organisation, year=year, **fields)


def women(
    organisation: Organisation, number: int, as_of: date = date(2026, 1, 1), kind: str = "resident"
) -> Population:
    """A count of women."""
    return Population.objects.create(
        organisation=organisation, kind=kind, as_of=as_of, women=number
    )
