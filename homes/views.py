"""Register of places: lists, tiles, pages and forms."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.coverage.services import as_of_day, figures
from federation.dashboards.areas import Area
from federation.registers.declare import lists
from federation.registers.scopebar import chosen_organisation, roots, scope_steps
from federation.registers.views.exporting import ExportView
from federation.registers.views.history import HistoryView
from federation.registers.views.listing import RegisterView
from federation.registers.views.records import CreateView, DetailView, EditView, FormPage
from homes.filters import HomeFilter
from homes.forms import CheckForm, CloseForm, HomeForm
from homes.models import Home, HomeCheck, HomeKind, Standard
from homes.models.checks import FIVE_HAVES, a_year_before
from homes.models.homes import WOMEN_HOME
from homes.tables import HomeTable, haves_tag, home_url
from orgs.views.registers import page_of_code

FIVE = "POS-03"
# Wider families have a list, no tiles.
MOST_TILES = 400


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

    def related(self, queryset: Any) -> Any:
        return queryset.with_check(timezone.localdate())


class HomeExport(ExportView, HomeList):
    gate = Gate(Grant.EXPORT)


class HomeTiles(View):
    """The units right below one organisation as tiles: homes and how many have all five."""

    gate = Gate(Grant.VIEW)

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        code = request.GET.get("organisation", "")
        chosen = chosen_organisation(user, Grant.VIEW, code)
        children = self._children(user, chosen)
        context = {
            "chosen": chosen,
            "areas": self._areas(children),
            "as_of": as_of_day(),
            "scope_steps": scope_steps(user, Grant.VIEW, chosen, tiles_url),
        }
        return render(request, "homes/tiles.html", context)

    @staticmethod
    def _children(user: Any, chosen: Any) -> list[Any]:
        if chosen is None:
            return roots(user, Grant.VIEW)
        below = organisation_model().objects.in_scope(user.scope(Grant.VIEW)).filter(parent=chosen)
        return list(below.order_by("path")[:MOST_TILES])

    @staticmethod
    def _areas(children: list[Any]) -> list[Area]:
        """The share of each unit, and the way to its homes."""
        stored = figures(node.pk for node in children)
        areas = []
        for node in children:
            found = stored.get(node.pk, {}).get(FIVE)
            numbers = (found.numerator, found.denominator) if found else (None, None)
            url = f"{reverse('homes:home_list')}?organisation={node.code}&kind={WOMEN_HOME}"
            areas.append(Area(node.code, str(node), f"{url}&state=open", FIVE, *numbers))
        return areas


def tiles_url(code: str) -> str:
    """The tiles of one organisation."""
    return f"{reverse('homes:home_tiles')}?organisation={code}"


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
        return [{"record": check, "findings": check.findings()} for check in self.checks]

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


class CheckPage(FormPage):
    """What the forms of a check have in common."""

    form_class = CheckForm
    button = gettext_lazy("保存核查记录")

    def address_after(self, record: HomeCheck) -> str:
        return home_url(record.home)

    def words_after(self, record: HomeCheck) -> str:
        told = {"name": record.home, "day": record.checked_on.isoformat()}
        return _("已保存“%(name)s”%(day)s的核查记录。") % told


class HomeCheckNew(CheckPage):
    queryset = Home.objects.select_related("organisation")
    title = gettext_lazy("登记核查")

    @property
    def subject(self) -> str:
        return str(self.record)

    def instance(self) -> HomeCheck:
        standard = Standard.objects.in_force(FIVE_HAVES, timezone.localdate())
        return HomeCheck(home=self.record, standard=standard)

    def initial(self) -> dict[str, Any]:
        return {"checked_on": timezone.localdate()}

    def back_url(self) -> str:
        return home_url(self.record)


class CheckEdit(CheckPage):
    queryset = HomeCheck.objects.select_related("home__organisation", "standard")
    title = gettext_lazy("更正核查记录")

    @property
    def subject(self) -> str:
        return str(self.record.home)

    def instance(self) -> HomeCheck:
        return self.record

    def back_url(self) -> str:
        return home_url(self.record.home)


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
