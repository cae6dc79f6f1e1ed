"""Work that makes millions of things at once and none of them garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Nobody looks for circles of garbage meanwhile.

    What is not referred to any more still goes at once. The search for circles goes through all
    that is alive again and again, which takes a seventh of the time of a large import.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
