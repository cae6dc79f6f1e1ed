"""What a filled city says about money: ledger lines, yearly budgets, and the women they are for."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from funding.models import LedgerLine, Population, YearlyBudget, voucher_key


def money(place: dict[str, Any], luck: random.Random, today: date) -> list[Any]:
    """Unsaved records of one organisation (``organisation`` and ``branch_id``), this and last year.

    Some have no budget, no lines or no count of women, and some budgets leave cells empty.
    """
    made: list[Any] = []
    women = luck.randrange(300, 2000)
    for year in (today.year - 1, today.year):
        if luck.random() < 0.85:
            made.append(YearlyBudget(**place, year=year, **budget(women, luck)))
        if luck.random() < 0.6:
            made += [line(place, year, number, luck) for number in range(luck.randrange(1, 4))]
        if luck.random() < 0.8:
            dated = date(year - 1, 12, 31)
            made.append(Population(**place, as_of=dated, women=women + luck.randrange(30)))
    if luck.random() < 0.8:
        dated, kind = date(today.year - 1, 12, 31), Population.Kind.REGISTERED
        made.append(Population(**place, as_of=dated, women=women + 50, kind=kind))
    return made


def budget(women: int, luck: random.Random) -> dict[str, Any]:
    """The cells of a yearly budget."""
    arranged = Decimal(women * luck.randrange(50, 200)) / 100
    return {
        "is_in_fiscal_budget": luck.choice((True, True, False, None)),
        "planned_cny": Decimal(women),
        "approved_cny": arranged if luck.random() < 0.9 else None,
        "received_cny": arranged - 50 if luck.random() < 0.7 else None,
    }


def line(place: dict[str, Any], year: int, number: int, luck: random.Random) -> LedgerLine:
    """One line of the ledger; some are dated later than any day of this year so far."""
    arrived = date(year, 1, 1) + timedelta(days=luck.randrange(365))
    voucher = f"{year}-{number}"
    return LedgerLine(
        **place,
        year=year,
        received_cny=Decimal(luck.randrange(100, 300_000)) / 100,
        received_on=arrived if luck.random() < 0.9 else None,
        voucher_number=voucher,
        identity=voucher_key(voucher),
    )
