"""The read-only API: who am I, and what every declared viewset of the apps above shows."""

from typing import Any

from django.urls import URLPattern, URLResolver, path
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from federation.access.gates import ANYONE_LOGGED_IN, Gate
from federation.access.scope import Grant
from federation.registers.declare import api_rooms


class Pages(CursorPagination):
    """Fifty records a page, at most 200 (``?page_size=``), found by key and not by counting."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "pk"


class ScopedViewSet(ReadOnlyModelViewSet):
    """Records of the caller's view scope; foreign ones are as unknown as unknown ones.

    ``route`` is the path below api/v1/, ``noun`` the singular that names its urls.
    """

    gate = Gate(Grant.VIEW)
    route = ""
    noun = ""
    pagination_class = Pages

    def get_queryset(self) -> Any:
        return self.queryset.in_scope(self.request.user.scope(Grant.VIEW))


class Me(APIView):
    """The account and where it is posted today."""

    gate = ANYONE_LOGGED_IN

    def get(self, request: Request) -> Response:
        postings = [
            {"role": held.role.code, "organisation_code": held.organisation.code}
            for held in request.user.current_postings()
        ]
        return Response({"username": request.user.get_username(), "postings": postings})


def api_urls() -> list[URLPattern | URLResolver]:
    """The routes of the API."""
    router = SimpleRouter()
    for viewset in api_rooms:
        router.register(viewset.route, viewset, basename=viewset.noun)
    return [path("me/", Me.as_view(), name="me"), *router.urls]
