"""What homes shows on an organisation's page: places by kind, and how many have all five."""

from collections import Counter
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.coverage.services import Figure, figures
from federation.registers.declare import Block, Fact, blocks
from federation.registers.narrowing import narrowed
from homes.models import Home
from homes.models.homes import WOMEN_HOME
from homes.tables import haves_tag

SHOWN_HOMES = 5
# A town has fewer: they are read and counted; of more only numbers are asked for.
MOST_HOMES = 200
FIVE = "POS-03"


@blocks.register
class HomesBlock(Block):
    """Open places of the organisation and of all below it, its own ones first."""

    key, order, width = "homes", 40, 5
    title = gettext_lazy("妇女之家")
    template = "homes/blocks/homes.html"

    def read(self) -> None:
        today = timezone.localdate()
        below = Home.objects.in_scope(narrowed(self.scope, self.organisation)).open_on(today)
        first = below.select_related("kind", "organisation").with_check(today)
        first = list(first.order_by("organisation__path", "kind__order", "pk")[: MOST_HOMES + 1])
        if len(first) <= MOST_HOMES:
            self._count(first)
        else:
            self._ask(below)
        self.count = sum(number for _code, _name, number, _url in self.kinds)
        self.shown = [(home, haves_tag(home.is_passed)) for home in first[:SHOWN_HOMES]]
        self.all_url = self._list()
        self.tiles_url = f"{reverse('homes:home_tiles')}?organisation={self.organisation.code}"
        self.create_url = ""
        if self.can_capture and self.user.may("homes:home_create"):
            address = reverse("homes:home_create")
            self.create_url = f"{address}?organisation={self.organisation.code}"

    def _list(self, kind: str = "") -> str:
        address = f"{reverse('homes:home_list')}?organisation={self.organisation.code}&state=open"
        return f"{address}&kind={kind}" if kind else address

    def _count(self, homes: list[Any]) -> None:
        """Code, name, number and list of every kind, and the five haves, of homes at hand."""
        found = Counter(home.kind for home in homes)
        self.kinds = [
            (kind.code, kind.name, found[kind], self._list(kind.code))
            for kind in sorted(found, key=lambda kind: kind.order)
        ]
        ours = [home for home in homes if home.kind.code == WOMEN_HOME]
        self.five = Figure(sum(home.is_passed is True for home in ours), len(ours))

    def _ask(self, below: Any) -> None:
        """The same of more homes than are worth reading: counted, and as stored."""
        kinds = below.order_by().values_list("kind__code", "kind__name", "kind__order")
        self.kinds = [
            (code, name, number, self._list(code))
            for code, name, _order, number in kinds.annotate(Count("pk")).order_by("kind__order")
        ]
        stored = figures([self.organisation.pk]).get(self.organisation.pk, {})
        self.five = stored.get(FIVE, Figure())

    def facts(self) -> list[Fact]:
        found = [
            Fact(name, _("%(count)s 个") % {"count": number}, url)
            for _code, name, number, url in self.kinds[:2]
        ]
        if not any(code == WOMEN_HOME for code, *_rest in self.kinds):
            found.insert(0, Fact(_("妇女之家"), _("还没有"), self.all_url))
        return found[:2]
