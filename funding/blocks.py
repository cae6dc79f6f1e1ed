"""What funding shows on an organisation's page: its own money, year by year."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from federation.registers.declare import Block, blocks
from funding.models import is_budget_asked
from funding.services.ledgers import YearLine, years_told
from funding.tables import ledger_url

SHOWN_YEARS = 4


@dataclass(frozen=True)
class ShownYear:
    """One line of the block: on record, or only reported, or nothing at all."""

    told: YearLine
    reported: Decimal | None
    url: str
    level: str

    @property
    def year(self) -> int:
        """The calendar year."""
        return self.told.year

    @property
    def approved(self) -> Decimal | None:
        """安排: on record, else as reported."""
        budget = self.told.budget
        on_record = budget.approved_cny if budget else None
        return self.reported if on_record is None else on_record

    @property
    def is_reported(self) -> bool:
        """Whether the amount rests on a report alone."""
        budget = self.told.budget
        return self.reported is not None and (budget is None or budget.approved_cny is None)

    @property
    def is_in_budget(self) -> bool | None:
        """纳入预算: yes, no, or nobody said."""
        return self.told.budget.is_in_fiscal_budget if self.told.budget else None

    @property
    def is_asked(self) -> bool:
        """Whether the year's answer about the fiscal budget is shown, and missed."""
        return self.told.budget is not None and is_budget_asked(self.level, self.is_in_budget)


@blocks.register
class MoneyBlock(Block):
    """The last years of working funds, and the ways to the ledger and to what is missing."""

    key, order, is_side = "money", 20, True
    title = gettext_lazy("工作经费")
    template = "funding/blocks/money.html"

    def read(self) -> None:
        today = timezone.localdate()
        told = {one.year: one for one in years_told(self.organisation)}
        reported = self._reported()
        recent = {*told, *reported, today.year}
        self.years = [
            ShownYear(
                told.get(year, YearLine(year, None, None, None)),
                reported.get(year),
                ledger_url(self.organisation, year),
                self.organisation.kind_group,
            )
            for year in sorted(recent, reverse=True)[:SHOWN_YEARS]
        ]
        self.this_year = today.year
        self.is_missing = today.year not in told or told[today.year].budget is None
        self.url = ledger_url(self.organisation)
        self.create_url = self._way("funding:yearly_create", today.year)

    def _reported(self) -> dict[int, Decimal]:
        """The latest reported 年度工作经费 of each year, in yuan."""
        facts: Any = self.organisation.facts_told
        return {
            fact.as_of.year: Decimal(fact.number) / 100
            for fact in facts
            if fact.key == "budget_yuan" and fact.number is not None
        }

    def _way(self, route: str, year: int) -> str:
        if not (self.can_capture and self.user.may(route)):
            return ""
        return f"{reverse(route)}?organisation={self.organisation.code}&year={year}"
