"""The usual amounts of one organisation, for the form: its own, else those of its level nearby."""

from decimal import Decimal
from itertools import chain
from typing import Any

from funding.models import LedgerLine, YearlyBudget
from funding.models.amounts import FEW_OWN_LINES, FEW_PEERS, rough, usual
from orgs.models import Organisation

#: as many amounts of the neighbourhood are looked at
MOST = 500
Usual = tuple[Decimal | None, bool]


def usual_line(organisation: Organisation, but_for: int | None) -> Usual:
    """The usual sum of a ledger line, and whether it is the organisation's own; two queries.

    What is not its own is known to the power of ten.
    """
    lines = LedgerLine.objects.exclude(pk=but_for)
    return _usual(lines, "received_cny", organisation, FEW_OWN_LINES)


def usual_budget(organisation: Organisation, but_for: int | None) -> Usual:
    """The usual 安排 of a year, and whether it is the organisation's own; two queries."""
    budgets = YearlyBudget.objects.exclude(pk=but_for)
    return _usual(budgets, "approved_cny", organisation, 1)


def _usual(records: Any, column: str, organisation: Organisation, few: int) -> Usual:
    told = records.order_by("-year").values_list(column, flat=True)
    own = usual(told.filter(organisation=organisation)[:MOST], few)
    if own is not None:
        return own, True
    level = {
        "organisation__parent": organisation.parent_id,
        "organisation__kind_group": organisation.kind_group,
    }
    peers = told.exclude(organisation=organisation).filter(**level)
    amounts: dict[int, list[Decimal]] = {}
    for owner, amount in peers.values_list("organisation_id", column)[:MOST]:
        if amount:
            amounts.setdefault(owner, []).append(amount)
    # Units are counted, not amounts: the median of one unit's lines would be that unit's secret.
    if len(amounts) < FEW_PEERS:
        return None, False
    # To the power of ten alone: whoever tries amounts until she is asked learns no more than that.
    return rough(usual(chain.from_iterable(amounts.values()))), False
