"""Random workbooks of several kinds, laid out as staff lay them out, and what their cells say."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from federation.audit.services import Actor
from federation.exchange.cleaners.base import CellContext
from federation.exchange.cleaners.choices import Choice
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.declare import sheets
from federation.exchange.models import Batch
from federation.exchange.planning import lists
from federation.exchange.services import batch_apply, batch_open, batch_plan
from federation.exchange.storage import stored_file
from federation.sealing.fields import SealedModel
from tests.exchange.tables import AS_OF, id_number

GIVEN = "兰芳梅雪月云霞莲菊桂"
DAYS = ("2021-03-08", "2021.5", "2022年11月2日", "2019年")
HAVES = {"has_place": "place", "has_equipment": "equipment", "has_sign": "sign"}


def name(number: int) -> str:
    """The name of woman ``number``."""
    hundreds, tens, ones = number // 100 % 10, number // 10 % 10, number % 10
    return "周吴郑王冯陈蒋沈韩杨"[hundreds] + GIVEN[tens] + GIVEN[ones]


def row_of(kind: str, number: int, rnd: Any) -> dict[str, Any]:
    """A random row; the fields by which it is known again follow from ``number`` alone."""
    phone, yes = f"138{rnd.randrange(10**8):08}", ("是", "否", "有")
    person = {"person_name": name(number), "id_number": id_number(number)}
    told: dict[str, dict[str, Any]] = {
        "committee": person | {
            "position": ("执委", "副主席")[number % 2], "elected_on": DAYS[number % 4],
            "phone": phone, "birth": rnd.choice(("1985-03-12", "1985.3")),
            "education": rnd.choice(("大专", "本科", "高中")), "is_grid": rnd.choice(yes),
            "political": rnd.choice(("群众", "中共党员")), "ethnic": rnd.choice(("汉", "土家族")),
            "remark": f"备注{rnd.randrange(99)}",
        },
        "volunteers": person | {
            "phone": phone, "team": f"第{rnd.randrange(9)}队", "since_on": DAYS[number % 4],
            "hours": rnd.choice(("12", "8.5小时")), "skills": rnd.choice(("书法", "剪纸")),
        },
        "homes": {
            "home_kind": "妇女之家", "home_name": f"{name(number)}妇女之家",
            "address": f"荷花路{rnd.randrange(200)}号", "built_on": rnd.choice(DAYS),
            "area_sqm": str(rnd.randrange(20, 90)), "contact": name(rnd.randrange(900)),
            "contact_phone": phone, "activities": str(rnd.randrange(1, 40)),
            **{key: rnd.choice(yes) for key in HAVES}, "evidence": "现场照片",
        },
        "budgets": {
            "year": str(2020 + number % 5), "amount_yuan": f"{rnd.randrange(100, 9000)}.50",
            "voucher_no": f"记-{number}", "purpose": rnd.choice(("活动", "慰问")),
            "received_on": f"{2020 + number % 5}-06-01", "remark": f"备注{rnd.randrange(99)}",
        },
        "units": {
            "unit_name": f"{name(number)}公司", "employees": str(rnd.randrange(50, 90)),
            "women": str(rnd.randrange(1, 40)), "has_party": rnd.choice(yes),
            "has_women": rnd.choice(yes), "surveyed_on": rnd.choice(DAYS),
        },
        "villages": {
            "women_resident": str(rnd.randrange(300, 900)), "households": str(rnd.randrange(99)),
            "exec_count": str(rnd.randrange(5, 15)), "chair_name": name(number),
            "chair_phone": phone, "election_date": "2021.3", "budget_yuan": "12000",
            "has_home": rnd.choice(yes), "remark": f"备注{rnd.randrange(99)}",
        },
    }  # fmt: skip
    known = {"person_name", "id_number", "position", "home_name", "home_kind", "voucher_no"}
    known |= {"year", "unit_name", "received_on", "chair_name", "amount_yuan"}
    row = told[kind]
    return {key: text for key, text in row.items() if key in known or rnd.random() > 0.15}


def book(kind: str, rows: list[tuple[Any, dict[str, Any]]], rnd: Any) -> bytes:
    """A workbook of one or two worksheets, columns in any order, with titles, gaps and merges."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    half = len(rows) // 2 if rnd.random() < 0.5 and kind != "villages" else len(rows)
    for number, some in enumerate(filter(None, (rows[:half], rows[half:]))):
        _page(workbook.create_sheet(f"表{number + 1}"), kind, some, rnd)
    target = BytesIO()
    workbook.save(target)
    return target.getvalue()


