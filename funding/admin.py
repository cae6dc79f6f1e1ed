"""Money at the administrator's correction desk."""

from django.contrib import admin

from federation.desk.exporting import DeskResource, declared
from federation.desk.registers import DeskRegister
from funding.forms import LedgerLineForm, PopulationForm, YearlyBudgetForm
from funding.models import LedgerLine, Population, YearlyBudget
from funding.parts.giving import Ledger, Yearly

OWNER = ("uid", "organisation__code", "organisation__name")


class LedgerLineResource(DeskResource):
    giver = Ledger

    class Meta:
        model = LedgerLine
        fields = (*OWNER, *declared(Ledger, LedgerLine))


class YearlyBudgetResource(DeskResource):
    giver = Yearly

    class Meta:
        model = YearlyBudget
        fields = (*OWNER, *declared(Yearly, YearlyBudget))


class PopulationResource(DeskResource):
    class Meta:
        model = Population
        fields = (*OWNER, "kind", "as_of", "women", "remark")


class MoneyDesk(DeskRegister):
    """What the desks of money share."""

    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "organisation__code")
    readonly_fields = ("whose",)


@admin.register(LedgerLine)
class LedgerLineDesk(MoneyDesk):
    form = LedgerLineForm
    resource_classes = [LedgerLineResource]
    list_display = ("voucher_number", "organisation", "year", "received_cny", "spent_cny")
    list_display_links = ("voucher_number", "organisation")
    list_filter = ("year", "source")
    ordering = ("organisation__path", "-year", "pk")
    fields = (
        "whose", "year", "source", "received_cny", "spent_cny", "balance_cny",
        "received_on", "voucher_number", "purpose", "remark", "confirmed", "version",
    )  # fmt: skip


@admin.register(YearlyBudget)
class YearlyBudgetDesk(MoneyDesk):
    form = YearlyBudgetForm
    resource_classes = [YearlyBudgetResource]
    list_display = ("organisation", "year", "is_in_fiscal_budget", "approved_cny", "received_cny")
    list_filter = ("year", "is_in_fiscal_budget")
    ordering = ("organisation__path", "-year")
    fields = (
        "whose", "year", "is_in_fiscal_budget", "document_number", "standard_cny",
        "planned_cny", "approved_cny", "received_cny", "remark", "confirmed", "version",
    )  # fmt: skip
    readonly_fields = ("whose", "year")


@admin.register(Population)
class PopulationDesk(MoneyDesk):
    form = PopulationForm
    resource_classes = [PopulationResource]
    list_display = ("organisation", "kind", "as_of", "women")
    list_filter = ("kind",)
    ordering = ("organisation__path", "kind", "-as_of")
    fields = ("whose", "kind", "as_of", "women", "remark", "version")
    readonly_fields = ("whose", "kind")
