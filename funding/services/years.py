"""One year of money of many organisations: their own level, never what lies below."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from funding.models import LedgerLine, Population, YearlyBudget
from funding.models.amounts import PER_WOMAN_FEN, exact, fen

RESIDENT = Population.Kind.RESIDENT


@dataclass
class Year:
    """What is on record of one organisation and year; amounts in yuan, None where nobody said."""

    organisation_id: int
    year: int
    budget: YearlyBudget | None = None
    in_lines: Decimal | None = None
    spent: Decimal | None = None
    women: int | None = None
    women_as_of: date | None = None

    @property
    def approved(self) -> Decimal | None:
        """安排."""
        return self.budget.approved_cny if self.budget else None

    @property
    def planned(self) -> Decimal | None:
        """应安排."""
        return self.budget.planned_cny if self.budget else None

    @property
    def told_received(self) -> Decimal | None:
        """到位 as the yearly table says."""
        return self.budget.received_cny if self.budget else None

    @property
    def received(self) -> Decimal | None:
        """到位: the sum of the ledger's lines, without lines what the yearly table says."""
        return self.told_received if self.in_lines is None else self.in_lines

    @property
    def differs(self) -> bool:
        """Whether ledger and yearly table both say what arrived, and not the same."""
        both = self.in_lines is not None and self.told_received is not None
        return both and self.in_lines != self.told_received

    @property
    def document_number(self) -> str:
        """文号, "" where there is none."""
        return self.budget.document_number if self.budget else ""

    @property
    def is_in_budget(self) -> bool | None:
        """纳入预算: yes, no, or nobody said."""
        return self.budget.is_in_fiscal_budget if self.budget else None

    @property
    def per_woman(self) -> Decimal | None:
        """安排 per resident woman in yuan, cut to the 分: 0.999 is not 1.00."""
        if self.approved is None or not self.women:
            return None
        return Decimal(fen(self.approved) // self.women) / 100

    @property
    def is_low(self) -> bool:
        """Whether it is less than the standard of 1.00 yuan per woman."""
        return self.per_woman is not None and self.per_woman * 100 < PER_WOMAN_FEN


def years_of(organisation_ids: Iterable[int], year: int, on: date) -> dict[int, Year]:
    """The year of each organisation as of a day, in three queries; none is left out."""
    ids = list(organisation_ids)
    found = {pk: Year(pk, year) for pk in ids}
    for budget in YearlyBudget.objects.of_year(year).filter(organisation__in=ids):
        found[budget.organisation_id].budget = budget
    lines = LedgerLine.objects.in_year_by(on).filter(organisation__in=ids).order_by()
    sums = lines.values_list("organisation_id").annotate(Sum("received_cny"), Sum("spent_cny"))
    for pk, received, spent in sums:
        found[pk].in_lines, found[pk].spent = exact(received), exact(spent)
    counts = Population.objects.latest_by(on, RESIDENT).filter(organisation__in=ids)
    for pk, women, as_of in counts.values_list("organisation_id", "women", "as_of"):
        found[pk].women, found[pk].women_as_of = women, as_of
    return found
