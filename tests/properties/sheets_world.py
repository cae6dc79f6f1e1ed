"""Random workbooks of every table that is given out, as clerks write them, for a small tree.

Their cells go through the whole check. Only the reading child is left out, which starts a process
for each file: ``Direct`` reads in its place.
"""

import io
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest import mock

import msgpack
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from federation.access.scope import Grant, Scope
from federation.audit.services import Actor
from federation.exchange import checking, planning
from federation.exchange.declare import sheet_on, sheets
from federation.exchange.giving.sheets import Asked, rows_for, sheet_export
from federation.exchange.giving.tables import NOBODY
from federation.exchange.models import Batch
from federation.exchange.reading import Frame, SheetStart
from federation.exchange.services import batch_apply, batch_open, batch_plan
from orgs.models import Organisation
from tests.exchange.tables import id_number

AS_OF = date(2025, 6, 30)
#: in the order in which an empty portal takes them in: places before what stands in them
GIVING = (
    "villages", "committee", "homes", "budgets", "yearly", "renewals", "units", "volunteers",
)  # fmt: skip
#: examples of each table, so that all of them together are two hundred
EACH = 25
# A failing example is told as it was drawn: to make it smaller takes longer than to read it.
EASY = {
    "max_examples": EACH, "deadline": None, "derandomize": True, "database": None,
    "suppress_health_check": list(HealthCheck), "phases": [Phase.generate],
}  # fmt: skip
VILLAGES = ("910101101201", "910101101202", "910102101201", "910102101202")
UNITS = (*VILLAGES, "910101101", "910102101", "910101")
NAMES = ("周兰", "吴芳", "郑敏", "王秀", "冯松")
PHONES = ("14012345678", "14087654321")
DAYS = ("2021-03-08", "2021.11", "2016-05-01", "2024-11-20", "2019")
WHOLE_DAYS = ("2021-03-08", "2024-11-20", "2025-01-15")
YES_NO = ("是", "否")


class Direct:
    """Reads a workbook where it is: the rows of a test, or a file that was given out."""

    def __init__(self, source: bytes) -> None:
        self.source, self.rows_read, self.rows_told, self.format = source, 0, 0, ""

    def __enter__(self) -> "Direct":
        return self

    def __exit__(self, *_error: Any) -> None:
        self.format = self.format or "xlsx"

    def begin(self) -> None:
        """Nothing to begin with."""

    def __iter__(self) -> Any:
        for name, state, rows in self._sheets():
            width = max(map(len, rows), default=0)
            rows = [[*row, *[""] * (width - len(row))] for row in rows]
            yield SheetStart(name, state)
            self.rows_read += len(rows)
            yield Frame(0, len(rows), [list(column) for column in zip(*rows, strict=True)])
        self.format = "xlsx"

    def _sheets(self) -> Any:
        if not self.source.startswith(b"PK"):
            yield "表一", "visible", msgpack.unpackb(self.source)
            return
        book = CalamineWorkbook.from_filelike(io.BytesIO(self.source))
        for sheet in book.sheets_metadata:
            state = str(sheet.visible).rpartition(".")[2]
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            yield sheet.name, state[0].lower() + state[1:], rows


@contextmanager
def read_directly() -> Any:
    """Within, no workbook costs a process."""
    # Where the first reading begins, and where a second one does.
    with (
        mock.patch.object(planning, "Reader", Direct),
        mock.patch.object(checking, "Reader", Direct),
    ):
        yield


