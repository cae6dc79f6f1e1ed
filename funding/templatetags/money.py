"""How pages write amounts of money and whether they stand in a budget."""

from collections.abc import Iterable
from decimal import Decimal

from django import template

from federation.writing import UNKNOWN
from funding.models import amounts
from funding.services.ledgers import Share
from funding.tables import budget_tag

register = template.Library()
register.simple_tag(budget_tag, name="budget_tag")


@register.filter
def parts(shares: Iterable[Share]) -> list[tuple[str, int]]:
    """Shares as the stacked bar takes them: (source, whole yuan)."""
    return [(share.source, round(share.amount)) for share in shares]


@register.filter
def yuan(amount: Decimal | str | None) -> str:
    """An amount; "—" where there is none: templates write "" for what nothing has."""
    return amounts.yuan(None if isinstance(amount, str) else amount)


@register.filter
def each(amount: Decimal | str | None) -> str:
    """Yuan per woman, always with two decimals; "—" where there is none."""
    return UNKNOWN if amount is None or isinstance(amount, str) else f"{amount:,.2f}"
