"""Tables of ledger lines, yearly budgets and counts of women."""

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from federation.registers.tables import DateColumn, RegisterTable
from federation.registers.templatetags.look import tag
from federation.writing import UNKNOWN, thousands
from funding.models import LedgerLine, Population, YearlyBudget, is_budget_asked
from funding.models.amounts import yuan
from orgs.tables import PlaceColumn

RIGHT = {"td": {"class": "r"}, "th": {"class": "r"}}


class MoneyColumn(tables.Column):
    """An amount in yuan, to the right; two decimals in exports."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(attrs=RIGHT, **kwargs)

    def render(self, value: Decimal) -> str:
        return yuan(value)

    def value(self, value: Decimal) -> str:
        return f"{value:.2f}"


class EditColumn(tables.Column):
    """The way to the form of a record, for those who may change it; never exported."""

    def __init__(self, route: str, **kwargs: Any) -> None:
        super().__init__(
            verbose_name=_("操作"), orderable=False, exclude_from_export=True, empty_values=(),
            **kwargs,
        )  # fmt: skip
        self.route = route

    def render(self, record: Any) -> Any:
        url = reverse(self.route, args=[record.uid])
        return format_html('<a class="btn g sm" href="{}">{}</a>', url, _("编辑"))


class OwnerColumn(PlaceColumn):
    """The organisation, leading to its ledger of the year of the record."""

    def render(self, value: Any, record: Any) -> Any:
        address = ledger_url(value, getattr(record, "year", None))
        return format_html('<a href="{}">{}</a>', address, self.value(value))


def ledger_url(organisation: Any, year: int | None = None) -> str:
    """The money of one organisation, of a year."""
    address = reverse("funding:ledger", args=[organisation.code])
    return f"{address}?year={year}" if year else address


def budget_tag(is_in: bool | None) -> Any:
    """已纳入, 未纳入, or that nobody has said."""
    if is_in is None:
        return tag("warn", "alert-triangle", _("未登记"))
    return tag("ok", "check", _("已纳入")) if is_in else tag("bad", "alert-circle", _("未纳入"))


class LedgerTable(RegisterTable):
    organisation = OwnerColumn()
    year = tables.Column()
    source = tables.Column()
    received_cny = MoneyColumn()
    spent_cny = MoneyColumn()
    balance_cny = MoneyColumn()
    received_on = DateColumn(precision="received_precision")
    voucher_number = tables.Column()
    purpose = tables.Column(orderable=False)
    remark = tables.Column(orderable=False)
    uid = EditColumn("funding:line_edit")

    class Meta(RegisterTable.Meta):
        model = LedgerLine
        fields = (
            "organisation", "year", "source", "received_cny", "spent_cny", "balance_cny",
            "received_on", "voucher_number", "purpose", "remark", "uid",
        )  # fmt: skip


class YearlyTable(RegisterTable):
    organisation = OwnerColumn()
    year = tables.Column()
    is_in_fiscal_budget = tables.Column(verbose_name=_("纳入预算"), empty_values=())
    document_number = tables.Column()
    standard_cny = MoneyColumn()
    planned_cny = MoneyColumn()
    approved_cny = MoneyColumn()
    received_cny = MoneyColumn()
    remark = tables.Column(orderable=False)
    uid = EditColumn("funding:yearly_edit")

    class Meta(RegisterTable.Meta):
        model = YearlyBudget
        fields = (
            "organisation", "year", "is_in_fiscal_budget", "document_number", "standard_cny",
            "planned_cny", "approved_cny", "received_cny", "remark", "uid",
        )  # fmt: skip

    def render_is_in_fiscal_budget(self, value: bool | None, record: YearlyBudget) -> Any:
        is_asked = is_budget_asked(record.organisation.kind_group, value)
        return budget_tag(value) if is_asked else UNKNOWN

    def value_is_in_fiscal_budget(self, value: bool | None) -> str:
        return "" if value is None else str(_("是") if value else _("否"))


class PopulationTable(RegisterTable):
    organisation = OwnerColumn()
    kind = tables.Column()
    as_of = DateColumn()
    women = tables.Column(attrs=RIGHT)
    remark = tables.Column(orderable=False)
    uid = EditColumn("funding:population_edit")

    class Meta(RegisterTable.Meta):
        model = Population
        fields = ("organisation", "kind", "as_of", "women", "remark", "uid")

    def render_women(self, value: int) -> str:
        return thousands(value)

    def value_women(self, value: int) -> str:
        return str(value)
