"""What every page shows around its content: site, account, navigation, size of type."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject

from federation.registers.declare import Room, rooms

# A header has room for so many entries, and the bar for the thumb for so many.
STANDING = 8
ON_PHONE = 5
TYPE_SIZES = {"large": "l", "huge": "xl"}


@dataclass(frozen=True)
class Entry:
    """A room as one account sees it on one page."""

    label: str | Promise
    url: str
    icon: str
    is_current: bool
    is_on_phone: bool
    #: whether it stands in the header; the rest opens as a menu
    is_standing: bool = True


def in_order() -> list[Room]:
    """The declared rooms as the navigation shows them."""
    return sorted(rooms, key=lambda room: (room.order, room.route))


def can_open(user: Any, route: str) -> bool:
    """Whether the role of ``user`` may open a route; the matrix of rights answers."""
    return bool(user.is_authenticated and user.may(route))


def entries(request: HttpRequest) -> list[Entry]:
    """The rooms this account may enter, the one being visited marked."""
    here = request.path
    found: list[tuple[Room, str]] = []
    for room in in_order():
        try:
            url = reverse(room.route)
        except NoReverseMatch:
            continue
        is_new = all(url != other for _room, other in found)
        if is_new and room.is_for(request.user) and can_open(request.user, room.route):
            found.append((room, url))
    # The longest address that leads here wins: "/" would otherwise be current everywhere.
    fitting = [url for _room, url in found if here == url or (url != "/" and here.startswith(url))]
    return _placed(found, max(fitting, key=len, default=""))


def _placed(found: list[tuple[Room, str]], current: str) -> list[Entry]:
    """The entries with where they stand: in the header or its menu, in the bar for the thumb."""
    # One entry too many is no reason for a menu of one.
    standing = STANDING if len(found) > STANDING + 1 else len(found)
    thumb = [url for room, url in found if room.is_on_phone][:ON_PHONE]
    return [
        Entry(room.label, url, room.icon, url == current, url in thumb, number < standing)
        for number, (room, url) in enumerate(found)
    ]


def posting_label(user: Any) -> str:
    """Where and as what the account is posted, for the corner of the page."""
    postings = user.current_postings()
    if not postings:
        return ""
    first = postings[0]
    return f"{first.organisation} · {first.role.name}"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of ``base.html``: portal, filing, nav, nav_has_more, posting_label,
    here (the address), type_size.

    Django's own log-in view fills ``site_name`` with the address, hence ``portal_name``.

    Everything about the account is lazy: a fragment for htmx pays nothing for it.
    """
    user = getattr(request, "user", None)
    is_known = bool(user and user.is_authenticated)
    nav: Any = SimpleLazyObject(lambda: entries(request)) if is_known else []
    return {
        "portal_name": settings.SITE_NAME,
        "portal_title": settings.SITE_TITLE,
        "portal_filing": settings.SITE_FILING,
        "nav": nav,
        "nav_has_more": SimpleLazyObject(lambda: any(not entry.is_standing for entry in nav)),
        "posting_label": SimpleLazyObject(lambda: posting_label(user)) if is_known else "",
        "here": request.get_full_path(),
        "type_size": TYPE_SIZES.get(getattr(user, "text_size", ""), ""),
    }
