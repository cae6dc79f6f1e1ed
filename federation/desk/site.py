"""The administrator's correction desk: Django's admin behind a gate, without adding or deleting."""

from typing import Any

from django.contrib.admin import AdminSite, autodiscover
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from federation.access.gates import Gate

# Who keeps the rules of the installation corrects what a form of the registers cannot reach.
DESK = Gate(flag="keeps_rules")
READ, WRITE = ("GET",), ("GET", "POST")
# What of Django's admin is open, and by which methods; the portal has its own log-in and log-out.
OF_THE_SITE = {"index": READ, "app_list": READ, "jsi18n": READ}
OF_A_REGISTER = {"changelist": READ, "change": WRITE, "export": WRITE}


def opened(pattern: Any, methods: tuple[str, ...]) -> Any:
    """``pattern`` behind the gate and for these methods only."""
    view: Any = require_http_methods([*methods, "HEAD"])(pattern.callback)
    view.gate, view.methods = DESK, methods
    pattern.callback = view
    return pattern


class CorrectionDesk(AdminSite):
    """Registers as they stand in the tables, to be looked through, corrected and exported.

    The registers are looked for when routes or checks ask: what they bring along (forms, filters,
    writers of workbooks) is much to load for workers and commands that show no page.
    """

    site_header = site_title = _("更正台")
    index_title = _("选择要查看或更正的名册")
    index_template = "desk/index.html"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only registers made for the desk: what other packages bring along stays shut."""
        if getattr(admin_class, "is_for_the_desk", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return DESK.admits(request.user)

    def check(self, app_configs: Any) -> list[Any]:
        autodiscover()
        return super().check(app_configs)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        autodiscover()
        found: list[Any] = []
        for pattern in super().get_urls():
            if isinstance(pattern, URLResolver):
                found.append(pattern)
            elif pattern.name in OF_THE_SITE:
                found.append(opened(pattern, OF_THE_SITE[pattern.name]))
        return found
