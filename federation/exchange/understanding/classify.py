"""Rows that are not data: totals, page headers that repeat, signatures, notes."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from federation.exchange.cleaners.text import as_text, is_blank, squash
from federation.exchange.understanding.header import heading_key
from federation.exchange.understanding.mapping import is_unit_line

_TOTAL = re.compile(
    r"^(全?[区县市镇乡村街道]{0,3})?(合计|小计|总计|累计|共计|总数|平均|平均值|汇总|本页合计|本页小计|合计数|总合计)"
    r"([:：(].*)?$|^.{1,20}(合计|小计|总计)$"
)
_SIGNED = re.compile(
    r"^(导出人|填表人|填报人|制表人|制表|审核人|审核|审批人|复核人|复核|经办人|经手人|负责人|单位负责人|主要负责人|"
    r"分管领导|联系人|联系电话|填报单位|填报日期|填报时间|填表日期|填表时间|报送单位|报送日期|报送时间|"
    r"单位\(盖章\)|\(盖章\)|盖章|签字|日期|统计时间|制表日期|"
    r"(统计|汇总|校对|录入|上报|报送|登记|填写|核对|核实|采集|记录)(人|员|者))[^:：]{0,10}[:：]|"
    r"^[^:：]{0,12}\((签字|签名|签章|盖章|公章)\)[:：]?"
)
_NOTE = re.compile(
    r"^[*※]?(注|备注|说明|填表说明|填报说明|注意事项|注意|注释|附注|附|提示|温馨提示|特别说明|填报要求|填表要求)"
    r"\d*[:：.、]|^填[表报](说明|要求)|^※.{6,}|^[*]+(本表|请|注).{4,}"
)
_NUMBERED_NOTE = re.compile(r"^\d+[.、．]\D{6,}")

#: words, where nothing is read: more than the number of a row that was left empty
_WORDS = re.compile(r"[\u4e00-\u9fff]{6}")

_MOST_IN_A_LINE = 6

TITLE, UNIT_LINE, BLANK, REPLACED = "title", "unit_line", "blank", "replaced"
TOTAL, REPEATED, FOOTER, NOTE, SUMMARY = "total_row", "repeated_header", "footer", "note", "summary"


def is_total(cell: Any) -> bool:
    """Whether a cell says that its row is a sum."""
    return isinstance(cell, str) and 2 <= len(cell) < 40 and bool(_TOTAL.search(_unframed(cell)))


def _unframed(text: str) -> str:
    """合计 for （合计）, —合计— and the like."""
    return squash(text).strip("()[]【】<>《》-—=*")


def line_above(cells: Sequence[Any]) -> str:
    """What a row above the header is."""
    texts = [as_text(cell) for cell in cells if not is_blank(cell)]
    if not texts:
        return BLANK
    if len(texts) == 1 and _NOTE.search(squash(texts[0])):
        return NOTE
    return UNIT_LINE if any(map(is_unit_line, texts)) else TITLE


def why_not_data(cells: Sequence[Any], labels: Sequence[str], mapped: Sequence[int]) -> str | None:
    """Why a row that makes no sense as data is none; None when it must be taken for data.

    ``labels``: the headings; ``mapped``: the indexes of the columns that are read.
    """
    filled = [(index, cell) for index, cell in enumerate(cells) if not is_blank(cell)]
    if not any(index in mapped for index, _ in filled):
        return _beside_the_table([cell for _, cell in filled if isinstance(cell, str)], filled)
    if _repeats_header(filled, labels):
        return REPEATED
    if any(is_total(cell) for _, cell in filled[:3]):
        return TOTAL
    return _line(filled)


def _beside_the_table(texts: list[str], filled: list[tuple[int, Any]]) -> str:
    """What a row is in which nothing stands in a column that is read."""
    if any(map(is_total, texts)):
        return TOTAL
    line = _line(filled) if texts else None
    return line or (NOTE if any(_WORDS.search(squash(text)) for text in texts) else BLANK)


def _repeats_header(filled: list[tuple[int, Any]], labels: Sequence[str]) -> bool:
    keys = _keys(tuple(labels))
    if not any(isinstance(cell, str) and heading_key(cell) in keys for _, cell in filled[:3]):
        return False
    same = sum(isinstance(cell, str) and heading_key(cell) in keys for _, cell in filled)
    return same >= 2 and same * 2 >= len(filled)


@lru_cache(maxsize=64)
def _keys(labels: tuple[str, ...]) -> frozenset[str]:
    return frozenset(heading_key(label) for label in labels if label)


def _line(filled: list[tuple[int, Any]]) -> str | None:
    """A signature or a note stands alone, or with a few of its kind, in a row."""
    if len(filled) > _MOST_IN_A_LINE:
        return None
    first = squash(as_text(filled[0][1]))
    if _SIGNED.search(first):
        return FOOTER
    if len(filled) <= 3 and (
        _NOTE.search(first) or (len(filled) == 1 and _NUMBERED_NOTE.search(first))
    ):
        return NOTE
    if len(filled) == 1 and len(first) > 30:
        return NOTE
    return None
