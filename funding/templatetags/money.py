"""How pages write amounts of money and whether they stand in a budget."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from federation.writing import UNKNOWN
from funding.models import amounts
from funding.tables import budget_tag

register = template.Library()
WAN, MANY = 10_000, 100_000
register.simple_tag(budget_tag, name="budget_tag")


@register.filter
def yuan(amount: Decimal | str | None) -> str:
    """An amount; "—" where there is none: templates write "" for what nothing has."""
    return amounts.yuan(None if isinstance(amount, str) else amount)


@register.simple_tag
def large(amount: Decimal | None) -> SafeString:
    """A sum for a headline: from 100,000 yuan on in 万元, so that it stays on one line."""
    if amount is None or amount < MANY:
        return format_html("{}<small>{}</small>", amounts.yuan(amount), _("元"))
    return format_html("{}<small>{}</small>", f"{amount / WAN:,.1f}", _("万元"))


@register.filter
def each(amount: Decimal | str | None) -> str:
    """Yuan per woman, always with two decimals; "—" where there is none."""
    return UNKNOWN if amount is None or isinstance(amount, str) else f"{amount:,.2f}"
