"""What the platform itself shows on an organisation's page: the latest imports."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from federation.access.scope import Grant
from federation.exchange.history import batches_of, lines_of, of_unit
from federation.registers.declare import Block, blocks

SHOWN = 5


@blocks.register
class ImportsOfUnit(Block):
    """The latest imports for the unit and all below it, for whoever may import there."""

    key, order, is_side = "imports", 90, True
    title = gettext_lazy("最近导入")
    template = "exchange/block.html"

    def read(self) -> None:
        own = self.user.scope(Grant.IMPORT)
        if own.covers_people(self.organisation.path):
            found = of_unit(batches_of(self.user), self.organisation)
            self.rows = lines_of(found[:SHOWN])
        else:
            self.rows = []
        address = reverse("exchange:batch_list")
        self.all_url = f"{address}?organisation={self.organisation.code}"

    @property
    def is_shown(self) -> bool:
        return bool(self.rows)
