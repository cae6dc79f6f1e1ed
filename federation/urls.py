"""Routes: each platform room and each domain app brings its own."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path(f"{app}/", include(f"{app}.urls"))
    for app in settings.DOMAIN_APPS
    if find_spec(f"{app}.urls") is not None
]
