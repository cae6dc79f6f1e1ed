"""What start pages count of money, and the forms they offer.

Only expected units are asked: those that figures count. The fiscal budget is asked of the levels
that have one (FUND-03), villages are asked for their year's amount instead.
"""

from datetime import date
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.registers.declare import Quick, Todo, quicks, todos
from funding.models import LedgerLine, YearlyBudget
from orgs.indicators.reading import LEADING
from orgs.models import Organisation


@todos.register
class NotInFiscalBudget(Todo):
    """Nobody has told that this year's funds stand in the government's budget.

    Whoever is asked to fill it in sees also those that have told nothing; the figures of a leader
    count those that told no, and show the silent ones apart.
    """

    key, order = "not_in_budget", 60
    label = _("未纳入预算或未登记")
    by_level = MappingProxyType(
        {
            "FUND-03C": _("市级未纳入预算"),
            "FUND-03D": _("区县未纳入预算"),
            "FUND-03T": _("镇街未纳入预算"),
        }
    )
    advice = _("还没有登记本年经费已纳入财政预算，请登记年度经费和文号。")
    icon = "coin-off"
    applies_to = ("province", "city", "district", "town")
    fix_route = "funding:yearly_create"

    def narrow(self, organisations: Any, on: date) -> Any:
        budgets = YearlyBudget.objects.of_year(on.year).filter(organisation=OuterRef("pk"))
        # Of the provinces only municipalities are cities too.
        cities = Organisation.objects.municipalities()
        asked = organisations.filter(~Q(kind_group="province") | Q(pk__in=cities.values("pk")))
        return asked.expected().filter(~Exists(budgets.filter(is_in_fiscal_budget=True)))

    def fix_url(self, organisation: Any) -> str:
        """The budget of the year where it stands already: a second one is refused."""
        budgets = YearlyBudget.objects.of_year(timezone.localdate().year)
        told = budgets.filter(organisation=organisation).first()
        if told is None:
            return super().fix_url(organisation)
        return reverse("funding:yearly_edit", args=[told.uid])


@todos.register
class NoYearlyBudget(Todo):
    """A village or community of whose money this year nothing is on record."""

    key, order = "no_yearly_budget", 61
    label = _("本年未登记经费")
    advice = _("本年安排的工作经费还没有登记，请填写年度经费。")
    icon = "report-money"
    applies_to = ("village",)
    fix_route = "funding:yearly_create"

    def narrow(self, organisations: Any, on: date) -> Any:
        budgets = YearlyBudget.objects.of_year(on.year).filter(organisation=OuterRef("pk"))
        return organisations.expected().established_on(on).filter(~Exists(budgets))


@todos.register
class NoLedger(Todo):
    """A federation that stands and whose ledger has no line this year."""

    key, order = "no_ledger", 62
    label = _("本年没有台账")
    advice = _("本年的经费台账还是空的，经费到账后请登记一笔。")
    icon = "receipt"
    applies_to = LEADING
    fix_route = "funding:line_create"

    def narrow(self, organisations: Any, on: date) -> Any:
        lines = LedgerLine.objects.filter(year=on.year, organisation=OuterRef("pk"))
        return organisations.expected().established_on(on).filter(~Exists(lines))


quicks.register(Quick("funding:line_create", _("记一笔经费"), _("收入和支出"), "coin", 25))
quicks.register(Quick("funding:yearly_create", _("年度经费"), _("安排和到位"), "report-money", 35))
