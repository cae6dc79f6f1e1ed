"""The ledger of one organisation: lines of a year with running sums, sources, and the years."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from federation.registers.tables import partial
from funding.models import LedgerLine, YearlyBudget
from funding.models.amounts import balance_due, exact


@dataclass(frozen=True)
class Entry:
    """One line and what had come in and was left after it; ``is_off``: its own balance differs."""

    line: LedgerLine
    received: Decimal
    left: Decimal
    is_off: bool

    @property
    def day(self) -> str:
        """The day it came in, as exactly as it was written."""
        return partial(self.line.received_on, self.line.received_precision)


@dataclass(frozen=True)
class YearLine:
    """One year of an organisation; sums of the ledger are None without lines."""

    year: int
    budget: YearlyBudget | None
    received: Decimal | None
    spent: Decimal | None

    @property
    def arrived(self) -> Decimal | None:
        """到位: the ledger's sum, without lines what the yearly table says."""
        if self.received is None and self.budget is not None:
            return self.budget.received_cny
        return self.received

    @property
    def differs(self) -> bool:
        """Whether ledger and yearly table both say what arrived, and not the same."""
        told = self.budget.received_cny if self.budget else None
        return None not in (told, self.received) and told != self.received

    @property
    def used(self) -> Decimal | None:
        """Spent in percent of 安排; None where either is not told."""
        approved = self.budget.approved_cny if self.budget else None
        if not approved or self.spent is None:
            return None
        return (self.spent * 100 / approved).quantize(Decimal(1))


def entries_of(lines: Iterable[LedgerLine]) -> Iterator[Entry]:
    """The lines, in their order, with what has come in and is left after each."""
    received = left = Decimal()
    for line in lines:
        due = balance_due(line.received_cny, line.spent_cny)
        received, left = received + line.received_cny, left + due
        is_off = line.balance_cny is not None and line.balance_cny != due
        yield Entry(line, received, left, is_off)


def sources_of(lines: Iterable[LedgerLine], most: int) -> list[tuple[str, int]]:
    """What came in by source in whole yuan, the largest first; beyond ``most`` the rest as one."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        source = line.source or _("未注明来源")
        sums[source] = sums.get(source, Decimal()) + line.received_cny
    ordered = sorted(((source, sum_) for source, sum_ in sums.items() if sum_), key=_largest_first)
    if len(ordered) > most:
        rest = sum((sum_ for _source, sum_ in ordered[most - 1 :]), Decimal())
        ordered = [*ordered[: most - 1], (_("其他来源"), rest)]
    return [(source, round(sum_)) for source, sum_ in ordered]


def _largest_first(found: tuple[str, Decimal]) -> Decimal:
    return -found[1]


def years_told(organisation: Any) -> list[YearLine]:
    """Every year of which something is on record, the latest first; two queries."""
    budgets = {one.year: one for one in YearlyBudget.objects.filter(organisation=organisation)}
    lines = LedgerLine.objects.filter(organisation=organisation).order_by()
    sums: dict[int, tuple[Any, Any]] = {
        year: (exact(received), exact(spent))
        for year, received, spent in lines.values_list("year").annotate(
            Sum("received_cny"), Sum("spent_cny")
        )
    }
    return [
        YearLine(year, budgets.get(year), *sums.get(year, (None, None)))
        for year in sorted({*budgets, *sums}, reverse=True)
    ]
