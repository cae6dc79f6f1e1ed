"""Amounts in yuan: as whole 分, in words, and what is usual among them."""

from collections.abc import Iterable
from decimal import Decimal
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from federation.writing import cny

#: 妇女人均一元钱: what a year's budget owes each woman, in 分
PER_WOMAN_FEN = 100
#: an amount so many times the usual one, or so small a part of it, was typed in the wrong unit
THOUSANDFOLD = 1000
CENT = Decimal("0.01")
#: fewer amounts than this make nothing usual: of one organisation's own lines, of units of a level
FEW_OWN_LINES, FEW_PEERS = 3, 5


def fen(amount: Decimal | None) -> int | None:
    """An amount in whole 分, None for None."""
    return None if amount is None else round(amount * 100)


def exact(amount: Decimal | None) -> Decimal | None:
    """A sum as the database added it up, to the 分: SQLite adds in floating point."""
    return None if amount is None else amount.quantize(CENT)


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


def rough(amount: Decimal | None) -> Decimal | None:
    """The power of ten nearest to an amount: all that trying out may tell of amounts of others."""
    return Decimal(10) ** round(amount.log10()) if amount else None


def unlike_own_words(label: Any, amount: Decimal, among: Decimal) -> str:
    """The sentence about an amount far from ``among``, the median of the unit's own records."""
    return _(
        "{label} {amount} 元与本单位以往记录的中位数 {usual} 元相差 {times} 倍以上，"
        "请核对是不是把万元当作元填写了。"
    ).format(**_told(label, amount), usual=f"{among:,.2f}", times=f"{THOUSANDFOLD:,}")


def unlike_rows_words(label: Any, amount: Decimal, among: Decimal) -> str:
    """The sentence about an amount far from ``among``, the median of its level in one workbook.

    It tells the order of magnitude alone: others read what an import was warned of.
    """
    if amount > among:
        words = _("{label} {amount} 元是本表同级各行通常金额的 {times} 倍以上，")
    else:
        words = _("{label} {amount} 元只有本表同级各行通常金额的 {times} 分之一或更少，")
    ratio = max(amount / among, among / amount)
    times = Decimal(10) ** int(ratio.log10())
    check = _("请核对是不是把万元当作元填写了。")
    return words.format(**_told(label, amount), times=f"{times:,}") + check


def unlike_peers_words(label: Any, amount: Decimal) -> str:
    """The sentence about an amount far from what units of the level write, without theirs."""
    return _(
        "{label} {amount} 元与同级单位通常填写的金额相差几百倍以上，"
        "请核对是不是把万元当作元填写了。"
    ).format(**_told(label, amount))


def _told(label: Any, amount: Decimal) -> dict[str, str]:
    return {"label": str(label).partition("（")[0], "amount": f"{amount:,.2f}"}


def per_woman_doubt(
    amount: Decimal | None, women: int | None, standard: Decimal | None
) -> dict[str, str] | None:
    """The parameters of ``per_woman_unusual`` where a year's amount is far from the standard.

    The standard is that of the table, else 1 yuan per woman; None where nothing is doubtful.
    """
    due = standard or Decimal(PER_WOMAN_FEN) / 100
    if not amount or not women or not is_unusual(amount, due * women):
        return None
    each = amount / women
    return {
        "women": f"{women:,}",
        "each": f"{each:,.2f}" if each >= CENT else f"{each:.6f}",
        "standard": f"{due:,.2f}",
    }


def balance_due(received: Decimal, spent: Decimal | None) -> Decimal:
    """What a line leaves: what came in without what was spent."""
    return received - (spent or 0)


def line_doubts(
    received: Decimal, spent: Decimal | None, balance: Decimal | None
) -> list[tuple[str, str, dict[str, str]]]:
    """What is doubtful about a line's amounts: (column of the sheet, code, parameters).

    Where nobody says what was spent, a balance can only be too large.
    """
    found = []
    due = balance_due(received, spent)
    if balance is not None and (balance > due if spent is None else balance != due):
        params = {"due": f"{due:,.2f}", "balance": f"{balance:,.2f}"}
        found.append(("balance_yuan", "balance_mismatch", params))
    if spent is not None and spent > received:
        params = {"received": f"{received:,.2f}", "spent": f"{spent:,.2f}"}
        found.append(("spent_yuan", "spent_exceeds", params))
    return found
