"""Amounts in yuan: as whole 分, in words, and what is usual among them."""

from collections.abc import Iterable
from decimal import Decimal
from statistics import median

from federation.writing import cny

#: an amount so many times the usual one, or so small a part of it, was typed in the wrong unit
THOUSANDFOLD = 1000
#: fewer amounts than this make nothing usual among units of one level
FEW_PEERS = 5


def fen(amount: Decimal | None) -> int | None:
    """An amount in whole 分, None for None."""
    return None if amount is None else round(amount * 100)


def yuan(amount: Decimal | None) -> str:
    """An amount as pages write it: "60,000", "1,234.50", "—" for None."""
    return cny(fen(amount))


def usual(amounts: Iterable[Decimal | None], few: int = 1) -> Decimal | None:
    """The median of the amounts above nothing; None where there are fewer than ``few``."""
    told = [amount for amount in amounts if amount]
    return median(told) if len(told) >= few else None


def is_unusual(amount: Decimal | None, among: Decimal | None) -> bool:
    """Whether ``amount`` is a thousand times the usual one or more, or its thousandth or less."""
    if not amount or not among:
        return False
    return amount >= among * THOUSANDFOLD or amount * THOUSANDFOLD <= among


def balance_due(received: Decimal, spent: Decimal | None) -> Decimal:
    """What a line leaves: what came in without what was spent."""
    return received - (spent or 0)
