"""Forms of ledger lines, yearly budgets and counts of women."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.exchange.cleaners.base import Cleaner
from federation.exchange.cleaners.choices import FreeText
from federation.exchange.cleaners.dates import calendar_year
from federation.exchange.cleaners.numbers import balance, money
from federation.exchange.problems import sentence
from federation.registers.fields import CleanedField, DateEntry, OptionEntry, YesNoEntry
from federation.registers.forms import ScopedForm
from funding.models import LedgerLine, Population, YearlyBudget
from funding.models.amounts import (
    is_unusual,
    line_doubts,
    per_woman_doubt,
    unlike_own_words,
    unlike_peers_words,
)
from funding.services.usual import Usual, usual_budget, usual_line
from funding.sheets import budget, women

Doubts = Iterator[tuple[str, str]]
#: fields of the form by the columns of the sheet
FIELDS = {"spent_yuan": "spent_cny", "balance_yuan": "balance_cny"}
#: what a yearly budget says at least one of
BUDGET_FACTS = (
    "is_in_fiscal_budget", "document_number", "planned_cny", "approved_cny", "received_cny",
)  # fmt: skip


class NumberEntry(CleanedField):
    """One number, cleaned as the Excel column is; blank gives None."""

    def __init__(self, *, cleaner: Cleaner = money, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(cleaner=cleaner, max_length=30, widget=widget, **kwargs)

    def finished(self, found: Any) -> Any:
        return found


class AskingForm(ScopedForm):
    """A form that asks before it keeps what is doubtful: the doubts stand at their fields, and
    the box to confirm them appears."""

    confirmed = forms.BooleanField(
        label=_("已经核对，按填写的保存"), required=False,
        help_text=_("上面标出的内容核对无误，就在这里打勾，再保存一次。"),
    )  # fmt: skip
    asks = False

    def doubts(self, found: dict[str, Any]) -> Doubts:
        """(field, sentence) for everything that should be looked at again."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if self.errors:
            return found
        told = list(self.doubts(found))
        self.asks = bool(told)
        for name, words in told if not found.get("confirmed") else ():
            self.add_error(name, words)
        return found

    def shown_fields(self) -> list[forms.BoundField]:
        fields = super().shown_fields()
        return [one for one in fields if one.name != "confirmed" or self.asks]

    def unusual(self, names: tuple[str, ...], found: dict[str, Any], among: Usual) -> Doubts:
        """The amounts that are a thousand times the usual one, or its thousandth."""
        for name in names:
            amount = found.get(name)
            if is_unusual(amount, among[0]):
                yield name, self._unusual_words(self.fields[name].label, amount, among)

    @staticmethod
    def _unusual_words(label: Any, amount: Any, among: Usual) -> str:
        """Her own unit's median in figures; that of other units, which she may not see, not."""
        median, is_own = among
        if is_own:
            return unlike_own_words(label, amount, median)
        return unlike_peers_words(label, amount)


class LedgerLineForm(AskingForm):
    """One sum that came in, and what was spent of it."""

    year = CleanedField(cleaner=calendar_year, label=_("年度"), max_length=10)
    source = OptionEntry("source", label=_("经费来源"), required=False)
    received_cny = NumberEntry(
        label=_("收入金额（元）"), help_text=_("以元为单位；也可以写“1.2万元”。只有支出时填 0。")
    )
    spent_cny = NumberEntry(
        label=_("支出金额（元）"), required=False,
        help_text=_("从这一笔里支出的；还没有支出的不填。"),
    )  # fmt: skip
    balance_cny = NumberEntry(
        cleaner=balance, label=_("结余（元）"), required=False,
        help_text=_("收入减支出；不填也可以。"),
    )  # fmt: skip
    received_on = DateEntry(
        label=_("到账日期"), required=False, help_text=_("写成 2024-03-08 或 2024-03。")
    )
    voucher_number = CleanedField(
        cleaner=FreeText(40), label=_("凭证号"), required=False,
        help_text=_("同一单位同一年度，一个凭证号只登记一次。"),
    )  # fmt: skip
    purpose = CleanedField(cleaner=FreeText(200), label=_("用途"), required=False)
    remark = CleanedField(cleaner=FreeText(500), label=_("备注"), required=False)
    halves = ("year", "source", "received_cny", "spent_cny", "balance_cny", "received_on")
    precisions = {"received_on": "received_precision"}
    sentences = {
        "one_ledger_line_per_voucher": (
            "voucher_number", _("这个单位这一年度已经登记过这个凭证号，请核对。"),
        ),
    }  # fmt: skip

    class Meta:
        model = LedgerLine
        fields = [
            "organisation", "year", "source", "received_cny", "spent_cny", "balance_cny",
            "received_on", "voucher_number", "purpose", "remark",
        ]  # fmt: skip

    def doubts(self, found: dict[str, Any]) -> Doubts:
        amounts = (found[name] for name in ("received_cny", "spent_cny", "balance_cny"))
        for column, code, params in line_doubts(*amounts):
            yield FIELDS[column], sentence(code, **params)
        among = usual_line(self.organisation(), self.instance.pk)
        yield from self.unusual(("received_cny",), found, among)


