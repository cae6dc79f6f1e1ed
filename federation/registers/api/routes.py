"""The routes of the API."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from federation.registers.api.handbook import Schema
from federation.registers.api.me import Me
from federation.registers.declare import api_rooms


def api_urls() -> list[URLPattern | URLResolver]:
    """All routes below api/v1/."""
    router = SimpleRouter()
    for viewset in api_rooms:
        router.register(viewset.route, viewset, basename=viewset.noun)
    return [
        path("schema/", Schema.as_view(), name="schema"),
        path("me/", Me.as_view(), name="me"),
        *router.urls,
    ]
