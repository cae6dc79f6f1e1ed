"""Addresses of many records of one route: the route is looked up once, not once a record."""

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse

# Fits routes that take a uid and routes that take a code.
MARK = "00000000-0000-0000-0000-000000000000"


def address(route: str, key: Any) -> str:
    """The address of ``route`` for the record with ``key``: a uid, or a code of plain letters."""
    before, after = _around(route, get_script_prefix())
    return f"{before}{key}{after}"


@lru_cache(maxsize=256)
def _around(route: str, _prefix: str) -> tuple[str, str]:
    before, _mark, after = reverse(route, args=[MARK]).partition(MARK)
    return before, after
