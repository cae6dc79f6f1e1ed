"""The start page of everybody but leaders: her organisation, her lists, her latest imports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from federation.access.gates import ANYONE_LOGGED_IN, gated


@gated(ANYONE_LOGGED_IN)
def officer_home(request: HttpRequest) -> HttpResponse:
    """Links to the registers of the posting."""
    return render(request, "registers/home.html", {})
