"""The budget board: the units below an organisation, the worst first, and what they come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from funding.models import is_budget_asked
from funding.models.amounts import PER_WOMAN_FEN, fen
from funding.services.years import Year, years_of

OUT, LOW, SILENT, FINE = range(4)


@dataclass(frozen=True)
class Row:
    """One unit of the board with its year."""

    organisation: Any
    year: Year

    @property
    def is_asked(self) -> bool:
        """Whether its answer about the fiscal budget is shown, and missed."""
        return is_budget_asked(self.organisation.kind_group, self.year.is_in_budget)

    @property
    def rank(self) -> int:
        """Not in the budget, below the standard, not told, in order."""
        if self.year.is_in_budget is False:
            return OUT
        if self.year.is_low:
            return LOW
        is_silent = self.is_asked and self.year.is_in_budget is None
        if is_silent or self.year.per_woman is None:
            return SILENT
        return FINE


@dataclass(frozen=True)
class Sum:
    """What the rows come to; each sum of those that told it, None where nobody did."""

    units: int
    asked: int
    in_budget: int
    answered: int
    reached: int
    women: int | None
    planned: Decimal | None
    approved: Decimal | None
    received: Decimal | None
    per_woman: Decimal | None


def day_of(year: int, today: date) -> date:
    """The day as of which a year is looked at: its last, or today while it runs."""
    return min(today, date(year, 12, 31))


def board_rows(organisations: Iterable[Any], year: int, today: date) -> list[Row]:
    """The organisations with their own budgets: first 未纳入预算, then below 1.00 yuan."""
    organisations = list(organisations)
    years = years_of([one.pk for one in organisations], year, day_of(year, today))
    rows = [Row(one, years[one.pk]) for one in organisations]
    return sorted(rows, key=lambda row: (row.rank, row.organisation.path))


def board_sum(rows: Iterable[Row]) -> Sum:
    """The sums of the rows. Yuan per woman only over units of which both are known."""
    rows = list(rows)
    years = [row.year for row in rows]
    both = [year for year in years if year.per_woman is not None]
    women = sum(year.women for year in both)
    approved = fen(sum((year.approved for year in both), Decimal()))
    return Sum(
        units=len(years),
        asked=sum(row.is_asked for row in rows),
        in_budget=sum(year.is_in_budget is True for year in years),
        answered=sum(year.is_in_budget is not None for year in years),
        reached=sum(year.per_woman * 100 >= PER_WOMAN_FEN for year in both),
        women=_sum(year.women for year in years),
        planned=_sum(year.planned for year in years),
        approved=_sum(year.approved for year in years),
        received=_sum(year.received for year in years),
        per_woman=Decimal(approved // women) / 100 if women else None,
    )


def _sum(values: Iterable[Any]) -> Any:
    told = [value for value in values if value is not None]
    return sum(told) if told else None
