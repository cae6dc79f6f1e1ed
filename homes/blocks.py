"""What homes shows on an organisation's page: its own places that are open."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.registers.declare import Block, Fact, blocks

SHOWN_HOMES = 5


@blocks.register
class HomesBlock(Block):
    """Open places of the organisation itself, and the way to all below it."""

    key, order, width = "homes", 40, 5
    title = gettext_lazy("妇女之家")
    template = "homes/blocks/homes.html"

    def read(self) -> None:
        found = self.organisation.homes.open_on(timezone.localdate())
        self.homes = list(found.select_related("kind").order_by("kind__order", "pk")[:200])
        self.count = len(self.homes)
        self.shown = self.homes[:SHOWN_HOMES]
        code = self.organisation.code
        self.url = f"{reverse('homes:home_list')}?organisation={code}&reach=own&state=open"
        self.all_url = f"{reverse('homes:home_list')}?organisation={code}"
        self.create_url = ""
        if self.can_capture and self.user.may("homes:home_create"):
            self.create_url = f"{reverse('homes:home_create')}?organisation={code}"

    def facts(self) -> list[Fact]:
        count = sum(home.kind.code == "women_home" for home in self.homes)
        return [Fact(_("妇女之家"), _("%(count)s 个") % {"count": count}, self.url)]
