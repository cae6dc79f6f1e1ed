"""What is a label on a page that people fill in, and whether a worksheet is such a page."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from federation.exchange.cleaners.text import as_text, is_blank, narrow, squash
from federation.exchange.declare import Sheet
from federation.exchange.reading import SheetStart
from federation.exchange.understanding.header import (
    Header,
    find_header,
    heading_key,
    recognise,
)
from federation.exchange.understanding.templates import is_usable

_LONGEST_LABEL, _LONGEST_LINE = 24, 200
#: labels of such pages that are no value either, though no column of ours
_OTHER_LABELS = frozenset((
    "性别", "民族", "出生年月", "出生日期", "出生地", "年龄", "政治面貌", "学历", "健康状况",
    "联系电话", "手机号码", "手机", "电话", "邮箱", "电子邮箱", "微信号", "婚姻状况", "妇联职务",
    "现任职务", "职务", "界别", "任职时间", "备注", "全日制教育", "在职教育",
))  # fmt: skip
#: words that only the heading of a table inside a page holds
TABLE_WORDS = frozenset((
    "称谓", "关系", "与本人关系", "起止时间", "起止年月", "起止日期", "何时何地任何职",
    "在何单位任何职", "证明人", "时间段", "开始时间", "结束时间",
))  # fmt: skip
PHOTO_WORDS = re.compile(
    r"(贴|粘贴|近期|[一二12]寸|本人|彩色|正面|免冠|证件|个人|电子|标准|登记|小|半身|[红蓝白]底)*"
    r"(照片|相片|照)(粘贴处|处)?"
)
_PAIRS = re.compile(r"(\S+?)\s*[:：]\s*(.*?)(?=\s+\S+?\s*[:：]|$)", re.DOTALL)
#: an identity number as people write it, whole or masked
_NUMBER = re.compile(r"[0-9*]{14,17}[0-9Xx*]")


def label_key(cell: Any, sheet: type[Sheet]) -> str | None:
    """The key a cell is the label of; "" for a label that is none of ours, None for no label."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_LABEL:
        return None
    text = squash(cell)
    match = recognise((text,), sheet) if text else None
    if match is not None:
        return match.key
    key = heading_key(text)
    is_other = key in _OTHER_LABELS or key in TABLE_WORDS or PHOTO_WORDS.fullmatch(key)
    return "" if is_other else None


def is_form(rows: Sequence[Sequence[Any]], sheet: type[Sheet], start: SheetStart) -> bool:
    """Whether the first rows of a worksheet are a page with labels rather than a list.

    In a list headings stand side by side; on a page there is room for a value between them.
    """
    header = find_header(rows, sheet, start.merges)
    if header is None:
        written = (pair for row in rows for cell in row for pair in pairs_in(cell, sheet))
        return any(key == sheet.anchor for key, _label, _text in written)
    if not is_usable(header, sheet):
        return True
    if _has_people_below(rows, sheet, header):
        return False
    keys = [match and match.key for match in header.matches]
    pairs = zip(keys, keys[1:], strict=False)
    beside = sum(bool(one and other and one != other) for one, other in pairs)
    return beside < 2


def _has_people_below(rows: Sequence[Sequence[Any]], sheet: type[Sheet], header: Header) -> bool:
    """Whether several rows below a header name people: on a page only one can stand there.

    Labels stand below the labels of a page, and no identity number among them.
    """
    at = {match.key: index for index, match in enumerate(header.matches) if match}
    numbers = [at[c.key] for c in sheet.columns if c.clean.kind == "id" and c.key in at]
    if not numbers or sheet.anchor not in at:
        return False
    named = known = 0
    for row in rows[header.end :]:
        wanted = (at[sheet.anchor], numbers[0])
        name, number = (as_text(row[i]) if i < len(row) else "" for i in wanted)
        if label_key(name, sheet) is not None:
            break
        named += not is_blank(name)
        known += bool(_NUMBER.fullmatch(squash(number)))
    return named > 1 and known > 0


def pairs_in(cell: Any, sheet: type[Sheet]) -> Iterator[tuple[str, str, str]]:
    """Key, label and text of what is written in one cell: 姓名：何小荷  职称：中级."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_LINE or not set(cell) & {":", "："}:
        return
    for label, text in _PAIRS.findall(narrow(cell)):
        match = recognise((squash(label),), sheet)
        if match is not None and text.strip():
            yield match.key, label, text.strip()
