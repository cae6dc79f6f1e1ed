"""What start pages count of homes, and the form they offer."""

from django.utils.translation import gettext_lazy as _

from federation.registers.declare import Quick, Todo, quicks, todos


@todos.register
class WithoutHome(Todo):
    """A village or community without an open 妇女之家."""

    key, indicator, order = "no_home", "POS-01", 50
    label = _("无妇女之家")
    advice = _("还没有登记妇女之家，请登记名称和地址。")
    icon = "home-off"
    fix_route = "homes:home_create"


quicks.register(Quick("homes:home_create", _("妇女之家"), _("登记一处"), "home-plus", 30))
