"""Figures of money."""

from funding.indicators.in_budget import CitiesInBudget, DistrictsInBudget, TownsInBudget
from funding.indicators.per_woman import (
    DistrictsArrived,
    DistrictsReached,
    FundsPerWoman,
    FundsReceivedPerWoman,
    TownsArrived,
    TownsReached,
)
from funding.indicators.signs import MoneyArrived

__all__ = [
    "CitiesInBudget",
    "DistrictsArrived",
    "DistrictsInBudget",
    "DistrictsReached",
    "FundsPerWoman",
    "FundsReceivedPerWoman",
    "MoneyArrived",
    "TownsArrived",
    "TownsInBudget",
    "TownsReached",
]
