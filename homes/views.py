"""Register of homes."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.declare import lists
from federation.registers.views.exporting import ExportView
from federation.registers.views.history import HistoryView
from federation.registers.views.listing import RegisterView
from federation.registers.views.records import CreateView, DetailView, EditView
from homes.filters import HomeFilter
from homes.forms import HomeForm
from homes.models import Home, HomeKind
from homes.tables import HomeTable, home_url
from orgs.views.registers import page_of_code


@lists.register
class HomeList(RegisterView):
    queryset = Home.objects.select_related("kind", "organisation__parent").order_by(
        "organisation__path", "pk"
    )
    filterset_class = HomeFilter
    table_class = HomeTable
    title = gettext_lazy("妇女之家名册")
    unit = gettext_lazy("个")
    register_name = "home"
    list_route = "homes:home_list"
    icon = "home-heart"
    create_route = "homes:home_create"
    create_label = gettext_lazy("新增妇女之家")
    export_route = "homes:home_export"


class HomeExport(ExportView, HomeList):
    gate = Gate(Grant.EXPORT)


class HomeDetail(DetailView):
    queryset = Home.objects.select_related("kind", "organisation__parent")
    template_name = "homes/home.html"

    def context(self) -> dict[str, Any]:
        is_writable = self.may("homes:home_edit")
        return {
            **super().context(),
            "scope_steps": self.steps(self.record.organisation, page_of_code),
            "can_edit": is_writable and self.can_capture(self.record.organisation.path),
            "can_see_history": self.may("homes:home_history"),
        }


class HomePage:
    """What the forms of a home have in common."""

    form_class = HomeForm
    button = gettext_lazy("保存妇女之家")

    def address_after(self, record: Home) -> str:
        return home_url(record)


class HomeCreate(HomePage, CreateView):
    queryset = Home.objects.all()
    title = gettext_lazy("新增妇女之家")

    def initial(self) -> dict[str, Any]:
        kind = HomeKind.objects.filter(code="women_home").first()
        return {"organisation": self.request.GET.get("organisation", ""), "kind": kind}

    def back_url(self) -> str:
        return reverse("homes:home_list")


class HomeEdit(HomePage, EditView):
    title = gettext_lazy("编辑妇女之家")
    queryset = Home.objects.select_related("organisation")

    @property
    def subject(self) -> str:
        return str(self.record)

    def back_url(self) -> str:
        return home_url(self.record)


class HomeHistory(HistoryView):
    gate = Gate(Grant.VIEW, people=True)
    queryset = Home.objects.select_related("organisation")

    def context(self) -> dict[str, Any]:
        return {
            "back_url": home_url(self.record),
            "scope_steps": self.steps(self.record.organisation, page_of_code),
        }
