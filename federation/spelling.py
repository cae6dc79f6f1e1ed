"""How Chinese is spelt in letters.

The dictionary of spellings is among the largest things a process can load, and most processes never
ask it: it is loaded for the first text that somebody asks about. Workers have it from their start.
"""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def dictionary() -> Any:
    """The library with its dictionary, half a second's work when first asked for."""
    return import_module("pypinyin")


def syllables(text: str) -> list[str]:
    """The syllables of a text without tones; what is no Chinese stays in it as it is."""
    return list(dictionary().lazy_pinyin(text))
