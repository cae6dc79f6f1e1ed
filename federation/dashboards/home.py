"""The start page of everybody but leaders: what is missing, where it is put right, what happened.

One page for every role: each part stands where the role has the right to it. A clerk's page is
made for the phone and for the one unit she keeps.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.models import Posting, User
from federation.access.scope import Grant, Scope
from federation.audit.deeds import PARTS, deed_label
from federation.audit.models import Event
from federation.coverage.services import stored_figures
from federation.dashboards.figures import shown_of
from federation.dashboards.gaps import Gap, all_gaps
from federation.dashboards.pages import overview_of
from federation.exchange.history import batches_of
from federation.exchange.models import Batch
from federation.registers.changelog import log_page
from federation.registers.context import entries
from federation.registers.declare import Quick, quicks
from federation.registers.narrowing import narrowed
from federation.registers.overruled import waiting
from federation.registers.scopebar import roots

LATEST = 6
CHANGES = 8


@dataclass(frozen=True)
class Number:
    """A count with the list behind it."""

    label: str
    count: int
    unit: str
    url: str


def start_page(request: HttpRequest) -> HttpResponse:
    """The page of the viewer's role; a clerk's when she keeps records and nobody's accounts."""
    user: Any = request.user
    places = roots(user, Grant.VIEW)
    place = chosen(places, request.GET.get("organisation", ""))
    context = {"places": places, "place": place, "greeting": greeting(timezone.localtime())}
    is_clerk = bool(user.scope(Grant.CAPTURE)) and not user.holds("manages_accounts")
    if place is not None and is_clerk:
        return render(request, "dashboards/clerk.html", context | of_clerk(user, place))
    if place is not None:
        context |= of_officer(request, place)
    return render(request, "dashboards/home.html", context)


def chosen(places: list[Any], code: str) -> Any:
    """The place with ``code`` among the viewer's own, the first without one; None without any."""
    return next((place for place in places if place.code == code), places[0] if places else None)


def greeting(now: datetime) -> str:
    """The words for the hour of the day."""
    if now.hour < 6:
        return _("夜深了")
    if now.hour < 12:
        return _("上午好")
    return _("中午好") if now.hour < 14 else _("下午好") if now.hour < 18 else _("晚上好")


def of_clerk(user: Any, place: Any) -> dict[str, Any]:
    """What the page of one unit shows: its gaps with their forms, and forms one tap away."""
    scope = narrowed(user.scope(Grant.CAPTURE), place)
    stored = stored_figures([place.pk]).get(place.pk)
    own = shown_of(place, stored.own if stored else {}, {})
    gaps = all_gaps(place, scope, own, timezone.localdate())
    checked = [gap for gap in gaps if user.may(gap.todo.fix_route) and applies(gap, own)]
    open_gaps = [gap for gap in checked if is_open(gap, own)]
    done = len(checked) - len(open_gaps)
    return {
        "gaps": open_gaps,
        "checks": len(checked),
        "done": done,
        "share": round(100 * done / len(checked)) if checked else 100,
        "quicks": [(quick, quick.url(place)) for quick in offered(user)],
        "upload_url": address(user, "exchange:upload"),
        "batches": latest_imports(user, scope),
        **waiting(user),
    }


def applies(gap: Gap, own: dict[str, Any]) -> bool:
    """Whether the unit can have the gap: a figure must ask of it, a kind must be among those."""
    todo = gap.todo
    if todo.indicator:
        return own[todo.indicator].figure.units > 0
    return not todo.applies_to or gap.organisation.kind_group in todo.applies_to


def is_open(gap: Gap, own: dict[str, Any]) -> bool:
    """Whether the unit lacks it; for her own unit a clerk is asked also where nothing is known."""
    indicator = gap.todo.indicator
    return bool(gap.count or indicator and own[indicator].figure.unknown)


def offered(user: Any) -> list[Quick]:
    """The forms the role may open, in their order."""
    return sorted((q for q in quicks if user.may(q.route)), key=lambda quick: quick.order)


def of_officer(request: HttpRequest, place: Any) -> dict[str, Any]:
    """The parts for which the role has the right: figures, gaps, imports, changes, accounts."""
    user: Any = request.user
    scope = narrowed(user.scope(Grant.VIEW), place)
    found: dict[str, Any] = {"upload_url": address(user, "exchange:upload"), "rooms": []}
    if user.scope(Grant.CAPTURE):
        page = overview_of(place, [], "")
        gaps = all_gaps(place, scope, page.own, timezone.localdate())
        found |= {"page": page, "gaps": gaps, "batches": latest_imports(user, scope)}
        found |= waiting(user)
    audited = narrowed(user.scope(Grant.VIEW, flag="sees_audit"), place)
    if audited:
        found["lines"], _older = log_page(audited, "", CHANGES)
        found["names_places"] = True
        found["changes_url"] = address(user, "registers:change_list")
        found["events"] = events_in(audited)
        found["events_url"] = address(user, "registers:event_list")
    if user.holds("manages_accounts"):
        found["numbers"] = accounts_in(user, scope)
    if not user.scope(Grant.CAPTURE):
        found["rooms"] = [room for room in entries(request) if not room.is_current]
    return found


def latest_imports(user: Any, scope: Scope) -> list[Batch]:
    """The last imports of the place that the role may open."""
    if not user.may("exchange:batch"):
        return []
    allowed: Any = batches_of(user)
    return list(allowed.in_scope(scope)[:LATEST])


def events_in(scope: Scope) -> list[tuple[Event, str]]:
    """The latest deeds in a part of the tree with their words; what they were about is left out."""
    seen = Event.objects.filter(scope.condition("organisation__path")).exclude(deed__in=PARTS)
    latest = seen.select_related("organisation").order_by("-pk")[:CHANGES]
    return [(event, deed_label(event.deed)) for event in latest]


def accounts_in(user: Any, scope: Scope) -> list[Number]:
    """Accounts with a posting in the scope: all, and those switched off; two queries."""
    url = address(user, "access:account_list")
    today = timezone.localdate()
    held = Posting.objects.in_scope(scope).hold_on(today)
    known = User.objects.filter(pk__in=held.values("user"))
    return [
        Number(_("在用账号"), known.filter(is_active=True).count(), _("个"), url),
        Number(_("在任角色"), held.filter(user__is_active=True).count(), _("个"), url),
    ]


def address(user: Any, route: str) -> str:
    """Where ``route`` is, empty where there is none or the role lacks it."""
    try:
        return reverse(route) if user.may(route) else ""
    except NoReverseMatch:
        return ""
