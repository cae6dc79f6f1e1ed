"""Every route of the installation with its gate: for menus, for the checks and for the tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from federation.access.gates import Gate, gate_of


@dataclass(frozen=True)
class Route:
    """One URL pattern: its full name (``orgs:organisation_list``), its text and its gate."""

    name: str
    pattern: str
    callback: Any
    gate: Gate | None


def routes(urlconf: str | None = None) -> tuple[Route, ...]:
    """All routes (the installation's own by default), in the order in which they are tried."""
    return _routes(urlconf or settings.ROOT_URLCONF)


@lru_cache(maxsize=4)
def _routes(urlconf: str) -> tuple[Route, ...]:
    return tuple(_walk(get_resolver(urlconf).url_patterns, "", ""))


def _walk(patterns: list[Any], spaces: str, prefix: str) -> Iterator[Route]:
    for found in patterns:
        text = prefix + str(found.pattern)
        if isinstance(found, URLResolver):
            inner = f"{spaces}{found.namespace}:" if found.namespace else spaces
            yield from _walk(found.url_patterns, inner, text)
        elif isinstance(found, URLPattern):
            name = f"{spaces}{found.name or ''}"
            yield Route(name, text, found.callback, gate_of(found.callback))


@lru_cache(maxsize=4)
def _gates(urlconf: str) -> dict[str, Gate]:
    return {route.name: route.gate for route in _routes(urlconf) if route.gate is not None}


def gate_named(name: str) -> Gate | None:
    """The gate of the route called ``name``; None when there is no such route."""
    return _gates(settings.ROOT_URLCONF).get(name)
