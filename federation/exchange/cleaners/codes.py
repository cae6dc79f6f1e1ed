"""Codes of units: the unified social credit code, checked by its own last character."""

import re
from typing import Any

from federation.exchange.cleaners.base import CellContext, Cleaner, CleaningError, Likely
from federation.exchange.cleaners.text import as_text, squash

# GB 32100-2015: no I, O, S, V and Z, which are taken for 1, 0, 5, U and 2.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "S": "5", "Z": "2", "V": "U"})
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+")
NO_CODE = frozenset(("无", "没有", "暂无", "不详", "未知", "未办理", "办理中"))


class Uscc(Cleaner):
    """The 18 characters of a unified social credit code (统一社会信用代码), GB 32100-2015."""

    kind = "uscc"

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The code in capitals, None where the cell says there is none.

        Codes: uscc_lost_digits, uscc_length, uscc_chars, uscc_checksum. A letter that the standard
        does not know is never replaced; the error names what was likely meant.
        """
        text = squash(as_text(cell)).strip("'`‘’")
        if text in NO_CODE:
            return None
        if _SCIENTIFIC.fullmatch(text) or (isinstance(cell, float) and cell >= 1e15):
            raise CleaningError("uscc_lost_digits")
        text = text.replace("-", "").upper()
        if len(text) != LENGTH:
            raise CleaningError("uscc_length", n=len(text))
        if not set(text) <= set(ALPHABET):
            raise CleaningError("uscc_chars", likely_code(text))
        if text[-1] != check_character(text[:-1]):
            raise CleaningError("uscc_checksum")
        return text


def check_character(first: str) -> str:
    """The last character that belongs to the first 17 of a code. Raises ValueError."""
    total = sum(ALPHABET.index(one) * weight for one, weight in zip(first, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def likely_code(text: str) -> Likely | None:
    """The code that was meant where letters were taken for others; None unless it checks."""
    meant = text.translate(_LOOK_ALIKES)
    if not set(meant) <= set(ALPHABET) or meant[-1] != check_character(meant[:-1]):
        return None
    return Likely(meant, "near")


uscc = Uscc()
