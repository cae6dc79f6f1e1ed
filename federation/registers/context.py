"""What every page shows around its content: site, account, navigation, size of type."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

TYPE_SIZES = {"large": "l", "huge": "xl"}


@dataclass(frozen=True)
class Room:
    """One entry of the navigation: a route and what it is called."""

    route: str
    label: str | Promise
    icon: str
    is_on_phone: bool = True
    # Flags of Role: shown only to those who hold the one, hidden from those who hold the other.
    only_flag: str = ""
    except_flag: str = ""

    def is_for(self, user: Any) -> bool:
        """Whether the entry is meant for ``user``; whether she may open it is another question."""
        wanted = not self.only_flag or user.holds(self.only_flag)
        return wanted and not (self.except_flag and user.holds(self.except_flag))


@dataclass(frozen=True)
class Entry:
    """A room as one account sees it on one page."""

    label: str | Promise
    url: str
    icon: str
    is_current: bool
    is_on_phone: bool


# "/" is the overview for leaders and the start page of her work for everybody else.
ROOMS = (
    Room("dashboards:home", _("总览"), "layout-dashboard", only_flag="is_leader"),
    Room("dashboards:home", _("首页"), "home", except_flag="is_leader"),
    Room("dashboards:overview", _("总览"), "layout-dashboard", except_flag="is_leader"),
    Room("orgs:tree", _("组织树"), "sitemap", is_on_phone=False),
    Room("orgs:organisation_list", _("组织"), "building-community"),
    Room("orgs:term_list", _("届次"), "calendar", is_on_phone=False),
    Room("cadres:person_list", _("人员"), "users"),
    Room("cadres:appointment_list", _("任职"), "id-badge-2", is_on_phone=False),
    Room("homes:home_list", _("妇女之家"), "home-heart"),
    Room("exchange:batch_list", _("数据导入"), "file-spreadsheet"),
    Room("access:account_list", _("账号"), "user-cog", is_on_phone=False),
    Room("registers:change_list", _("变更记录"), "history", is_on_phone=False),
)


def can_open(user: Any, route: str) -> bool:
    """Whether the role of ``user`` may open a route; the matrix of rights answers."""
    return bool(user.is_authenticated and user.may(route))


def entries(request: HttpRequest) -> list[Entry]:
    """The rooms this account may enter, the one being visited marked."""
    here = request.path
    found: list[Entry] = []
    for room in ROOMS:
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
