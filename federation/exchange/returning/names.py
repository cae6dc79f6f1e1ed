"""What worksheets may be called in Excel."""

import re
from collections.abc import Iterable

_NOT_ALLOWED = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST = 31


def excel_names(names: Iterable[str]) -> dict[str, str]:
    """Each name as Excel takes it: no marks of its own, not too long, none twice."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = _NOT_ALLOWED.sub("_", name).strip("' ")[:_LONGEST] or "Sheet"
        number, free = 1, plain
        while free.lower() in taken:
            number += 1
            ending = f"_{number}"
            free = plain[: _LONGEST - len(ending)] + ending
        taken.add(free.lower())
        given[name] = free
    return given
