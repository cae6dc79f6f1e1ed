"""What start pages count of homes, and the form they offer."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from federation.registers.declare import Quick, Todo, quicks, todos
from homes.models import Home
from homes.models.homes import WOMEN_HOME


@todos.register
class WithoutHome(Todo):
    """A village or community without an open 妇女之家."""

    key, indicator, order = "no_home", "POS-01", 50
    label = _("无妇女之家")
    advice = _("还没有登记妇女之家，请登记名称和地址。")
    icon = "home-off"
    fix_route = "homes:home_create"


@todos.register
class HomeUnchecked(Todo):
    """A village or community whose 妇女之家 nobody has looked at this year."""

    key, order = "home_unchecked", 55
    label = _("今年未核查五有")
    advice = _("妇女之家今年还没有五有核查，请到场看一看，逐条填写。")
    icon = "clipboard-check"
    applies_to = ("village",)
    fix_route = "homes:check_next"

    def narrow(self, organisations: Any, on: date) -> Any:
        waiting = Home.objects.of_kind(WOMEN_HOME).open_on(on).unchecked_in(on.year)
        return organisations.filter(pk__in=waiting.order_by().values("organisation"))


quicks.register(Quick("homes:check_next", _("五有核查"), _("逐条看一看"), "clipboard-check", 35))
quicks.register(Quick("homes:home_create", _("妇女之家"), _("登记一处"), "home-plus", 30))
