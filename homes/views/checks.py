"""Pages of one look at a place: a new one, and its correction."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.narrowing import narrowed
from federation.registers.scopebar import chosen_organisation
from federation.registers.views.records import FormPage
from homes.forms import CheckForm
from homes.models import Home, HomeCheck, Standard
from homes.models.checks import FIVE_HAVES
from homes.models.homes import WOMEN_HOME
from homes.tables import home_url


class CheckPage(FormPage):
    """What the forms of a check have in common."""

    form_class = CheckForm
    template_name = "homes/check_form.html"
    button = gettext_lazy("保存核查记录")

    def address_after(self, record: HomeCheck) -> str:
        return home_url(record.home)

    def words_after(self, record: HomeCheck) -> str:
        told = {"name": record.home, "day": record.checked_on.isoformat()}
        return _("已保存“%(name)s”%(day)s的核查记录。") % told


class CheckNext(View):
    """The way to the form of the next home to look at: one unchecked this year comes first."""

    gate = Gate(Grant.CAPTURE)

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        code = request.GET.get("organisation", "")
        chosen = chosen_organisation(user, Grant.CAPTURE, code)
        today = timezone.localdate()
        whole = user.scope(Grant.CAPTURE)
        scope = whole if chosen is None else narrowed(whole, chosen)
        homes = Home.objects.in_scope(scope).of_kind(WOMEN_HOME).open_on(today)
        homes = homes.order_by("organisation__path", "pk")
        home = homes.unchecked_in(today.year).first() or homes.first()
        if home is not None:
            return redirect("homes:home_check", uid=home.uid)
        messages.info(request, _("还没有登记妇女之家，请先登记。"))
        way = reverse("homes:home_create")
        return redirect(f"{way}?organisation={chosen.code}" if chosen else way)


class HomeCheckNew(CheckPage):
    queryset = Home.objects.select_related("organisation")
    title = gettext_lazy("登记核查")

    @property
    def subject(self) -> str:
        return str(self.record)

    def instance(self) -> HomeCheck:
        standard = Standard.objects.in_force(FIVE_HAVES, timezone.localdate())
        home = self.record
        return HomeCheck(home=home, organisation=home.organisation, standard=standard)

    def initial(self) -> dict[str, Any]:
        return {"checked_on": timezone.localdate()}

    def back_url(self) -> str:
        return home_url(self.record)


class CheckEdit(CheckPage):
    queryset = HomeCheck.objects.select_related("organisation", "home__organisation", "standard")
    title = gettext_lazy("更正核查记录")

    @property
    def subject(self) -> str:
        return str(self.record.home)

    def instance(self) -> HomeCheck:
        return self.record

    def back_url(self) -> str:
        return home_url(self.record.home)
