"""The ledger and the yearly table given out."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from federation.access.scope import Scope
from federation.exchange.giving.givers import GivenRow, Giver, choice, giver, partial
from funding.models import LedgerLine, Population, YearlyBudget
from funding.parts.yearly import AMOUNTS, WOMEN, counted_on

CHUNK = 2000
LINE = {
    "year": "year", "source": "source", "received_cny": "amount_yuan", "spent_cny": "spent_yuan",
    "balance_cny": "balance_yuan", "received_on": "received_on", "voucher_number": "voucher_no",
    "purpose": "purpose", "remark": "remark",
}  # fmt: skip
BUDGET = {
    "year": "year", **AMOUNTS, "is_in_fiscal_budget": "in_budget", "document_number": "document",
    "remark": "remark",
}  # fmt: skip


@giver("budgets")
class Ledger(Giver):
    """Every line that had arrived by the day: one row is one line."""

    fields = {"funding.LedgerLine": LINE}

    def rows(self, scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
        """In the order of the tree; lines without a voucher as they were written."""
        arrived = Q(received_on=None) | Q(received_on__lte=day)
        lines = LedgerLine.objects.in_scope(scope).filter(arrived, year__lte=day.year)
        for line in lines.order_by("organisation__path", "year", "pk").iterator(chunk_size=CHUNK):
            values = {key: getattr(line, name) for name, key in LINE.items()}
            values["source"] = choice(line.source)
            values["received_on"] = partial(line.received_on, line.received_precision)
            record = (LedgerLine._meta.label, line.uid, line.version)
            yield GivenRow(line.organisation_id, values, (record,))


@giver("yearly")
class Yearly(Giver):
    """One row an organisation and year: its budget, and the women counted on the first day."""

    fields = {"funding.YearlyBudget": BUDGET, "funding.Population": {"women": "women_resident"}}

    def rows(self, scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
        """In the order of the tree, each organisation's years one after the other."""
        found: dict[tuple[str, int], GivenRow] = {}
        budgets = YearlyBudget.objects.in_scope(scope).filter(year__lte=day.year)
        for budget in budgets.select_related("organisation"):
            values = {key: getattr(budget, name) for name, key in BUDGET.items()}
            row = found.setdefault(*_begun(budget, budget.year))
            row.values.update(values)
        for count in _counts(scope, day):
            row = found.setdefault(*_begun(count, count.as_of.year))
            row.values[WOMEN[count.kind]] = count.women
        for _place, row in sorted(found.items(), key=lambda one: one[0]):
            yield row


def _begun(record: Any, year: int) -> tuple[tuple[str, int], GivenRow]:
    """Where the row of a record stands, and the row as it begins."""
    label = (record._meta.label, record.uid, record.version)
    place = (record.organisation.path, year)
    return place, GivenRow(record.organisation_id, {"year": year}, (label,))


def _counts(scope: Scope, day: date) -> Iterator[Population]:
    """The counts that a yearly table brings in: those of a first of January."""
    counts = Population.objects.in_scope(scope).filter(as_of__lte=day).order_by("pk")
    for count in counts.select_related("organisation").iterator(chunk_size=CHUNK):
        if count.as_of == counted_on(count.as_of.year):
            yield count
