"""The start page of everybody but leaders: her units, her lists, her latest imports."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from federation.access.gates import ANYONE_LOGGED_IN, gated
from federation.access.scope import Grant
from federation.exchange.models import Batch
from federation.registers.declare import lists
from federation.registers.scopebar import roots

LATEST = 5


@gated(ANYONE_LOGGED_IN)
def officer_home(request: HttpRequest) -> HttpResponse:
    """Counts and ways in; whoever leads gets the overview instead."""
    user: Any = request.user
    context = {
        "places": roots(user, Grant.VIEW),
        "shelves": shelves(user),
        "batches": latest_imports(user),
        "upload_url": address(user, "exchange:upload"),
        "accounts_url": address(user, "access:account_list"),
        "changes_url": address(user, "registers:change_list"),
    }
    return render(request, "registers/home.html", context)


def shelves(user: Any) -> list[dict[str, str | int | Promise]]:
    """The registers the role may open, each with its number of records; one query each."""
    scope = user.scope(Grant.VIEW)
    return [
        {
            "title": listing.title,
            "unit": listing.unit,
            "icon": listing.icon,
            "url": reverse(listing.list_route),
            "count": listing.queryset.all().in_scope(scope).count(),
        }
        for listing in lists
        if listing.gate.admits(user)
    ]


def latest_imports(user: Any) -> list[Batch]:
    """The last imports within the import scope."""
    return list(Batch.objects.in_scope(user.scope(Grant.IMPORT)).order_by("-pk")[:LATEST])


def address(user: Any, route: str) -> str:
    """Where ``route`` is, empty where there is none or the role lacks it."""
    try:
        return reverse(route) if user.may(route) else ""
    except NoReverseMatch:
        return ""
