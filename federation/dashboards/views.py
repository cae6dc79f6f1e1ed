"""Leaders' pages: they read rollups, drill down the tree and open the rows behind a number."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from federation.access.gates import ANYONE_LOGGED_IN, Gate, gated
from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.coverage.services import NoSuchIndicator, Verdict, rows_behind
from federation.dashboards.pages import Overview, figure_of, overview_of
from federation.registers.home import officer_home
from federation.registers.scopebar import chosen_organisation, scope_steps

PAGE = 50
# Wider families than this have a register, no tiles.
MOST_PLACES = 400
FIRST_LOOK = (Verdict.OUT, Verdict.UNKNOWN, Verdict.IN)


@gated(ANYONE_LOGGED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """``/``: the overview for leaders, the start page of her work for everybody else."""
    if request.user.holds("is_leader"):  # type: ignore[union-attr]
        return _overview(request, chosen_organisation(request.user, Grant.VIEW, ""))
    return officer_home(request)


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
        return redirect("registers:home")
    scope = request.user.scope(Grant.VIEW)  # type: ignore[union-attr]
    below = organisation_model().objects.in_scope(scope).filter(parent=organisation)
    children = list(below.order_by("path")[:MOST_PLACES])
    page = overview_of(organisation, children, request.GET.get("measure", ""))
    page.is_top_first = request.GET.get("rank") == "top"
    return render(request, "dashboards/overview.html", _context(request, page))


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
        "scope_steps": _rows_steps(request, organisation, indicator),
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


def _rows_steps(request: HttpRequest, organisation: Any, indicator: str) -> list[Any]:
    def address(code: str) -> str:
        return reverse("dashboards:rows", args=[code, indicator])

    return scope_steps(request.user, Grant.VIEW, organisation, address)