@contextmanager
def nothing_kept() -> Any:
    """One example: whatever it writes is gone after it, however it ends."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def maybe(values: Any) -> Any:
    """One of ``values``, or a blank cell."""
    return st.one_of(st.none(), st.sampled_from(values))


def rows_with(most: int = 3, places: Any = UNITS, **cells: Any) -> Any:
    """Rows about ``places``: cells as strategies, or tuples to draw from or leave blank."""
    told = {key: maybe(cell) if isinstance(cell, tuple) else cell for key, cell in cells.items()}
    row = st.fixed_dictionaries({"code": st.sampled_from(places), **told})
    return st.lists(row, min_size=1, max_size=most)


def people(**cells: Any) -> Any:
    """Rows about people: a number belongs to one name."""
    numbered = {"number": st.integers(0, 4)}
    return rows_with(4, **numbered, **cells).map(lambda rows: [_named(row) for row in rows])


def _named(row: dict[str, Any]) -> dict[str, Any]:
    number = row.pop("number")
    return {**row, "person_name": NAMES[number], "id_number": id_number(number)}


ROWS: dict[str, Any] = {
    "villages": rows_with(
        places=VILLAGES, women_resident=("800", "812"), households=("300",), chair_name=NAMES,
        chair_phone=PHONES, chair_in_committee=YES_NO, exec_count=("0", "9"), group_count=("4",),
        has_home=YES_NO, budget_yuan=("12000.50", "8000"), election_date=DAYS, remark=("有备注",),
    ),
    "committee": people(
        position=("主席", "副主席", "执委"), birth=("1985-03",), ethnic=("汉族", "苗族"),
        political=("中共党员", "群众"), education=("本科", "高中"), employment=("兼职", "专职"),
        rank=("科员级",), elected_on=DAYS, phone=PHONES, sector=("农业",), is_grid=YES_NO,
        remark=("连任",),
    ),
    "homes": rows_with(
        home_name=st.sampled_from(("荷花妇女之家", "柳溪微家")), home_kind=("妇女微家",),
        address=("中心 2 楼",), built_on=DAYS, area_sqm=("108.5", "60"), has_place=YES_NO,
        has_sign=YES_NO, has_equipment=YES_NO, has_system=YES_NO, has_activity=YES_NO,
        contact=NAMES, contact_phone=PHONES, activities=("28",), level=("市级",),
        host=("党群中心",), sharing=("独立使用", "共用"), checker=NAMES, evidence=("照片 3 张",),
        remark=("合用",),
    ),
    "budgets": rows_with(
        year=st.sampled_from(("2023", "2024")), source=("财政拨款",),
        amount_yuan=st.sampled_from(("5000", "70.25")), spent_yuan=("3200.55", "0"),
        balance_yuan=("1799.45",), received_on=("2024-03", "2024-03-05"),
        voucher_no=("0012", "13"), purpose=("三八节",), remark=("第一季度",),
    ),
    "yearly": rows_with(
        year=st.sampled_from(("2023", "2024")), women_resident=("1200",),
        women_registered=("1300",), standard_yuan=("1.5",), due_yuan=("1800",),
        arranged_yuan=st.sampled_from(("1800", "900.25")), received_yuan=("900.25", "0"),
        in_budget=YES_NO, document=("北财〔2024〕1号",), remark=("半年",),
    ),
    "renewals": rows_with(
        due_on=st.sampled_from(("2024-12", "2025-03-08")), requested_on=("2024-10-01",),
        approved_on=("2024-11-01",), held_on=("2025-01-15",), member_count=("9", "15"),
        chair_name=NAMES, filing_no=("备〔2025〕3号",),
    ),
    "units": rows_with(
        unit_name=st.sampled_from(("青石茶业公司", "红岩快递站")), uscc=("91350100M000100Y43",),
        sort=("社会组织",), employees=("40", "52"), women=("18",), has_party=YES_NO,
        has_union=YES_NO, has_league=YES_NO, has_women=YES_NO, surveyed_on=DAYS,
        covered_by=VILLAGES,
    ),
    "volunteers": people(
        phone=PHONES, team=st.sampled_from(("巾帼队", "荷花队")), since_on=DAYS,
        hours=("12.5", "30"), skills=("理发",),
    ),
}  # fmt: skip
workbooks = st.sampled_from(GIVING).flatmap(lambda key: st.tuples(st.just(key), ROWS[key]))


def book(key: str, rows: list[dict[str, Any]]) -> bytes:
    """The rows under the printed headings of the columns that any of them fills."""
    used = [c for c in sheets.get(key).columns if any(row.get(c.key) for row in rows)]
    cells = [[str(row.get(column.key) or "") for column in used] for row in rows]
    return msgpack.packb([[str(column.heading) for column in used], *cells])


def opened(key: str, data: bytes, place: Organisation, as_of: date = AS_OF) -> Batch:
    """A batch that waits to be planned."""
    return batch_open(
        sheet=key, organisation=place, as_of=as_of, actor=Actor.command(), file_name="表.xlsx",
        data=data,
    )  # fmt: skip


def planned(workbook: tuple[str, list[dict[str, Any]]], place: Organisation) -> Batch:
    """The workbook checked."""
    key, rows = workbook
    return batch_plan(batch=opened(key, book(key, rows), place))


def written(workbook: tuple[str, list[dict[str, Any]]], place: Organisation) -> Batch:
    """The workbook checked and written."""
    return batch_apply(batch=planned(workbook, place))


def given_out(key: str, place: Organisation, *, is_open: bool, day: date = AS_OF) -> bytes | None:
    """A table as it leaves, of ``place`` and below; None where nothing stands in it."""
    scope, sheet = Scope(Grant.EXPORT, (place.path,), (place.path,)), sheet_on(key, day)
    rows = list(rows_for(sheet, scope, day, to_fill=False))
    if not rows:
        return None
    asked = Asked(place, scope, day, None, timezone.now())
    sensitive = scope if is_open else NOBODY
    return b"".join(
        sheet_export(sheet, asked, iter(rows), sensitive=sensitive, watermark="导出人：")
    )
