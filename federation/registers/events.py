"""What was done without changing a record (logins, reveals, exports, refusals), told to people."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.access.models import Posting, Role, User
from federation.access.scope import Scope
from federation.audit.deeds import DISCLOSING, PARTS, deed_label
from federation.audit.models import Event
from federation.audit.services import endings
from federation.exchange.declare import sheets
from federation.registers.declare import lists
from federation.registers.narrowing import covers_tree


@dataclass(frozen=True)
class Group:
    """Deeds that are looked at together; ``look`` is the colour of their mark."""

    key: str
    label: str | Promise
    icon: str
    look: str
    deeds: tuple[str, ...]


GROUPS = (
    Group("entry", gettext_lazy("登录"), "login", "b",
          ("login", "logout", "slip_used", "password_changed")),
    Group("reveal", gettext_lazy("查看号码"), "eye", "w", ("reveal", "number_given")),
    Group("export", gettext_lazy("导出"), "download", "b", ("export",)),
    Group("account", gettext_lazy("账号"), "user-cog", "r",
          ("account_created", "account_closed", "account_opened", "posting_given", "posting_ended",
           "slip_printed", "slips_printed", "handed_over", "token_made", "token_revoked")),
    Group("refused", gettext_lazy("被拒绝"), "lock", "x",
          ("refused", "login_failed", "locked", "lookups_exceeded")),
)  # fmt: skip
OTHERS = Group("system", gettext_lazy("系统"), "settings", "", ())
PERIODS: dict[str, tuple[int, str | Promise]] = {
    "7": (7, gettext_lazy("近 7 天")),
    "30": (30, gettext_lazy("近 30 天")),
    "365": (365, gettext_lazy("近 12 个月")),
}
USUAL_PERIOD = "30"


@dataclass(frozen=True)
class Told:
    """One event, ready to show. ``about`` says whose or which record, ``more`` the rest."""

    event: Event
    words: str
    group: Group
    about: str
    more: str


def group_of(deed: str) -> Group:
    """The group a deed belongs to."""
    return next((group for group in GROUPS if deed in group.deeds), OTHERS)


def events_in(scope: Scope) -> QuerySet[Event]:
    """Events about organisations in ``scope``, and about none those of people posted there then.

    Who sees the whole tree sees all of them: also what the machine did for nobody in particular,
    and what somebody did whose posting was taken back on its first day.
    """
    return _within_scope(Event.objects.exclude(deed__in=PARTS), scope)


def _within_scope(events: QuerySet[Event], scope: Scope) -> QuerySet[Event]:
    if covers_tree(scope):
        return events
    day = OuterRef("on")
    held = Posting.objects.in_scope(scope).filter(user=OuterRef("actor"), from_on__lte=day)
    # A posting ended by hand holds until that hour: its last day counts as well.
    held = held.filter(Q(until_on=None) | Q(until_on__gte=day))
    events = events.alias(on=TruncDate("at"))
    return events.filter(scope.condition("organisation__path") | Q(Exists(held), organisation=None))


def disclosures(uids: list[Any], scope: Scope) -> QuerySet[Event]:
    """By which deeds somebody came to know whole numbers of these records, the newest first.

    As in ``events_in``: a woman may hold a post elsewhere, of which nobody here is told.
    """
    deeds = Event.objects.filter(object_uid__in=uids, deed__in=DISCLOSING)
    found = _within_scope(deeds, scope)
    return found.select_related("organisation").order_by("-pk")


def within(events: QuerySet[Event], period: str) -> QuerySet[Event]:
    """Those of the last days; an unknown period is the usual one."""
    days = PERIODS.get(period, PERIODS[USUAL_PERIOD])[0]
    return events.filter(at__gte=timezone.now() - timedelta(days=days))


def of_group(events: QuerySet[Event], key: str) -> QuerySet[Event]:
    """Those of one group; of an unknown one: all."""
    if key == OTHERS.key:
        return events.exclude(deed__in=[deed for group in GROUPS for deed in group.deeds])
    group = next((group for group in GROUPS if group.key == key), None)
    return events if group is None else events.filter(deed__in=group.deeds)


def counts(events: QuerySet[Event]) -> list[tuple[str, str | Promise, int]]:
    """Key, label and number of each group that has any, all of them first; one query."""
    found: Counter[str] = Counter()
    for deed, number in events.order_by().values_list("deed").annotate(Count("pk")):
        found[group_of(deed).key] += number
    told = [(g.key, g.label, found[g.key]) for g in (*GROUPS, OTHERS) if found[g.key]]
    return [("", _("全部"), found.total()), *told]


def told(events: list[Event], scope: Scope) -> list[Told]:
    """Events in words; accounts are named in one query.

    Reasons are told of organisations where ``scope`` lets people be seen.
    """
    label = User._meta.label
    uids = [e.object_uid for e in events if e.object_model == label and e.object_uid is not None]
    accounts = {account.uid: account for account in User.objects.filter(uid__in=uids)}
    roles = dict(Role.objects.values_list("code", "name"))
    ends = endings(event for event in events if event.deed == "export")
    return [
        Told(
            event,
            deed_label(event.deed),
            group_of(event.deed),
            _about(event, accounts),
            "，".join(_more(event, event.detail | ends.get(event.uid, {}), roles, scope)),
        )
        for event in events
    ]


def _about(event: Event, accounts: dict[Any, User]) -> str:
    account = accounts.get(event.object_uid)
    if account is not None and account.pk != event.actor_id:
        return f"{account}（{account.username}）"
    return str(event.organisation) if event.organisation_id else ""


def _more(event: Event, detail: dict[str, Any], roles: dict[str, str], scope: Scope) -> list[str]:
    found = []
    if "role" in detail:
        found.append(_("角色：%(role)s") % {"role": roles.get(detail["role"], detail["role"])})
    if "column" in detail:
        found.append(_column(event.object_model, detail["column"]))
    found += _taken(detail)
    if "count" in detail:
        found.append(_("%(count)s 张") % {"count": detail["count"]})
    if event.reason and _sees_people(event, scope):
        found.append(_("事由：%(reason)s") % {"reason": event.reason})
    if event.address:
        found.append(_("来自 %(address)s") % {"address": event.address})
    return found


def _taken(detail: dict[str, Any]) -> list[str]:
    """What was taken out, how much of it, and whether all of it left."""
    found = []
    listing = lists.get(detail["register"]) if "register" in detail else None
    sheet = sheets.get(detail["sheet"]) if "sheet" in detail else None
    found += [str(one.title) for one in (listing, sheet) if one is not None]
    if detail.get("numbers"):
        found.append(_("完整号码"))
    if "period" in detail:
        found.append(_("统计期：%(period)s") % {"period": detail["period"]})
    if "rows" in detail:
        found.append(_("%(count)s 行") % {"count": detail["rows"]})
    if detail.get("whole") is False:
        found.append(_("没有下载完"))
    return found


def _sees_people(event: Event, scope: Scope) -> bool:
    """Whether ``scope`` lets people be seen where the event stands; of none: all over ``scope``."""
    if event.organisation is None:
        return scope.people_paths == scope.paths
    return scope.covers_people(event.organisation.path)


def _column(label: str, column: str) -> str:
    """What the opened column is called."""
    try:
        return str(apps.get_model(label)._meta.get_field(column).verbose_name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return column
