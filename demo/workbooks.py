"""The workbooks of the demonstration, as a district would collect them."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from demo.homes import Home
from demo.money import Budget, Line
from demo.rosters import Member
from demo.villages import Village

VILLAGE_HEADINGS = (
    "行政村（社区）代码", "所属乡镇（街道）", "行政村（社区）名称", "常住妇女数", "户数",
    "妇联主席姓名", "联系电话", "是否进“两委”", "执委人数", "妇女小组数", "是否建有妇女之家",
    "年度工作经费（元）", "换届时间", "备注",
)  # fmt: skip
ROSTER_HEADINGS = (
    "单位代码", "乡镇（街道）", "村（社区）", "姓名", "身份证号", "出生年月", "民族", "政治面貌",
    "学历", "妇联职务", "专/挂/兼职", "职级", "当选日期", "联系电话", "界别", "是否网格员", "备注",
)  # fmt: skip


HOME_HEADINGS = (
    "单位代码", "乡镇（街道）", "村（社区）", "阵地类型", "阵地名称", "详细地址", "建成时间",
    "面积（平方米）", "有场所", "有牌子", "有设备", "有制度", "有活动", "负责人", "联系电话",
    "年活动次数", "示范级别", "依托场所", "使用方式", "所属微家集群", "停用日期", "停用原因",
    "核查人", "核查依据",
)  # fmt: skip
LEDGER_HEADINGS = (
    "年度", "单位代码", "乡镇（街道）", "村（社区）", "经费来源", "收入金额（元）",
    "支出金额（元）", "结余（元）", "到账日期", "凭证号", "用途",
)  # fmt: skip
YEARLY_HEADINGS = (
    "年度", "单位代码", "乡镇（街道）", "单位", "女性人口", "标准（元/人）", "应安排（元）",
    "实际安排（元）", "到位（元）", "是否纳入预算", "文号",
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """One sheet of a workbook: its name, the title above it, the headings, the rows."""

    name: str
    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]


def villages_workbook(villages: Iterable[Village]) -> bytes:
    """A workbook of sheet ``villages``."""
    title = "村（社区）妇联基本情况统计表"
    return workbook([Table("Sheet1", title, VILLAGE_HEADINGS, map(_village_row, villages))])


def roster_workbook(
    place: str,
    members: Iterable[Member] = (),
    of_towns: Iterable[Member] = (),
    own: Iterable[Member] = (),
) -> bytes:
    """A workbook of sheet ``committee``: committees of the villages, of the towns, the own one.

    From below upwards: a chair known from her village's report is recognised there by name and
    post, and then by her number where she sits again.
    """
    tables = [
        Table(name, f"{place}{of_whom}妇联执委花名册", ROSTER_HEADINGS, map(_member_row, rows))
        for name, of_whom, rows in (
            ("村社区执委", "村（社区）", list(members)),
            ("镇街执委", "镇街", list(of_towns)),
            ("本级执委", "", list(own)),
        )
        if rows
    ]
    return workbook(tables)


def workbook(tables: Iterable[Table]) -> bytes:
    """The tables as sheets of one xlsx file."""
    stream = io.BytesIO()
    with Workbook(stream, {"constant_memory": True, "strings_to_numbers": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            sheet.merge_range(0, 0, 0, len(table.headings) - 1, table.title, bold)
            sheet.write_row(1, 0, table.headings, bold)
            for number, row in enumerate(table.rows, start=2):
                _write(sheet, number, row, day)
    return stream.getvalue()


def _write(sheet: Worksheet, number: int, row: Sequence[Any], day: Format) -> None:
    """Cells by their type: asking the library to find it out costs a third of the time."""
    for column, value in enumerate(row):
        if value is None:
            continue
        if isinstance(value, str):
            sheet.write_string(number, column, value)
        elif isinstance(value, date):
            sheet.write_datetime(number, column, value, day)
        else:
            sheet.write_number(number, column, value)


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
    body = member.body
    return (
        body.code, body.town, body.name, member.name, member.id_number, member.birth,
        member.ethnic, member.political, member.education, member.position, member.employment,
        member.rank, member.elected_on, member.phone, member.sector, _yes_no(member.is_grid), None,
    )  # fmt: skip


def homes_workbook(homes: Iterable[Home]) -> bytes:
    """A workbook of sheet ``homes``."""
    return workbook([Table("Sheet1", "妇女之家等阵地台账", HOME_HEADINGS, map(_home_row, homes))])


def ledger_workbook(year: int, lines: Iterable[Line]) -> bytes:
    """A workbook of sheet ``budgets``."""
    title = f"{year}年妇联工作经费台账"
    return workbook([Table(f"{year}", title, LEDGER_HEADINGS, map(_line_row, lines))])


def yearly_workbook(year: int, budgets: Iterable[Budget]) -> bytes:
    """A workbook of sheet ``yearly``."""
    title = f"{year}年妇联工作经费预算安排情况表"
    return workbook([Table(f"{year}", title, YEARLY_HEADINGS, map(_budget_row, budgets))])


def _home_row(home: Home) -> Sequence[Any]:
    return (
        home.code, home.town, home.name, home.kind, home.title, home.address, home.built_on,
        home.area_m2, *map(_yes_no, home.haves), home.manager, home.phone, home.activities,
        home.level, home.host, home.sharing, home.cluster, home.closed_on, home.closed_reason,
        home.checker, home.evidence,
    )  # fmt: skip


def _line_row(line: Line) -> Sequence[Any]:
    return (
        line.year, line.code, line.town, line.name, line.source, line.received_cny, line.spent_cny,
        line.received_cny - line.spent_cny, line.received_on, line.voucher, line.purpose,
    )  # fmt: skip


def _budget_row(budget: Budget) -> Sequence[Any]:
    due = budget.women and budget.standard_cny and budget.women * budget.standard_cny
    return (
        budget.year, budget.code, budget.town, budget.name, budget.women, budget.standard_cny, due,
        budget.arranged_cny, budget.received_cny, _yes_no(budget.is_in_budget), budget.document,
    )  # fmt: skip
