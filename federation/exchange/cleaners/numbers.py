"""Counts, money and yes/no as staff write them."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from federation.exchange.cleaners.base import CellContext, Cleaner, CleaningError, Doubt, Memo
from federation.exchange.cleaners.text import as_text, squash

_APPROXIMATE = re.compile(
    r"^(约|大约|大概|近|约为|将近|至少|不足)|(左右|上下|余|多|约|来|以上|以内)(人|户|个|名|元|万元)?$"
)
_DIGITS = re.compile(r"\d")
_CHINESE_FIGURE = re.compile(r"[一二三四五六七八九十百千]")
_COUNT_UNIT = re.compile(
    r"(人次|人|户|个|名|位|场次|[次场期](/年|每年)?|组|家|平方米|平米|平方|平|㎡|m2|m²|小时|h)$",
    re.IGNORECASE,
)
# 共567人 is as exact as 567人.
_IN_ALL = re.compile(r"^(总共|一共|共计|合计|共有|共|计)(?=\d)")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_MONEY_UNIT = re.compile(r"(万元|万|千元|亿元|元整|元|块)(人民币)?$")
_CURRENCY = re.compile(r"^(人民币|rmb|cny|[¥￥$])", re.IGNORECASE)
_PER_YEAR = re.compile(r"[/每]年$")
_FACTORS = {"万元": 10_000, "万": 10_000, "千元": 1_000, "亿元": 100_000_000}
NO_MONEY = frozenset(("无", "没有", "零", "未安排", "暂无"))
UNKNOWN = frozenset(("不详", "未知", "不清楚", "暂缺", "未统计", "无数据"))
NONE_AT_ALL = frozenset(("无", "没有", "零"))


def _number(text: str) -> Decimal | None:
    """A plain number, thousands commas allowed; None when it is none."""
    bare = text.replace(",", "").replace("，", "")
    if not _NUMBER.fullmatch(bare):
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def _bare(text: str) -> str:
    """What is counted, without its unit and the word that says it is all of it."""
    return _COUNT_UNIT.sub("", _IN_ALL.sub("", re.sub(r"\(([^()]*)\)$", r"\1", text)))


def _is_approximate(text: str) -> bool:
    return bool(_DIGITS.search(text)) and bool(
        _APPROXIMATE.search(text) or text.endswith(("+", "-"))
    )


class WholeNumber(Cleaner):
    """A count: never negative, never a fraction, never more than ``most``."""

    kind = "integer"

    def __init__(self, most: int = 200_000) -> None:
        self.most = most

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The count as int. Codes: not_number, approximate, not_integer, negative, too_large."""
        raw = as_text(cell)
        text = squash(raw).strip("'`‘’").rstrip("。;；")
        if text in UNKNOWN:
            return None
        if text in NONE_AT_ALL:
            return Doubt(0, "none_as_zero", {"raw": raw})
        bare = _bare(text)
        number = _number(bare) if bare else None
        if number is None:
            in_ten_thousands = bare.endswith("万") and _number(bare[:-1]) is not None
            code = "approximate" if in_ten_thousands or _is_approximate(text) else "not_number"
            raise CleaningError(code, raw=raw)
        return self._checked(number, raw)

    def _checked(self, number: Decimal, raw: str) -> int:
        if number < 0:
            raise CleaningError("negative", raw=raw)
        if number > self.most:
            raise CleaningError("too_large", raw=raw)
        if number != number.to_integral_value():
            raise CleaningError("not_integer", raw=raw)
        return int(number)

    def memo(self, context: CellContext) -> Memo:
        """Counts repeat, so a memory pays."""
        return Memo(lambda cell: self.any_cell(cell, context))


