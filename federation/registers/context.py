"""What every page shows around its content: site, account, navigation, size of type."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject

from federation.registers.declare import Room, rooms

TYPE_SIZES = {"large": "l", "huge": "xl"}


@dataclass(frozen=True)
class Entry:
    """A room as one account sees it on one page."""

    label: str | Promise
    url: str
    icon: str
    is_current: bool
    is_on_phone: bool


def in_order() -> list[Room]:
    """The declared rooms as the navigation shows them."""
    return sorted(rooms, key=lambda room: (room.order, room.route))


def can_open(user: Any, route: str) -> bool:
    """Whether the role of ``user`` may open a route; the matrix of rights answers."""
    return bool(user.is_authenticated and user.may(route))


def entries(request: HttpRequest) -> list[Entry]:
    """The rooms this account may enter, the one being visited marked."""
    here = request.path
    found: list[Entry] = []
    for room in in_order():
        try:
            url = reverse(room.route)
        except NoReverseMatch:
            continue
        is_new = all(url != entry.url for entry in found)
        if is_new and room.is_for(request.user) and can_open(request.user, room.route):
            found.append(Entry(room.label, url, room.icon, False, room.is_on_phone))
    # The longest address that leads here wins: "/" would otherwise be current everywhere.
    fitting = [e.url for e in found if here == e.url or (e.url != "/" and here.startswith(e.url))]
    current = max(fitting, key=len, default="")
    return [
        Entry(e.label, e.url, e.icon, e.url == current and bool(current), e.is_on_phone)
        for e in found
    ]


def posting_label(user: Any) -> str:
    """Where and as what the account is posted, for the corner of the page."""
    postings = user.current_postings()
    if not postings:
        return ""
    first = postings[0]
    return f"{first.organisation} · {first.role.name}"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of ``base.html``: portal, filing, nav, posting_label, type_size.

    Django's own log-in view fills ``site_name`` with the address, hence ``portal_name``.

    Everything about the account is lazy: a fragment for htmx pays nothing for it.
    """
    user = getattr(request, "user", None)
    is_known = bool(user and user.is_authenticated)
    return {
        "portal_name": settings.SITE_NAME,
        "portal_title": settings.SITE_TITLE,
        "portal_filing": settings.SITE_FILING,
        "nav": SimpleLazyObject(lambda: entries(request)) if is_known else [],
        "posting_label": SimpleLazyObject(lambda: posting_label(user)) if is_known else "",
        "type_size": TYPE_SIZES.get(getattr(user, "text_size", ""), ""),
    }
