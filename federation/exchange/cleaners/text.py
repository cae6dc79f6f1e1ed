"""Text as staff type it: full width, invisible characters, stray spaces, dashes for nothing."""

import re
import unicodedata
from typing import Any

# NBSP, zero-width marks, BOM, soft hyphen and direction marks: invisible, and fatal for comparing.
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f]"
)
# How some writers of xlsx keep control characters: a carriage return is _x000D_.
_ESCAPED = re.compile(r"_x00[01][0-9A-Fa-f]_")
_SPACE = re.compile(r"\s+")
# Most of what stands in a cell: nothing of it is full width, invisible or white.
_CHARACTERS = re.compile("[\u4e00-\u9fff]*")
# What people write where they have nothing to write.
NOTHING = frozenset(
    (
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "―",
        "－",
        "–",
        "/",
        "\\",
        "//",
        "…",
        "……",
        "...",
        "......",
        "*",
        "·",
        ".",
        "。",
    )
)
_ERRORS = frozenset(
    (
        "#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#GETTING_DATA",
        "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!",
    )
)  # fmt: skip
#: letters that are typed for figures: 2O21, l38…
LIKE_FIGURES = str.maketrans({"O": "0", "o": "0", "〇": "0", "l": "1", "I": "1", "|": "1"})
DITTO = frozenset(
    (
        "同上",
        " 同上",
        "同上 ",
        "同 上",
        "同上。",
        "（同上）",
        "(同上)",
        "--〃--",
        "同前",
        "〃",
        "″",
        "''",
        '"',
        "“",
        "”",
        "”“",
        "“”",
        "仝上",
        "同左上",
        "々",
    )
)


class NoValue:
    """Stands for a formula that was never calculated."""

    def __repr__(self) -> str:
        return "NO_VALUE"

    def __str__(self) -> str:
        return "公式"


NO_VALUE = NoValue()


def narrow(text: str) -> str:
    """Full width to half width, invisible characters dropped; spaces inside are kept."""
    if text.isascii() and text.isprintable() and "_x" not in text:
        return text.strip()
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", _ESCAPED.sub("", text))).strip()


def squash(text: str) -> str:
    """``narrow`` without any white space: how names, options and numbers are compared."""
    if _CHARACTERS.fullmatch(text):
        return text
    return _SPACE.sub("", narrow(text))


def tidy(text: str) -> str:
    """Text to keep: invisible characters dropped, runs of white space made one space.

    Chinese punctuation stays as written: full width is right in a sentence.
    """
    return _SPACE.sub(" ", _INVISIBLE.sub("", _ESCAPED.sub(" ", text))).strip()


def as_text(cell: Any) -> str:
    """What the cell shows: a whole float without its ".0", a date as ISO, text as it is."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return "" if cell is None else str(cell)


def is_blank(cell: Any) -> bool:
    """Nothing, or one of the marks that mean nothing."""
    if cell is None:
        return True
    if not isinstance(cell, str) or cell.isalnum():
        return False
    return not cell or (len(cell) < 12 and squash(cell) in NOTHING)


def is_error(cell: Any) -> bool:
    """An error value of a spreadsheet."""
    return isinstance(cell, str) and cell.startswith("#") and cell.strip().upper() in _ERRORS