class Quantity(Cleaner):
    """A measured number of at most ``places`` decimals: never negative, at most ``most``."""

    kind = "decimal"

    def __init__(self, most: int, places: int = 1) -> None:
        self.most, self.places = Decimal(most), places

    def clean(self, cell: Any, context: CellContext) -> Any:
        """Decimal. Codes: not_number, approximate, negative, too_large, too_fine."""
        raw = as_text(cell)
        text = squash(raw).lstrip("'")
        if text in UNKNOWN:
            return None
        number = _number(_bare(text))
        if number is None:
            raise CleaningError("approximate" if _is_approximate(text) else "not_number", raw=raw)
        if number < 0:
            raise CleaningError("negative", raw=raw)
        if number > self.most:
            raise CleaningError("too_large", raw=raw)
        fixed = number.quantize(Decimal(1).scaleb(-self.places))
        if fixed != number:
            raise CleaningError("too_fine", raw=raw, places=self.places)
        return fixed

    def plain(self, value: Any) -> Any:
        """A whole number where it is one."""
        if value is None:
            return None
        return int(value) if value == value.to_integral_value() else float(value)


class Money(Cleaner):
    """An amount in yuan with two decimals. The unit in the cell wins over that of the heading.

    ``is_signed`` takes amounts below nothing: a balance may be overdrawn.
    """

    kind = "money"

    def __init__(
        self,
        large: Decimal = Decimal(1_000_000),
        most: Decimal = Decimal(10) ** 9,
        *,
        is_signed: bool = False,
    ) -> None:
        self.large, self.most, self.is_signed = large, most, is_signed

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The amount as Decimal in yuan. Codes: not_number, approximate, negative, too_large."""
        raw = as_text(cell)
        text = squash(raw).lstrip("'")
        if text in UNKNOWN:
            return None
        if text in NO_MONEY:
            return Doubt(Decimal("0.00"), "none_as_zero", {"raw": raw})
        bare = _PER_YEAR.sub("", _CURRENCY.sub("", text))
        unit = _MONEY_UNIT.search(bare)
        number = _number(bare[: unit.start()] if unit else bare)
        if number is None:
            raise CleaningError("approximate" if _is_approximate(text) else "not_number", raw=raw)
        if number < 0 and not self.is_signed:
            raise CleaningError("negative", raw=raw)
        written = unit.group(1) if unit else None
        return self._in_yuan(number, written, context.unit or "元", raw)

    def _in_yuan(self, number: Decimal, written: str | None, heading: str, raw: str) -> Any:
        factor = _FACTORS.get(written or heading, 1)
        amount = (number * factor).quantize(Decimal("0.01"))
        if abs(amount) > self.most:
            raise CleaningError("too_large", raw=raw)
        params = {"raw": raw, "value": f"{amount:,.2f}"}
        if amount >= self.large:
            return Doubt(amount, "money_large", params)
        if written and (factor != 1 or factor != _FACTORS.get(heading, 1)):
            return Doubt(amount, "unit_in_cell", params)
        return amount

    def plain(self, value: Any) -> Any:
        """Yuan with two decimals, as text."""
        return None if value is None else f"{value:.2f}"


_YES = frozenset(
    [
        "是",
        "有",
        "√",
        "✓",
        "✔",
        "☑",
        "v",
        "y",
        "yes",
        "true",
        "t",
        "1",
        "对",
        "已建",
        "已",
        "是的",
        "有的",
        "✅",
        "已进",
        "进",
        "○",
        "〇",
        "o",
    ]
) - {"o", "○", "〇"}
_NO = frozenset(
    [
        "否",
        "无",
        "×",
        "✗",
        "✘",
        "x",
        "☒",
        "n",
        "no",
        "false",
        "f",
        "0",
        "没有",
        "未建",
        "未",
        "不是",
        "没",
        "❌",
        "未进",
        "不",
    ]
)


class YesNo(Cleaner):
    """Yes or no in all the ways people tick; blank is unknown, never no."""

    kind = "boolean"

    def clean(self, cell: Any, context: CellContext) -> Any:
        """True or False. Code: bad_boolean."""
        raw = as_text(cell)
        text = squash(raw).lower().strip("。.;；,，'")
        if text.endswith(".0"):
            text = text[:-2]
        if text in _YES:
            return True
        if text in _NO:
            return False
        if text in UNKNOWN:
            return None
        raise CleaningError("bad_boolean", raw=raw)

    def written(self, value: Any) -> Any:
        """是 or 否."""
        return None if value is None else "是" if value else "否"

    def choices(self, lists: Mapping[str, Sequence[str]]) -> Sequence[str]:
        """是 and 否."""
        return ("是", "否")


whole_number = WholeNumber()
money = Money()
balance = Money(is_signed=True)
yes_no = YesNo()
