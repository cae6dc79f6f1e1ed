"""Register of places: lists, pages and forms."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.exchange.models import Batch
from federation.registers.declare import lists
from federation.registers.origins import Origins
from federation.registers.views.exporting import ExportView
from federation.registers.views.history import HistoryView
from federation.registers.views.listing import RegisterView
from federation.registers.views.records import CreateView, DetailView, EditView
from homes.filters import HomeFilter
from homes.forms import CloseForm, HomeForm
from homes.models import Home, HomeCheck, HomeKind
from homes.models.checks import a_year_before
from homes.models.homes import WOMEN_HOME
from homes.tables import HomeTable, haves_tag, home_url
from homes.views.tiles import tiles_url
from orgs.views.registers import page_of_code


@lists.register
class HomeList(RegisterView):
    queryset = Home.objects.select_related("kind", "organisation__parent").order_by(
        "organisation__path", "pk"
    )
    filterset_class = HomeFilter
    table_class = HomeTable
    title = gettext_lazy("阵地名册")
    unit = gettext_lazy("个")
    register_name = "home"
    list_route = "homes:home_list"
    default_columns = (
        "name", "kind", "organisation", "level", "is_passed", "address", "opened_on",
    )  # fmt: skip
    icon = "home-heart"
    create_route = "homes:home_create"
    create_label = gettext_lazy("新增阵地")
    export_route = "homes:home_export"
    template_name = "homes/list.html"

    def context(self) -> dict[str, Any]:
        code = self.chosen.code if self.chosen else ""
        return {**super().context(), "tiles_url": tiles_url(code)}

    def related(self, queryset: Any) -> Any:
        return queryset.with_check(timezone.localdate())


class HomeExport(ExportView, HomeList):
    gate = Gate(Grant.EXPORT)


class HomeDetail(DetailView):
    queryset = Home.objects.select_related("kind", "organisation__parent", "cluster")
    template_name = "homes/home.html"

    def context(self) -> dict[str, Any]:
        home = self.record
        mine = self.can_capture(home.organisation.path)
        return {
            **super().context(),
            "scope_steps": self.steps(home.organisation, page_of_code),
            "can_edit": mine and self.may("homes:home_edit"),
            "can_check": mine and self.may("homes:home_check") and home.closed_on is None,
            "can_see_history": self.may("homes:home_history"),
            "sees_people": self.viewer.scope(Grant.VIEW).covers_people(home.organisation.path),
            "reveal_url": self._reveal_url(),
            "checks": self._checks(),
            "state": haves_tag(self._verdict()),
            "members": self._members(),
            "origins": Origins(self.viewer, [home, *self.checks]),
        }

    def _reveal_url(self) -> str:
        """Where the telephone is asked for, empty where the viewer may not or there is none."""
        sensitive = self.viewer.scope(Grant.SENSITIVE)
        path = self.record.organisation.path
        if not self.record.manager_phone_masked or not sensitive.covers_people(path):
            return ""
        return reverse("access:reveal", args=[Home._meta.label, self.record.uid, "manager_phone"])

    @cached_property
    def checks(self) -> list[HomeCheck]:
        """Every look at the place, the latest first."""
        found = self.record.checks.select_related("standard")
        return list(found.prefetch_related("standard__items"))

    def _checks(self) -> list[dict[str, Any]]:
        """Each look with its findings; ``source``: who imported it, "" where a form did."""
        batches = {check.batch for check in self.checks if check.batch}
        who = dict(Batch.objects.filter(uid__in=batches).values_list("uid", "actor_label"))
        return [
            {"record": check, "findings": check.findings(), "source": who.get(check.batch, "")}
            for check in self.checks
        ]

    def _verdict(self) -> bool | None:
        """What the latest check says, None where nobody looked within the year."""
        today = timezone.localdate()
        past = [check for check in self.checks if check.checked_on <= today]
        if not past or past[0].checked_on <= a_year_before(today):
            return None
        return past[0].is_passed

    def _members(self) -> list[Home]:
        """The micro-homes of a cluster that the viewer may see."""
        if not self.record.kind.is_cluster:
            return []
        found = self.record.members.in_scope(self.viewer.scope(Grant.VIEW))
        return list(found.select_related("organisation").order_by("organisation__path", "pk"))


class HomePage:
    """What the forms of a place have in common."""

    form_class: Any = HomeForm
    button = gettext_lazy("保存阵地")

    def address_after(self, record: Home) -> str:
        return home_url(record)


class HomeCreate(HomePage, CreateView):
    queryset = Home.objects.all()
    title = gettext_lazy("新增阵地")

    def initial(self) -> dict[str, Any]:
        wanted = HomeKind.objects.filter(code=self.request.GET.get("kind", WOMEN_HOME))
        kind = wanted.first() or HomeKind.objects.get(code=WOMEN_HOME)
        return {"organisation": self.request.GET.get("organisation", ""), "kind": kind}

    def back_url(self) -> str:
        return reverse("homes:home_list")


class HomeEdit(HomePage, EditView):
    title = gettext_lazy("编辑阵地")
    queryset = Home.objects.select_related("organisation")

    @property
    def subject(self) -> str:
        return str(self.record)

    def back_url(self) -> str:
        return home_url(self.record)


class HomeClose(HomeEdit):
    """Closing as a step of its own: one day, and nothing is lost."""

    form_class = CloseForm
    title = gettext_lazy("登记停用")
    button = gettext_lazy("确认停用")


class HomeHistory(HistoryView):
    gate = Gate(Grant.VIEW, people=True)
    queryset = Home.objects.select_related("organisation")

    def uids(self) -> list[Any]:
        return [self.record.uid, *self.record.checks.values_list("uid", flat=True)]

    def context(self) -> dict[str, Any]:
        return {
            "back_url": home_url(self.record),
            "scope_steps": self.steps(self.record.organisation, page_of_code),
        }
