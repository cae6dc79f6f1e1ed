"""Pages of one look at a place: a new one, and its correction."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.registers.views.records import FormPage
from homes.forms import CheckForm
from homes.models import Home, HomeCheck, Standard
from homes.models.checks import FIVE_HAVES
from homes.tables import home_url


class CheckPage(FormPage):
    """What the forms of a check have in common."""

    form_class = CheckForm
    button = gettext_lazy("保存核查记录")

    def address_after(self, record: HomeCheck) -> str:
        return home_url(record.home)

    def words_after(self, record: HomeCheck) -> str:
        told = {"name": record.home, "day": record.checked_on.isoformat()}
        return _("已保存“%(name)s”%(day)s的核查记录。") % told


class HomeCheckNew(CheckPage):
    queryset = Home.objects.select_related("organisation")
    title = gettext_lazy("登记核查")

    @property
    def subject(self) -> str:
        return str(self.record)

    def instance(self) -> HomeCheck:
        standard = Standard.objects.in_force(FIVE_HAVES, timezone.localdate())
        return HomeCheck(home=self.record, standard=standard)

    def initial(self) -> dict[str, Any]:
        return {"checked_on": timezone.localdate()}

    def back_url(self) -> str:
        return home_url(self.record)


class CheckEdit(CheckPage):
    queryset = HomeCheck.objects.select_related("home__organisation", "standard")
    title = gettext_lazy("更正核查记录")

    @property
    def subject(self) -> str:
        return str(self.record.home)

    def instance(self) -> HomeCheck:
        return self.record

    def back_url(self) -> str:
        return home_url(self.record.home)
