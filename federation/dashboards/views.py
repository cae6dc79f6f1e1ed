"""Leaders' pages: they read rollups, drill down the tree and open the rows behind a number."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from federation.access.gates import ANYONE_LOGGED_IN, Gate, gated
from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.coverage.declare import Indicator, indicators
from federation.coverage.services import NoSuchIndicator, Verdict, rows_behind
from federation.dashboards.about import about
from federation.dashboards.forms import TargetForm
from federation.dashboards.home import chosen, start_page
from federation.dashboards.pages import Overview, figure_of, overview_of
from federation.dashboards.statistics import table_of, told_of
from federation.registers.scopebar import chosen_organisation, roots, scope_steps

PAGE = 50
# A counting table is wide: so many rows can be looked over at once.
UNITS_A_PAGE = 30
# Wider families than this have a register, no tiles.
MOST_PLACES = 400
FIRST_LOOK = (Verdict.OUT, Verdict.UNKNOWN, Verdict.IN)


@gated(ANYONE_LOGGED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """``/``: the overview for leaders, the start page of her work for everybody else."""
    if request.user.holds("is_leader"):  # type: ignore[union-attr]
        places = roots(request.user, Grant.VIEW)
        return _overview(request, chosen(places, request.GET.get("organisation", "")))
    return start_page(request)


@gated(Gate(Grant.VIEW))
def overview(request: HttpRequest) -> HttpResponse:
    """The overview of the viewer's own organisation."""
    return _overview(request, chosen_organisation(request.user, Grant.VIEW, ""))


@gated(Gate(Grant.VIEW))
def area(request: HttpRequest, code: str) -> HttpResponse:
    """The overview of one organisation below."""
    return _overview(request, chosen_organisation(request.user, Grant.VIEW, code))


def _overview(request: HttpRequest, organisation: Any) -> HttpResponse:
    if organisation is None:
        return start_page(request)
    children = _below(request, organisation)
    page = overview_of(organisation, children, request.GET.get("measure", ""))
    page.is_top_first = request.GET.get("rank") == "top"
    return render(request, "dashboards/overview.html", _context(request, page))


def _below(request: HttpRequest, organisation: Any) -> list[Any]:
    scope = request.user.scope(Grant.VIEW)  # type: ignore[union-attr]
    below = organisation_model().objects.in_scope(scope).filter(parent=organisation)
    return list(below.order_by("path")[:MOST_PLACES])


def _context(request: HttpRequest, page: Overview) -> dict[str, Any]:
    def address(code: str) -> str:
        return f"{reverse('dashboards:area', args=[code])}?measure={page.measure}"

    steps = scope_steps(request.user, Grant.VIEW, page.organisation, address)
    return {
        "page": page,
        "scope_steps": steps,
        "child_level": steps[-1].level,
        "map_approval": settings.MAP_APPROVAL,
    }


@gated(Gate(Grant.VIEW))
def statistics(request: HttpRequest, code: str) -> HttpResponse:
    """What the registers count of the units below, beside what they reported of themselves."""
    organisation = chosen_organisation(request.user, Grant.VIEW, code)
    table = table_of(organisation, _below(request, organisation), timezone.localdate())
    is_narrow = request.GET.get("which") == "different"
    lines = table.different if is_narrow else table.lines
    paging = Paginator(lines, UNITS_A_PAGE).get_page(request.GET.get("page"))

    def address(place: str) -> str:
        return reverse("dashboards:statistics", args=[place])

    context = {
        "table": table,
        "is_narrow": is_narrow,
        "paging": paging,
        "told": told_of([*paging.object_list, table.total]),
        "scope_steps": scope_steps(request.user, Grant.VIEW, organisation, address),
    }
    return render(request, "dashboards/statistics.html", context)


@gated(Gate(Grant.VIEW))
def rows(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """The organisations behind one number, those that do not count first."""
    organisation = chosen_organisation(request.user, Grant.VIEW, code)
    scope = request.user.scope(Grant.VIEW)  # type: ignore[union-attr]
    try:
        behind = rows_behind(indicator, organisation, scope=scope)
    except NoSuchIndicator as error:
        raise Http404 from error
    which = _chosen(request.GET.get("which"), behind)
    behind = behind.only(which)
    shown, as_of = figure_of(organisation, indicator)
    context = {
        "organisation": organisation,
        "shown": shown,
        "as_of": as_of,
        "behind": behind,
        "which": which,
        "chips": _chips(behind, which),
        "paging": Paginator(behind, PAGE).get_page(request.GET.get("page")),
        "scope_steps": _figure_steps(request, organisation, "dashboards:rows", indicator),
    }
    return render(request, "dashboards/rows.html", context)


def _chosen(asked: str | None, behind: Any) -> str:
    """The verdict asked for; without one the first that needs a look: those that do not count."""
    if asked is None:
        return next((v.value for v in FIRST_LOOK if behind.counts[v]), "all")
    return asked if asked in {verdict.value for verdict in Verdict} else "all"


def _chips(behind: Any, which: str) -> list[tuple[str, Any, int, bool]]:
    chips: list[tuple[str, Any, int, bool]] = [
        (verdict.value, verdict.label, behind.counts[verdict], which == verdict.value)
        for verdict in Verdict
    ]
    return [("all", _("全部"), sum(behind.counts.values()), which == "all"), *chips]


def _figure_steps(request: HttpRequest, organisation: Any, route: str, code: str) -> list[Any]:
    """The scope bar of a page about one figure: the same page of other places."""

    def address(place: str) -> str:
        return reverse(route, args=[place, code])

    return scope_steps(request.user, Grant.VIEW, organisation, address)


def _declared(code: str) -> type[Indicator]:
    found = indicators.get(code)
    if found is None:
        raise Http404
    return found


@gated(Gate(Grant.VIEW))
def indicator(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """What one figure says, how it is made, how it went, what it should reach."""
    organisation = chosen_organisation(request.user, Grant.VIEW, code)
    declared = _declared(indicator)
    page = about(organisation, _below(request, organisation), declared)
    context = {
        "page": page,
        "scope_steps": _figure_steps(request, organisation, "dashboards:indicator", indicator),
        "can_set": may_set_targets(request.user),
    }
    return render(request, "dashboards/indicator.html", context)


def may_set_targets(user: Any) -> bool:
    """Targets hold for the whole tree: only who keeps accounts at its top may set them."""
    tops = [p.organisation for p in user.current_postings() if p.role.manages_accounts]
    return any(top.parent_id is None for top in tops)


class TargetPage(View):
    """Sets the target of one figure; whoever is posted below the top is refused."""

    gate = Gate(flag="manages_accounts")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.organisation = chosen_organisation(request.user, Grant.VIEW, kwargs["code"])
        self.indicator = _declared(kwargs["indicator"])
        if not may_set_targets(request.user):
            raise PermissionDenied(_("目标由最上级妇联统一设置。需要调整时请联系上级妇联。"))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(TargetForm(indicator=self.indicator))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = TargetForm(request.POST, indicator=self.indicator)
        if not form.is_valid():
            return self.page(form, status=422)
        form.save(request.user)
        messages.success(request, _("已保存“%(label)s”的目标。") % {"label": self.indicator.label})
        return redirect("dashboards:indicator", self.organisation.code, self.indicator.code)

    def page(self, form: TargetForm, status: int = 200) -> HttpResponse:
        """The form below the targets that stand."""
        lines = about(self.organisation, [], self.indicator).target_lines
        context = {
            "form": form,
            "organisation": self.organisation,
            "indicator": self.indicator,
            "lines": lines,
        }
        return render(self.request, "dashboards/target.html", context, status=status)
