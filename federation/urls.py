"""Routes: each platform room and each domain app brings its own."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from federation.registers.api import api_urls
from federation.registers.health import healthz

ROOMS = (
    ("accounts/", "federation.access.urls"),
    ("tokens/", "federation.tokens.urls"),
    ("imports/", "federation.exchange.urls"),
    ("", "federation.dashboards.urls"),
    ("", "federation.registers.urls"),
    *((f"{app.rpartition('.')[2]}/", f"{app}.urls") for app in settings.DOMAIN_APPS),
)

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include((api_urls(), "api"))),
    *(path(prefix, include(room)) for prefix, room in ROOMS if find_spec(room) is not None),
]
handler400 = "federation.registers.mistakes.not_understood"
handler403 = "federation.registers.mistakes.not_allowed"
handler404 = "federation.registers.mistakes.not_found"
handler500 = "federation.registers.mistakes.broken"
