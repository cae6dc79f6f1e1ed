"""Register of host units (两企三新)."""

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
from orgs.filters import HostUnitFilter
from orgs.forms import HostUnitForm
from orgs.models import HostUnit
from orgs.tables import HostUnitTable
from orgs.views.registers import page_of_code


@lists.register
class UnitList(RegisterView):
    queryset = HostUnit.objects.select_related("organisation__parent", "covered_by").order_by(
        "organisation__path", "name", "pk"
    )
    filterset_class = HostUnitFilter
    table_class = HostUnitTable
    title = gettext_lazy("两企三新")
    unit = gettext_lazy("个单位")
    register_name = "host_unit"
    list_route = "orgs:unit_list"
    edit_route = "orgs:unit_edit"
    icon = "building"
    default_columns = (
        "name", "organisation", "sort", "employees", "women", "has_party", "has_women_org",
        "covered_by", "uid",
    )  # fmt: skip
    export_route = "orgs:unit_export"
    create_route = "orgs:unit_create"
    create_label = gettext_lazy("新增单位")


class UnitExport(ExportView, UnitList):
    gate = Gate(Grant.EXPORT)


class UnitPage:
    """What the forms of a host unit have in common."""

    form_class: Any = HostUnitForm
    button = gettext_lazy("保存单位")

    def back_url(self) -> str:
        return reverse("orgs:unit_list")

    def address_after(self, record: HostUnit) -> str:
        return f"{reverse('orgs:unit_list')}?organisation={record.organisation.code}"


class UnitCreate(UnitPage, CreateView):
    queryset = HostUnit.objects.all()
    title = gettext_lazy("新增两企三新")

    def initial(self) -> dict[str, Any]:
        return {"organisation": self.request.GET.get("organisation", "")}


class UnitEdit(UnitPage, EditView):
    queryset = HostUnit.objects.select_related("organisation")
    title = gettext_lazy("编辑两企三新")

    @property
    def subject(self) -> str:
        return f"{self.record} · {self.record.organisation}"


class UnitHistory(HistoryView):
    gate = Gate(Grant.VIEW, people=True)
    queryset = HostUnit.objects.select_related("organisation")

    def context(self) -> dict[str, Any]:
        return {
            "back_url": reverse("orgs:unit_list"),
            "scope_steps": self.steps(self.record.organisation, page_of_code),
        }
