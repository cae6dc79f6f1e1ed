"""What cadres shows on an organisation's page: its committee, its volunteers, the units below."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadres.models import Appointment
from federation.registers.declare import Block, Fact, blocks
from orgs.models import Organisation, ReportedFact, Term

SHOWN_MEMBERS = 10
SHOWN_UNITS = 10
MOST_UNITS = 400
MOST_SECTORS = 5


def of_organisation(route: str, organisation: Any, **more: str) -> str:
    """The list behind a number: that of the organisation itself."""
    rest = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{reverse(route)}?organisation={organisation.code}&reach=own{rest}"


@blocks.register
class RosterBlock(Block):
    """The committee today in the order of posts; leaders see the counts and no names."""

    key, order, width = "roster", 10, 8
    title = gettext_lazy("执委名册")
    template = "cadres/blocks/roster.html"

    def read(self) -> None:
        held = self.organisation.appointments.in_office_on(timezone.localdate())
        held = held.filter(post__is_committee=True).select_related("post", "person")
        members = list(held.order_by("post__order", "from_on", "pk"))
        self.members = members[:SHOWN_MEMBERS] if self.sees_people else []
        self.rest = len(members) - len(self.members) if self.sees_people else 0
        self.count = len(members)
        self.posts = list(Counter(str(one.post) for one in members).items())
        self.sectors = self._sectors(members)
        self.heads = [one for one in members if one.is_head]
        self.url = of_organisation("cadres:appointment_list", self.organisation, state="current")
        self.former_url = of_organisation("cadres:appointment_list", self.organisation)
        self.create_url = ""
        if self.can_capture and self.user.may("cadres:person_create"):
            address = reverse("cadres:person_create")
            self.create_url = f"{address}?organisation={self.organisation.code}"

    def _sectors(self, members: list[Appointment]) -> list[tuple[str, int]]:
        counted = Counter(one.sector for one in members if one.sector).most_common()
        shown, rest = counted[: MOST_SECTORS - 1], counted[MOST_SECTORS - 1 :]
        if len(rest) > 1:
            return [*shown, (_("其他"), sum(number for _name, number in rest))]
        return counted

    def facts(self) -> list[Fact]:
        found = [Fact(_("妇联主席"), self._chair(), rank=10)]
        if self.sees_people and self.heads:
            phone = self.heads[0].person.phone_masked or _("未填")
            found.append(Fact(_("联系电话"), phone, rank=20))
        least = self.organisation.kind.committee_min
        words = _("%(count)s 人") % {"count": self.count}
        if least:
            words += _("（应不少于 %(least)s 人）") % {"least": least}
        url = self.url if self.sees_people else ""
        return [*found, Fact(_("执委"), words, url, rank=30)]

    def _chair(self) -> str:
        if not self.heads:
            return _("空缺")
        return str(self.heads[0].person) if self.sees_people else _("已配")


@blocks.register
class VolunteersBlock(Block):
    """How many volunteers the organisation itself has; who they are stands in their list."""

    key, order, is_side = "volunteers", 61, True
    title = gettext_lazy("志愿者")
    template = "cadres/blocks/volunteers.html"

    def read(self) -> None:
        current = self.organisation.volunteers.current_on(timezone.localdate())
        self.told = current.totals()
        self.count = self.told["count"]
        self.url = ""
        if self.sees_people:
            self.url = of_organisation("cadres:volunteer_list", self.organisation, state="current")
        self.create_url = ""
        if self.can_capture and self.user.may("cadres:volunteer_create"):
            address = reverse("cadres:volunteer_create")
            self.create_url = f"{address}?organisation={self.organisation.code}"

    @property
    def is_shown(self) -> bool:
        return bool(self.count or self.create_url)


@dataclass(frozen=True)
class Unit:
    """One organisation below with what stands out about it; ``hint`` is the worst first."""

    organisation: Any
    chair: str
    members: str
    rank: int
    look: str
    hint: str


@blocks.register
class LowerBlock(Block):
    """The units right below, those that lack most on top."""

    key, order, width = "lower", 50, 7
    title = gettext_lazy("下级组织")
    template = "cadres/blocks/lower.html"

    def read(self) -> None:
        children = list(below(self.organisation)[:MOST_UNITS])
        units = [self._unit(child) for child in children]
        self.count = len(units)
        self.units = sorted(units, key=lambda unit: -unit.rank)[:SHOWN_UNITS]
        self.url = of_organisation("orgs:organisation_list", self.organisation)

    @property
    def is_shown(self) -> bool:
        return bool(self.count)

    def facts(self) -> list[Fact]:
        if not self.count:
            return []
        words = _("%(count)s 个") % {"count": self.count}
        return [Fact(_("下级组织"), words, self.url, rank=40)]

    def _unit(self, child: Any) -> Unit:
        chair = child.chair_name or ""
        if chair and not self.sees_people:
            chair = _("已配")
        rank, look, hint = worst(child)
        return Unit(child, chair or _("空缺"), written_members(child), rank, look, hint)


def below(organisation: Any) -> Any:
    """The children of ``organisation`` with chair, committee and term; one query."""
    today = timezone.localdate()
    here = Appointment.objects.filter(organisation=OuterRef("pk")).in_office_on(today)
    reported = ReportedFact.objects.filter(organisation=OuterRef("pk"), key="exec_count")
    current = Q(appointments__from_on__lte=today, appointments__post__is_committee=True) & (
        Q(appointments__until_on=None) | Q(appointments__until_on__gt=today)
    )
    return (
        Organisation.objects.filter(parent=organisation)
        .select_related("kind")
        .annotate(
            chair_name=Subquery(here.heads().values("person__name")[:1]),
            members=Count("appointments", filter=current),
            is_counted=Exists(here.filter(from_report=False)),
            members_reported=Subquery(reported.order_by("-as_of").values("number")[:1]),
            has_term=Exists(Term.objects.filter(organisation=OuterRef("pk")).containing(today)),
        )
        .order_by("path")
    )


def committee_size(child: Any) -> int | None:
    """Members by records, by the report where no confirmed record stands, None where unknown."""
    if child.is_counted:
        return int(child.members)
    return child.members_reported


def written_members(child: Any) -> str:
    """The committee's size over its least: "9 / 11", a reported one marked."""
    size, least = committee_size(child), child.kind.committee_min
    if size is None:
        return ""
    words = f"{size} / {least}" if least else str(size)
    return words if child.is_counted else _("报 %(size)s") % {"size": words}


def worst(child: Any) -> tuple[int, str, str]:
    """Rank, look and words of the worst that can be said of a unit; rank 0: nothing."""
    if child.status == Organisation.Status.NOT_BUILT:
        return 5, "bad", _("未建组织")
    if not child.chair_name:
        return 4, "bad", _("没有主席")
    size, least = committee_size(child), child.kind.committee_min
    if size is not None and least and size < least:
        return 3, "warn", _("缺执委 %(count)s 人") % {"count": least - size}
    if not child.has_term:
        return 2, "warn", _("没有在届的届次")
    return (1, "", _("仅据上报")) if child.from_report else (0, "", "")
