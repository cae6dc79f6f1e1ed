"""Names, ID numbers and phones: what must never get through wrong, and never be repaired."""

import re
from datetime import date
from typing import Any

import numpy as np

from federation.exchange.cleaners.base import (
    CellContext,
    Cleaned,
    Cleaner,
    CleaningError,
    Likely,
    Memo,
    sort_out,
)
from federation.exchange.cleaners.text import LIKE_FIGURES, as_text, squash

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int32)
_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_OLDEST_BIRTH = date(1900, 1, 1)
_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+")
_MASKED = re.compile(r"\d*[*＊xX×•●#]{2,}\d*[\dXx]?")
# Letters that look like the check letter X: Cyrillic Ha, Greek Chi, the multiplication sign.
_LIKE_X = str.maketrans({"Х": "X", "х": "X", "Χ": "X", "χ": "X", "×": "X", "x": "X"})


class IdNumber(Cleaner):
    """An 18-digit citizen ID with a valid date and check digit; nothing is ever guessed."""

    kind = "id"

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The 18 characters, X upper case. Codes: id_*. No message ever names the number."""
        if isinstance(cell, float):
            text = str(int(cell)) if cell.is_integer() else repr(cell)
            if len(text) > 15:  # a number holds 15 digits, the rest is gone
                raise CleaningError("id_lost_digits")
        else:
            text = squash(as_text(cell)).strip("'`‘’").rstrip("。.,;、'`‘’")
        text = text.replace("-", "")
        if _SCIENTIFIC.fullmatch(text):
            raise CleaningError("id_lost_digits")
        text = text.translate(_LIKE_X) if len(text) == 18 else text
        return self._checked(text, context.today)

    def _checked(self, text: str, latest: date) -> str:
        if "*" in text or (len(text) >= 15 and _MASKED.fullmatch(text)):
            raise CleaningError("id_masked")
        if not re.fullmatch(r"\d+[\dXx]", text):
            raise CleaningError("id_chars")
        if len(text) == 15:
            raise CleaningError("id_15_digits")
        if len(text) != 18:
            raise CleaningError("id_length", n=len(text))
        text = text.upper()
        if not _has_real_birth(text[6:14], latest):
            raise CleaningError("id_birth")
        if not valid_check_digits([text])[0]:
            raise CleaningError("id_checksum")
        return text

    def column(self, cells: Any, context: CellContext, memo: Memo | None = None) -> Cleaned:
        """A whole column: well-formed numbers are checked together, the rest one by one."""
        memo = memo if memo is not None else self.memo(context)
        shaped = [
            type(c) is str and len(c) == 18 and c.isascii() and c[:17].isdigit() for c in cells
        ]
        texts = [c for c, fits in zip(cells, shaped, strict=True) if fits]
        births = _BirthMemo(context.today)
        good = iter(valid_check_digits(texts).tolist())
        values = [
            c if fits and next(good) and births[c[6:14]] and c[17] != "x" else memo[c]
            for c, fits in zip(cells, shaped, strict=True)
        ]
        return sort_out(values)


def valid_check_digits(numbers: list[str]) -> "np.ndarray[Any, Any]":
    """For each 18-character number whether its last character is the right one (GB 11643)."""
    if not numbers:
        return np.zeros(0, dtype=bool)
    characters = np.frombuffer("".join(numbers).encode("ascii"), dtype=np.uint8).reshape(-1, 18)
    sums = (characters[:, :17].astype(np.int32) - 48) @ _WEIGHTS
    return np.asarray(_CHECK[sums % 11] == characters[:, 17])


def _has_real_birth(digits: str, latest: date) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return _OLDEST_BIRTH <= born <= latest


class _BirthMemo(dict[str, bool]):
    def __init__(self, latest: date) -> None:
        super().__init__()
        self.latest = latest

    def __missing__(self, digits: str) -> bool:
        self[digits] = _has_real_birth(digits, self.latest)
        return self[digits]


_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"\(?(010|02\d|0[3-9]\d{2})\)?-?(\d{7,8})(?:(?:-|转|ext\.?)(\d{1,6}))?")
_BARE_LANDLINE = re.compile(r"[2-8]\d{6,7}")
_MASKED_PHONE = re.compile(r"[\d-]*\*{2,}\d{2,4}")
_SEPARATORS = re.compile(r"[/、,，;；\n\r|或和]")
_PHONE_LABEL = re.compile(
    r"^(联系|移动|本人)?(电话|手机|手机号|号码|方式|tel|mobile)(号码?)?[:.]?(?=[+\d(])",
    re.IGNORECASE,
)
_MOST_STRAYS = 2
NO_PHONE = frozenset(("无", "没有", "暂无", "不详", "未知", "不清楚"))


class Phone(Cleaner):
    """One telephone: an 11-digit mobile number, or area code and number."""

    kind = "phone"

    def clean(self, cell: Any, context: CellContext) -> Any:
        """Digits, a landline as 023-58123456. Codes: phone_*."""
        raw = as_text(cell)
        text = squash(raw).strip("'`‘’")
        if text in NO_PHONE:
            return None
        if _SCIENTIFIC.fullmatch(text) or (isinstance(cell, float) and cell >= 1e15):
            raise CleaningError("phone_lost_digits")
        numbers = [piece for piece in _SEPARATORS.split(raw) if sum(map(str.isdigit, piece)) >= 7]
        if len(numbers) > 1:
            raise CleaningError("phone_multiple")
        try:
            return self._one_number(_bare_phone(text))
        except CleaningError as problem:
            problem.likely = _likely_mobile(text)
            raise

    def _one_number(self, text: str) -> str:
        text = text.replace("—", "-").replace("–", "-").replace("－", "-")
        if "*" in text and _MASKED_PHONE.fullmatch(text):
            raise CleaningError("phone_masked")
        digits = re.sub(r"[-()\s]", "", text)
        digits = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", digits)
        if _MOBILE.fullmatch(digits):
            return digits
        landline = _LANDLINE.fullmatch(text)
        if landline:
            return "-".join(part for part in landline.groups() if part)
        if _BARE_LANDLINE.fullmatch(digits):
            return digits
        if digits.isdigit() and digits.startswith("1") and len(digits) >= 7 and len(digits) != 11:
            raise CleaningError("phone_length", n=len(digits))
        if digits.isdigit() and len(digits) == 22:
            raise CleaningError("phone_multiple")
        raise CleaningError("phone_bad")

    def column(self, cells: Any, context: CellContext, memo: Memo | None = None) -> Cleaned:
        """A whole column; plain mobile numbers pass at once."""
        memo = memo if memo is not None else self.memo(context)
        fits = _MOBILE.fullmatch
        values = [c if type(c) is str and c.isascii() and fits(c) else memo[c] for c in cells]
        return sort_out(values)


def _bare_phone(text: str) -> str:
    """A phone without the word before it, the end of a sentence, the tail of a number cell."""
    text = _PHONE_LABEL.sub("", text.rstrip("。,;；"))
    return re.sub(r"\.0+$", "", text)


def _likely_mobile(text: str) -> Likely | None:
    """The mobile number that is left of ``text`` without one or two stray marks, or None."""
    figures = text.translate(LIKE_FIGURES)
    digits = "".join(filter(str.isdigit, figures))
    strays = len(figures) - len(digits)
    is_mended = figures != text or 0 < strays <= _MOST_STRAYS
    return Likely(digits, "near") if is_mended and _MOBILE.fullmatch(digits) else None


_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,6}")
_DOTS = re.compile(r"[•・‧∙●．.⋅]")
_NAME = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇·]{1,30}")
# As long as the column of names.
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z'·\- ]{0,38}[A-Za-z]")


NOBODY = frozenset(("无", "空缺", "暂缺", "暂无", "缺", "缺额", "待定", "未定", "不详", "未知"))


class PersonName(Cleaner):
    """A person's name: characters and the dot of minority names, nothing else."""

    kind = "name"

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The name without spaces, None for a vacancy. Code: person_name_bad."""
        raw = as_text(cell)
        if squash(raw) in NOBODY:
            return None
        text = _DOTS.sub("·", squash(raw)).strip("·'")
        if _NAME.fullmatch(text) or _LATIN_NAME.fullmatch(raw.strip()):
            return text
        raise CleaningError("person_name_bad", raw=raw)

    def column(self, cells: Any, context: CellContext, memo: Memo | None = None) -> Cleaned:
        """A whole column; plain Chinese names pass at once."""
        memo = memo if memo is not None else self.memo(context)
        fits = _PLAIN_NAME.fullmatch
        return sort_out(
            [c if type(c) is str and fits(c) and c not in NOBODY else memo[c] for c in cells]
        )


id_number = IdNumber()
phone = Phone()
person_name = PersonName()
