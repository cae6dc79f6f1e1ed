"""The workbooks of the demonstration, as a district would collect them."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from xlsxwriter import Workbook

from demo.rosters import Member
from demo.villages import Village

VILLAGE_HEADINGS = (
    "行政村（社区）代码", "所属乡镇（街道）", "行政村（社区）名称", "常住妇女数", "户数",
    "妇联主席姓名", "联系电话", "是否进“两委”", "执委人数", "妇女小组数", "是否建有妇女之家",
    "年度工作经费（元）", "换届时间", "备注",
)  # fmt: skip
ROSTER_HEADINGS = (
    "单位代码", "乡镇（街道）", "村（社区）", "姓名", "身份证号", "出生年月", "民族", "政治面貌",
    "学历", "妇联职务", "专/挂/兼职", "当选日期", "联系电话", "界别", "是否网格员", "备注",
)  # fmt: skip


def villages_workbook(villages: Iterable[Village]) -> bytes:
    """A workbook of sheet ``villages``: a title, a line about it, the headings, the rows."""
    return _workbook("村（社区）妇联基本情况统计表", VILLAGE_HEADINGS, map(_village_row, villages))


def roster_workbook(town: str, members: Iterable[Member]) -> bytes:
    """A workbook of sheet ``committee`` for one town."""
    return _workbook(f"{town}村（社区）妇联执委花名册", ROSTER_HEADINGS, map(_member_row, members))


def _workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    stream = io.BytesIO()
    with Workbook(stream, {"constant_memory": True, "strings_to_numbers": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Sheet1")
        sheet.merge_range(0, 0, 0, len(headings) - 1, title, bold)
        sheet.write_row(1, 0, headings, bold)
        for number, row in enumerate(rows, start=2):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
    return stream.getvalue()


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "是" if value else "否"


def _village_row(village: Village) -> Sequence[Any]:
    place = village.place
    elected = village.elected_on
    if elected is not None and village.is_month_only:
        elected = f"{elected:%Y-%m}"
    return (
        place.code, place.town, place.name, village.women, village.households, village.chair,
        village.phone, _yes_no(village.on_two_committees), village.members, village.groups,
        _yes_no(village.has_home), village.budget_yuan, elected, village.remark,
    )  # fmt: skip


def _member_row(member: Member) -> Sequence[Any]:
    place = member.village.place
    return (
        place.code, place.town, place.name, member.name, member.id_number, member.birth,
        member.ethnic, member.political, member.education, member.position, member.employment,
        member.elected_on, member.phone, member.sector, _yes_no(member.is_grid), None,
    )  # fmt: skip