def _page(page: Any, kind: str, rows: list[tuple[Any, dict[str, Any]]], rnd: Any) -> None:
    declared = {column.key: str(column.heading) for column in sheets.get(kind).columns}
    keys = [key for key in declared if any(key in row for _place, row in rows)]
    rnd.shuffle(keys)
    line = 1 + rnd.randrange(3)
    if line > 1:
        page.cell(1, 1, f"{sheets.get(kind).title}（汇总）")
    heads = ["code", *keys] if rnd.random() < 0.5 else [*keys, "code"]
    for column, key in enumerate(heads, 2):
        page.cell(line, column, declared[key])
    page.cell(line, 1, "序号")
    for number, (place, row) in enumerate(rows, 1):
        line += 1 + (rnd.random() < 0.1)
        page.cell(line, 1, number)
        for column, key in enumerate(heads, 2):
            page.cell(line, column, place.code if key == "code" else row.get(key))
    _fill_down(page, heads, line, rnd)


def _fill_down(page: Any, heads: list[str], last: int, rnd: Any) -> None:
    """A cell or two that say 同上, and one that is merged with the next."""
    for key in ("education", "purpose", "surveyed_on", "elected_on"):
        if key in heads and last > 6:
            column = heads.index(key) + 2
            page.cell(last, column, "同上")
            if page.cell(last - 1, column).value is None:
                page.cell(last - 1, column, page.cell(last - 2, column).value)
    if "team" in heads and last > 8:
        column = heads.index("team") + 2
        page.cell(5, column, "第三队")
        page.cell(6, column).value = None
        page.merge_cells(start_row=5, end_row=6, start_column=column, end_column=column)


def taken_in(kind: str, data: bytes, place: Any) -> Batch:
    """The workbook, through the whole engine."""
    batch = batch_open(
        sheet=kind, organisation=place, as_of=AS_OF, actor=Actor.command(), file_name="表.xlsx",
        data=data,
    )  # fmt: skip
    return batch_apply(batch=batch_plan(batch=batch))


class Read:
    """The cells of stored workbooks, cleaned one by one as a form would."""

    def __init__(self) -> None:
        self.books: dict[int, Any] = {}
        self.options = lists()

    def value(self, batch: Batch, worksheet: str, address: str, key: str) -> Any:
        """What the cell says by the cleaner of its column."""
        if batch.pk not in self.books:
            self.books[batch.pk] = load_workbook(BytesIO(stored_file(batch)))
        cell = self.books[batch.pk][worksheet][address].value
        column = sheets.get(batch.sheet).on(batch.as_of).column(key)
        context = CellContext(date(2025, 6, 30), column.unit, self.options)
        return column.clean.one(cell, context)


def agrees(record: Any, field: str, key: str, value: Any) -> bool:
    """Whether ``value``, of column ``key``, is what the record has in ``field``."""
    if field == "organisation_id":
        return value in (record.organisation.code, record.organisation.short_name)
    if record._meta.model_name == "reportedfact":
        return _fact(record, value)
    if key == "id_number" and field in ("birth_on", "sex"):
        sex, born = "21"[int(value[16]) % 2], record.birth_on.strftime("%Y%m%d")
        return value[6:14] == born if field == "birth_on" else record.sex == sex
    if isinstance(record, SealedModel) and field in record.sealed_columns:
        return bool(record.reveal(field) == value)
    if field == "answers":
        return bool(record.answers[HAVES[key]] == value)
    return _plainly(record, field, value)


def _plainly(record: Any, field: str, value: Any) -> bool:
    stored = getattr(record, field)
    if field.endswith("_id"):
        return getattr(value, "label", value) == getattr(record, field[:-3]).name
    if isinstance(value, PartialDate):
        return bool(stored == value.first_day)
    if isinstance(value, Choice):
        return stored in (value.code, value.label)
    if isinstance(value, Decimal) or isinstance(stored, Decimal):
        return Decimal(stored) == Decimal(str(value))
    return bool(stored == value)


def _fact(fact: Any, value: Any) -> bool:
    if fact.secret:
        return bool(fact.reveal("secret") == value)
    if isinstance(value, bool):
        return fact.text == ("true" if value else "false")
    if isinstance(value, PartialDate):
        return bool(fact.text == value.iso())
    return bool(fact.text == (f"{value:.2f}" if isinstance(value, Decimal) else str(value)))
