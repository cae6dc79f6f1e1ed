"""What orgs shows on an organisation's page: its terms and renewals, and what it reported."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.registers.declare import Block, Fact, blocks
from federation.writing import thousands
from orgs.models import HostUnit, Renewal, ReportedFact
from orgs.models.renewals import STEPS
from orgs.tables import stage_tag

SHOWN_RENEWALS = 3
TOLD_OF_RENEWALS = (
    "uid", "due_on", "due_precision", *dict(STEPS), "members", "chair_name", "filing_number",
)  # fmt: skip


def own(records: Any, sum_of: Any) -> Subquery:
    """A sum over the organisation's own ``records``, None without any; for ``Block.columns``."""
    found = records.filter(organisation=OuterRef("pk")).order_by().values("organisation")
    return Subquery(found.annotate(found=sum_of).values("found"))


def nth_renewal(number: int) -> Subquery:
    """What the page tells of the organisation's renewal ``number``, the latest being 0."""
    latest = Renewal.objects.filter(organisation=OuterRef("pk")).order_by("-due_on")
    told = JSONObject(**{name: name for name in TOLD_OF_RENEWALS})
    return Subquery(latest.values(told=told)[number : number + 1])


def renewal_told(told: dict[str, Any]) -> Renewal:
    """A renewal of what ``nth_renewal`` tells: shown, never saved."""
    columns = {name: Renewal._meta.get_field(name) for name in TOLD_OF_RENEWALS}
    return Renewal(**{name: columns[name].to_python(told[name]) for name in columns})


HEAD_COUNTS = (
    ("women_resident", gettext_lazy("常住妇女"), gettext_lazy("人")),
    ("households", gettext_lazy("户数"), gettext_lazy("户")),
    ("group_count", gettext_lazy("妇女小组"), gettext_lazy("个")),
)


@blocks.register
class HeadCounts(Block):
    """Counts as last reported: lines of the fact list, no block of its own."""

    key, order, is_side = "head_counts", 20, True
    is_shown = False

    def read(self) -> None:
        self.latest: dict[str, ReportedFact] = {
            fact.key: fact for fact in self.organisation.facts_told
        }

    def facts(self) -> list[Fact]:
        return [
            Fact(label, _("%(count)s %(unit)s（%(day)s上报）") % self._words(key, unit), rank=80)
            for key, label, unit in HEAD_COUNTS
            if key in self.latest and self.latest[key].number is not None
        ]

    def _words(self, key: str, unit: Any) -> dict[str, str]:
        fact = self.latest[key]
        return {"count": thousands(fact.number), "unit": unit, "day": fact.as_of.isoformat()}


@blocks.register
class TermsBlock(Block):
    """The terms of the committee, the running one marked."""

    key, order, is_side = "terms", 30, True
    title = gettext_lazy("换届")
    template = "orgs/blocks/terms.html"

    def read(self) -> None:
        today = timezone.localdate()
        self.terms = list(self.organisation.terms.order_by("-starts_on")[:6])
        self.count = len(self.terms)
        for term in self.terms:
            end = term.ended_on or term.delayed_until_on or term.due_on
            term.is_running = term.starts_on <= today < end
            term.is_last_lapsed = term is self.terms[0] and today >= end
            term.days_over = (today - end).days if term.is_last_lapsed else 0
        self.create_url = ""
        if self.can_capture and self.user.may("orgs:term_create"):
            address = reverse("orgs:term_create")
            self.create_url = f"{address}?organisation={self.organisation.code}"


@blocks.register
class RenewalsBlock(Block):
    """The latest renewals, step by step; the name of who was elected for those who see people."""

    key, order, is_side = "renewals", 31, True
    title = gettext_lazy("换届进度")
    template = "orgs/blocks/renewals.html"
    columns = {f"renewal_{number}": nth_renewal(number) for number in range(SHOWN_RENEWALS)}

    def read(self) -> None:
        found = [getattr(self.organisation, name) for name in self.columns]
        renewals = [renewal_told(told) for told in found if told]
        self.renewals = [
            (renewal, stage_tag(renewal), [(label, getattr(renewal, day)) for day, label in STEPS])
            for renewal in renewals
        ]
        self.count = len(self.renewals)
        self.can_edit = self.can_capture and self.user.may("orgs:renewal_edit")
        self.create_url = ""
        if self.can_edit:
            address = reverse("orgs:renewal_create")
            self.create_url = f"{address}?organisation={self.organisation.code}"

    @property
    def is_shown(self) -> bool:
        return bool(self.count or self.create_url)


@blocks.register
class HostUnitsBlock(Block):
    """The organisation's own units of the new fields: how many, how many reached, their women."""

    key, order, width = "host_units", 60, 4
    title = gettext_lazy("两企三新")
    template = "orgs/blocks/host_units.html"
    columns = {
        "host_units_count": own(HostUnit.objects.all(), Count("pk")),
        "host_units_reached": own(HostUnit.objects.reached(), Count("pk")),
        "host_units_women": own(HostUnit.objects.all(), Sum("women")),
    }

    def read(self) -> None:
        self.count = self.organisation.host_units_count or 0
        self.url = f"{reverse('orgs:unit_list')}?organisation={self.organisation.code}"
        self.create_url = ""
        if self.can_capture and self.user.may("orgs:unit_create"):
            address = reverse("orgs:unit_create")
            self.create_url = f"{address}?organisation={self.organisation.code}"

    @property
    def is_shown(self) -> bool:
        return bool(self.count or self.create_url)