class YearlyBudgetForm(AskingForm):
    """A year's budget of one organisation, at its own level."""

    fixed = ("organisation", "year")
    halves = (
        "year", "is_in_fiscal_budget", "standard_cny", "planned_cny", "approved_cny",
        "received_cny",
    )  # fmt: skip
    year = CleanedField(cleaner=calendar_year, label=_("年度"), max_length=10)
    is_in_fiscal_budget = YesNoEntry(label=_("是否纳入预算"), required=False)
    document_number = CleanedField(
        cleaner=FreeText(80), label=_("文号"), required=False,
        help_text=_("预算批复或下达的文件号，例如“财〔2026〕8号”。"),
    )  # fmt: skip
    standard_cny = NumberEntry(label=_("标准（元/人）"), required=False)
    planned_cny = NumberEntry(cleaner=budget, label=_("应安排（元）"), required=False)
    approved_cny = NumberEntry(
        cleaner=budget, label=_("实际安排（元）"), required=False,
        help_text=_("本级这一年安排的工作经费，不含下级。"),
    )  # fmt: skip
    received_cny = NumberEntry(
        cleaner=budget, label=_("到位（元）"), required=False,
        help_text=_("登记了经费台账的，到位按台账的收入合计。"),
    )  # fmt: skip
    remark = CleanedField(cleaner=FreeText(500), label=_("备注"), required=False)
    sentences = {
        "one_budget_per_organisation_and_year": (
            "year", _("这个单位这一年度已经登记过，请打开原来的记录修改。"),
        ),
    }  # fmt: skip

    class Meta:
        model = YearlyBudget
        fields = [
            "organisation", "year", "is_in_fiscal_budget", "document_number", "standard_cny",
            "planned_cny", "approved_cny", "received_cny", "remark",
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if not self.errors and all(found.get(name) in (None, "") for name in BUDGET_FACTS):
            self.add_error(None, _("请至少填写一项：是否纳入预算、文号或一项金额。"))
        return found

    def doubts(self, found: dict[str, Any]) -> Doubts:
        among = usual_budget(self.organisation(), self.instance.pk)
        yield from self.unusual(("planned_cny", "approved_cny", "received_cny"), found, among)
        counts = Population.objects.latest_by(timezone.localdate(), Population.Kind.RESIDENT)
        counted = counts.filter(organisation=self.organisation()).last()
        women = counted.women if counted else None
        params = per_woman_doubt(found["approved_cny"], women, found["standard_cny"])
        if params is not None:
            yield "approved_cny", sentence("per_woman_unusual", **params)


class PopulationForm(ScopedForm):
    """How many women, counted how and when."""

    fixed = ("organisation", "kind")
    halves = ("kind", "as_of")
    as_of = DateEntry(label=_("截至日期"), to_the_day=True)
    women = NumberEntry(cleaner=women, label=_("女性人口（人）"))
    remark = CleanedField(cleaner=FreeText(500), label=_("备注"), required=False)
    sentences = {
        "one_population_per_kind_and_day": (
            "as_of", _("这个单位这一天已经登记过，请打开原来的记录修改。"),
        ),
    }  # fmt: skip

    class Meta:
        model = Population
        fields = ["organisation", "kind", "as_of", "women", "remark"]
