"""The units below one organisation as tiles: how many of their homes have all five."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.coverage.services import as_of_day, figures, targets
from federation.dashboards.areas import WIDE_EDGES, Area
from federation.registers.scopebar import chosen_organisation, roots, scope_steps
from homes.models.homes import WOMEN_HOME

FIVE = "POS-03"
# Wider families have a list, no tiles.
MOST_TILES = 400


class HomeTiles(View):
    """The units right below one organisation as tiles: homes and how many have all five."""

    gate = Gate(Grant.VIEW)

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        code = request.GET.get("organisation", "")
        chosen = chosen_organisation(user, Grant.VIEW, code)
        children = self._children(user, chosen)
        areas = self._areas(children)
        context = {
            "chosen": chosen,
            "areas": areas,
            "hatch": self._hatch(areas),
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
        wanted = targets(timezone.localdate().year)
        areas = []
        for node in children:
            found = stored.get(node.pk, {}).get(FIVE)
            told = (found.numerator, found.denominator) if found else (None, None)
            url = f"{reverse('homes:home_list')}?organisation={node.code}&kind={WOMEN_HOME}"
            url = f"{url}&state=open"
            target = wanted.get((FIVE, node.kind_group), wanted.get((FIVE, "")))
            areas.append(Area(node.code, str(node), url, FIVE, *told, target, edges=WIDE_EDGES))
        return areas

    @staticmethod
    def _hatch(areas: list[Area]) -> str:
        """What hatching means: the targets of the levels shown."""
        wanted = sorted({area.target for area in areas if area.target is not None})
        return (
            _("未达目标 %(target)s%%")
            % {"target": "、".join(f"{target:f}".removesuffix(".00") for target in wanted)}
            if wanted
            else ""
        )


def tiles_url(code: str) -> str:
    """The tiles of one organisation, of all the viewer's own without ``code``."""
    address = reverse("homes:home_tiles")
    return f"{address}?organisation={code}" if code else address
