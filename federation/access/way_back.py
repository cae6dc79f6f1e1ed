"""Where somebody whose session has ended is sent, and to which page she comes back."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


def to_login(request: HttpRequest, why: str = "") -> HttpResponse:
    """The way to the login page, which says ``why``; afterwards she is where she was.

    A part of a page that asked is sent as the whole page: a login form inside a table helps nobody.
    """
    told = {"ended": why, REDIRECT_FIELD_NAME: page_of(request)}
    asked = urlencode({name: text for name, text in told.items() if text}, safe="/")
    address = reverse(settings.LOGIN_URL) + (f"?{asked}" if asked else "")
    if request.headers.get("HX-Request") != "true":
        return redirect(address)
    answer = HttpResponse()
    answer["HX-Redirect"] = address
    return answer


def page_of(request: HttpRequest) -> str:
    """The page she was on: what is only posted to, or a part of a page, is none. "" if unknown."""
    if request.headers.get("HX-Request") == "true":
        return _own(request, request.headers.get("HX-Current-URL", ""))
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return _own(request, request.headers.get("Referer", ""))


def _own(request: HttpRequest, address: str) -> str:
    """The path of an address of this portal; "" for any other."""
    try:
        found = urlsplit(address)
    except ValueError:
        # Written by whoever asks, so it may be anything.
        return ""
    if found.netloc != request.get_host() or not found.path.startswith("/"):
        return ""
    return f"{found.path}?{found.query}" if found.query else found.path
