"""Where a request comes from, for the log and for locks."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the connection, or what a trusted proxy says of it; "" when unknown.

    X-Forwarded-For is read only when the connection comes from an address in TRUSTED_PROXIES;
    the last address that is no proxy counts, because everything before it can be made up.
    """
    address = _valid(request.META.get("REMOTE_ADDR", ""))
    trusted = set(settings.TRUSTED_PROXIES)
    hops = [_valid(hop.strip()) for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    while address in trusted and hops and hops[-1]:
        address = hops.pop()
    return address


def _valid(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
