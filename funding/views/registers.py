"""Registers of ledger lines, yearly budgets and counts of women, with their forms."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.declare import lists
from federation.registers.views.exporting import ExportView
from federation.registers.views.history import HistoryView
from federation.registers.views.listing import RegisterView
from federation.registers.views.records import CreateView, EditView
from funding.filters import LedgerFilter, PopulationFilter, YearlyFilter
from funding.forms import LedgerLineForm, PopulationForm, YearlyBudgetForm
from funding.models import LedgerLine, Population, YearlyBudget
from funding.tables import LedgerTable, PopulationTable, YearlyTable, ledger_url
from orgs.views.registers import page_of_code


@lists.register
class LineList(RegisterView):
    queryset = LedgerLine.objects.select_related("organisation__parent").order_by(
        "organisation__path", "-year", "received_on", "pk"
    )
    filterset_class = LedgerFilter
    table_class = LedgerTable
    title = gettext_lazy("经费台账")
    unit = gettext_lazy("笔")
    register_name = "ledger_line"
    list_route = "funding:line_list"
    icon = "coin"
    edit_route = "funding:line_edit"
    default_columns = (
        "organisation", "year", "source", "received_cny", "spent_cny", "balance_cny",
        "received_on", "voucher_number", "purpose", "uid",
    )  # fmt: skip
    create_route = "funding:line_create"
    create_label = gettext_lazy("登记一笔")
    export_route = "funding:line_export"


class LineExport(ExportView, LineList):
    gate = Gate(Grant.EXPORT)


@lists.register
class YearlyList(RegisterView):
    queryset = YearlyBudget.objects.select_related("organisation__parent").order_by(
        "organisation__path", "-year"
    )
    filterset_class = YearlyFilter
    table_class = YearlyTable
    title = gettext_lazy("年度经费")
    unit = gettext_lazy("条")
    register_name = "yearly_budget"
    list_route = "funding:yearly_list"
    icon = "report-money"
    edit_route = "funding:yearly_edit"
    default_columns = (
        "organisation", "year", "is_in_fiscal_budget", "document_number", "planned_cny",
        "approved_cny", "received_cny", "uid",
    )  # fmt: skip
    create_route = "funding:yearly_create"
    create_label = gettext_lazy("登记年度经费")
    export_route = "funding:yearly_export"


class YearlyExport(ExportView, YearlyList):
    gate = Gate(Grant.EXPORT)


@lists.register
class PopulationList(RegisterView):
    queryset = Population.objects.select_related("organisation__parent").order_by(
        "organisation__path", "kind", "-as_of"
    )
    filterset_class = PopulationFilter
    table_class = PopulationTable
    title = gettext_lazy("女性人口")
    unit = gettext_lazy("条")
    register_name = "population"
    list_route = "funding:population_list"
    icon = "users"
    edit_route = "funding:population_edit"
    create_route = "funding:population_create"
    create_label = gettext_lazy("登记女性人口")
    export_route = "funding:population_export"


class PopulationExport(ExportView, PopulationList):
    gate = Gate(Grant.EXPORT)


UNKNOWN = gettext_lazy("不清楚的留空，不要填 0；确实没有才填 0。")
LOGGED = gettext_lazy("登记错了直接更正，改动会留下记录。")


class NewRecord(CreateView):
    """A new record of the organisation and year in the address; back to that ledger."""

    template_name = "funding/record_form.html"
    advice: tuple[Any, ...]

    def context(self) -> dict[str, Any]:
        return {"advice": self.advice}

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET
        year = asked.get("year", "")
        return {
            "organisation": asked.get("organisation", ""),
            "year": year if year.isascii() and year.isdigit() else timezone.localdate().year,
        }

    def back_url(self) -> str:
        return reverse("funding:board")

    def address_after(self, record: Any) -> str:
        return ledger_url(record.organisation, getattr(record, "year", None))


class OldRecord(EditView):
    """The form of a record, with the way to its history."""

    template_name = "funding/record_form.html"
    advice: tuple[Any, ...]
    history_route: str

    @property
    def subject(self) -> str:
        return f"{self.record.organisation} · {self.record}"

    def context(self) -> dict[str, Any]:
        may = self.may(self.history_route)
        address = reverse(self.history_route, args=[self.record.uid]) if may else ""
        return {"advice": self.advice, "history_url": address}

    def back_url(self) -> str:
        return ledger_url(self.record.organisation, getattr(self.record, "year", None))

    def address_after(self, record: Any) -> str:
        return self.back_url()


class RecordHistory(HistoryView):
    """The changes of a record of money."""

    gate = Gate(Grant.VIEW, people=True)

    def context(self) -> dict[str, Any]:
        organisation = self.record.organisation
        return {
            "back_url": ledger_url(organisation, getattr(self.record, "year", None)),
            "scope_steps": self.steps(organisation, page_of_code),
        }


class LinePage:
    """What the forms of a ledger line have in common."""

    queryset = LedgerLine.objects.select_related("organisation")
    form_class = LedgerLineForm
    button = gettext_lazy("保存这一笔")
    history_route = "funding:line_history"
    advice = (gettext_lazy("一笔到账记一行，金额以元为单位，可以写到分。"), UNKNOWN, LOGGED)


class LineCreate(LinePage, NewRecord):
    title = gettext_lazy("登记一笔经费")


class LineEdit(LinePage, OldRecord):
    title = gettext_lazy("更正一笔经费")


class LineHistory(LinePage, RecordHistory):
    """The changes of a ledger line."""


class YearlyPage:
    """What the forms of a year's budget have in common."""

    queryset = YearlyBudget.objects.select_related("organisation")
    form_class = YearlyBudgetForm
    button = gettext_lazy("保存年度经费")
    history_route = "funding:yearly_history"
    advice = (gettext_lazy("只填本级，不含下级；金额以元为单位，可以写到分。"), UNKNOWN, LOGGED)


class YearlyCreate(YearlyPage, NewRecord):
    title = gettext_lazy("登记年度经费")


class YearlyEdit(YearlyPage, OldRecord):
    title = gettext_lazy("更正年度经费")


class YearlyHistory(YearlyPage, RecordHistory):
    """The changes of a year's budget."""


class PopulationPage:
    """What the forms of a count of women have in common."""

    queryset = Population.objects.select_related("organisation")
    form_class = PopulationForm
    button = gettext_lazy("保存女性人口")
    history_route = "funding:population_history"
    advice = (
        gettext_lazy("截至日期填这个数字所说的那一天；每次统计登记一条。"),
        gettext_lazy("人均经费按最近一次登记的常住妇女数计算。"),
        LOGGED,
    )


class PopulationCreate(PopulationPage, NewRecord):
    title = gettext_lazy("登记女性人口")


class PopulationEdit(PopulationPage, OldRecord):
    title = gettext_lazy("更正女性人口")


class PopulationHistory(PopulationPage, RecordHistory):
    """The changes of a count of women."""
