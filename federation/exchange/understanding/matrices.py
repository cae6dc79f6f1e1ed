"""Headers of counting tables: two or three rows of merged headings that only together say what.

小计 stands under 主席, 副主席 and 执委 alike, so a heading is never known by itself: a column is
looked up by its own heading together with one that stands above it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

MATRIX = "matrix"
M = TypeVar("M")


def names_of(path: tuple[str, ...]) -> Iterator[str]:
    """What a column may be called, the surest first: everything, then each heading above with its
    own, the topmost first; a column with one heading only by that."""
    yield "".join(path)
    if len(path) > 1:
        for above in path[:-1]:
            yield above + path[-1]


def find_count(
    path: tuple[str, ...], known: Mapping[str, M], *forms: Callable[[str], str]
) -> M | None:
    """The column of a counting table that a label path means; None when it is none of ours.

    ``forms``: how headings are compared, the strictest first.
    """
    for form in forms:
        for name in names_of(path):
            found = known.get(form(name))
            if found is not None:
                return found
    return None
