"""How numbers are written: percentages, counts and amounts, the same on every page."""

from decimal import ROUND_HALF_UP, Decimal

UNKNOWN = "—"


def percent_of(numerator: int | None, denominator: int | None) -> Decimal | None:
    """Numerator in percent of denominator to one decimal, None when there is nothing to divide by.

    Only a full count is 100.0 and only an empty one 0.0: one missing village among eleven
    thousand stays visible as 99.9.
    """
    if numerator is None or not denominator:
        return None
    value = (Decimal(numerator) * 100 / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if value == 100 and numerator < denominator:
        return Decimal("99.9")
    if value == 0 and numerator > 0:
        return Decimal("0.1")
    return value


def thousands(number: int | Decimal | None) -> str:
    """A count with thousands separators, "—" for None."""
    return UNKNOWN if number is None else f"{number:,}"


def cny(fen: int | None) -> str:
    """An amount stored in 分, written in 元: "60,000", "1,234.50"; "—" for None."""
    if fen is None:
        return UNKNOWN
    sign = "−" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{rest:02d}" if rest else f"{sign}{yuan:,}"
