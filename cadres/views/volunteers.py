"""Register of volunteers; leaders do not see it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from cadres.filters import VolunteerFilter
from cadres.forms import VolunteerForm
from cadres.models import Person, Volunteer
from cadres.tables import VolunteerTable, person_url, volunteer_url
from cadres.views.people import EXPORT_PEOPLE, SEE_PEOPLE, WRITE_PEOPLE
from federation.access.scope import Grant
from federation.registers.declare import lists
from federation.registers.origins import Origins
from federation.registers.views.exporting import ExportView
from federation.registers.views.history import HistoryView
from federation.registers.views.listing import RegisterView
from federation.registers.views.records import CreateView, DetailView, EditView
from orgs.views.registers import page_of_code


@lists.register
class VolunteerList(RegisterView):
    gate = SEE_PEOPLE
    queryset = Volunteer.objects.select_related("organisation__parent").order_by(
        "organisation__path", "name", "pk"
    )
    filterset_class = VolunteerFilter
    table_class = VolunteerTable
    title = gettext_lazy("志愿者名册")
    unit = gettext_lazy("人")
    register_name = "volunteer"
    list_route = "cadres:volunteer_list"
    icon = "users-plus"
    default_columns = (
        "name", "organisation", "id_number_masked", "phone_masked", "team", "hours", "since_on",
    )  # fmt: skip
    create_route = "cadres:volunteer_create"
    create_label = gettext_lazy("新增志愿者")
    export_route = "cadres:volunteer_export"

    def related(self, queryset: Any) -> Any:
        return queryset.defer("id_number", "phone")


class VolunteerExport(ExportView, VolunteerList):
    gate = EXPORT_PEOPLE


class VolunteerDetail(DetailView):
    gate = SEE_PEOPLE
    queryset = Volunteer.objects.select_related("organisation__parent")
    template_name = "cadres/volunteer.html"

    def context(self) -> dict[str, Any]:
        organisation = self.record.organisation
        capture = self.viewer.scope(Grant.CAPTURE)
        is_writable = capture.covers_people(organisation.path)
        return {
            **super().context(),
            "scope_steps": self.steps(organisation, page_of_code),
            "can_edit": is_writable and self.may("cadres:volunteer_edit"),
            "person_url": self._person_url(),
            "reveals": self._reveals(),
            "origins": Origins(self.viewer, [self.record]),
        }

    def _person_url(self) -> str:
        """The page of the person with the same number, where the viewer may see her."""
        seen = Person.objects.in_scope(self.viewer.scope(Grant.VIEW))
        found = seen.filter(pk=self.record.person_id).first() if self.record.person_id else None
        return person_url(found) if found else ""

    def _reveals(self) -> dict[str, str]:
        """Where the sealed values are asked for, empty where the viewer may not."""
        sensitive = self.viewer.scope(Grant.SENSITIVE)
        if not sensitive.covers_people(self.record.organisation.path):
            return {}
        label, uid = Volunteer._meta.label, self.record.uid
        return {
            column: reverse("access:reveal", args=[label, uid, column])
            for column in Volunteer.sealed_columns
        }


class VolunteerPage:
    """What the forms of a volunteer have in common."""

    gate = WRITE_PEOPLE
    form_class: Any = VolunteerForm
    button = gettext_lazy("保存志愿者")

    def address_after(self, record: Volunteer) -> str:
        return volunteer_url(record)


class VolunteerCreate(VolunteerPage, CreateView):
    queryset = Volunteer.objects.all()
    title = gettext_lazy("新增志愿者")

    def initial(self) -> dict[str, Any]:
        return {"organisation": self.request.GET.get("organisation", "")}

    def back_url(self) -> str:
        return reverse("cadres:volunteer_list")


class VolunteerEdit(VolunteerPage, EditView):
    queryset = Volunteer.objects.select_related("organisation")
    title = gettext_lazy("编辑志愿者")

    @property
    def subject(self) -> str:
        return f"{self.record} · {self.record.organisation}"

    def back_url(self) -> str:
        return volunteer_url(self.record)


class VolunteerHistory(HistoryView):
    gate = SEE_PEOPLE
    queryset = Volunteer.objects.select_related("organisation")

    def context(self) -> dict[str, Any]:
        return {
            "back_url": volunteer_url(self.record),
            "scope_steps": self.steps(self.record.organisation, page_of_code),
        }
