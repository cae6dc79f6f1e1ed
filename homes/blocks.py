"""What homes shows on an organisation's page: places by kind, and how many have all five."""

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
        self.kinds = self._kinds(below)
        self.count = sum(number for _code, _name, number, _url in self.kinds)
        first = below.select_related("kind", "organisation").with_check(today)
        first = first.order_by("organisation__path", "kind__order", "pk")
        self.shown = [(home, haves_tag(home.is_passed)) for home in first[:SHOWN_HOMES]]
        self.five: Figure | None = (
            figures([self.organisation.pk]).get(self.organisation.pk, {}).get(FIVE)
        )
        code = self.organisation.code
        self.all_url = f"{reverse('homes:home_list')}?organisation={code}&state=open"
        self.tiles_url = f"{reverse('homes:home_tiles')}?organisation={code}"
        self.create_url = ""
        if self.can_capture and self.user.may("homes:home_create"):
            self.create_url = f"{reverse('homes:home_create')}?organisation={code}"

    def _kinds(self, below: Any) -> list[tuple[str, str, int, str]]:
        """Code, name, number and list of every kind there is."""
        counted = below.order_by().values_list("kind__code", "kind__name", "kind__order")
        url = f"{reverse('homes:home_list')}?organisation={self.organisation.code}&state=open"
        return [
            (code, name, number, f"{url}&kind={code}")
            for code, name, _order, number in counted.annotate(Count("pk")).order_by("kind__order")
        ]

    def facts(self) -> list[Fact]:
        found = [
            Fact(name, _("%(count)s 个") % {"count": number}, url)
            for _code, name, number, url in self.kinds[:2]
        ]
        if not any(code == WOMEN_HOME for code, *_rest in self.kinds):
            found.insert(0, Fact(_("妇女之家"), _("还没有"), self.all_url))
        return found[:2]
