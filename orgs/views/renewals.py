"""Register of the progress of renewals."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.declare import lists
from federation.registers.views.exporting import ExportView
from federation.registers.views.history import HistoryView
from federation.registers.views.listing import RegisterView
from federation.registers.views.records import CreateView, EditView
from orgs.filters import RenewalFilter
from orgs.forms import RenewalForm
from orgs.models import Renewal
from orgs.tables import RenewalTable, organisation_url
from orgs.views.registers import page_of_code


@lists.register
class RenewalList(RegisterView):
    queryset = Renewal.objects.select_related("organisation__parent").order_by(
        "organisation__path", "-due_on"
    )
    filterset_class = RenewalFilter
    table_class = RenewalTable
    title = gettext_lazy("换届进度")
    unit = gettext_lazy("次换届")
    register_name = "renewal"
    list_route = "orgs:renewal_list"
    edit_route = "orgs:renewal_edit"
    icon = "calendar-event"
    export_route = "orgs:renewal_export"
    create_route = "orgs:renewal_create"
    create_label = gettext_lazy("登记进度")

    def related(self, queryset: Any) -> Any:
        return queryset.defer("chair_name")


class RenewalExport(ExportView, RenewalList):
    gate = Gate(Grant.EXPORT)


class RenewalPage:
    """What the forms of a renewal have in common."""

    form_class: Any = RenewalForm
    button = gettext_lazy("保存进度")

    def back_url(self) -> str:
        return reverse("orgs:renewal_list")

    def address_after(self, record: Renewal) -> str:
        return organisation_url(record.organisation)


class RenewalCreate(RenewalPage, CreateView):
    queryset = Renewal.objects.all()
    title = gettext_lazy("登记换届进度")

    def initial(self) -> dict[str, Any]:
        return {"organisation": self.request.GET.get("organisation", "")}


class RenewalEdit(RenewalPage, EditView):
    queryset = Renewal.objects.select_related("organisation")
    title = gettext_lazy("编辑换届进度")

    @property
    def subject(self) -> str:
        return str(self.record.organisation)


class RenewalHistory(HistoryView):
    gate = Gate(Grant.VIEW, people=True)
    queryset = Renewal.objects.select_related("organisation")

    def context(self) -> dict[str, Any]:
        return {
            "back_url": organisation_url(self.record.organisation),
            "scope_steps": self.steps(self.record.organisation, page_of_code),
        }
