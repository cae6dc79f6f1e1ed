"""Thirty workbooks as ten villages hand them in: four kinds of tables, 300 faults of twelve causes.

Every fault stands in a row of its own. What the clerk answers is told here too, by cause; the
numbers of eleven of the twelve can be put right at the desk, of the twelfth only in the village.
"""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

EACH, VILLAGES = 25, 10
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "兰梅竹菊荷桂莲蓉芳芬"
#: column, heading and what stands wrongly in it; cause by cause of a kind
ROSTER = {
    "education": ("学历", "大砖"),
    "political": ("政治面貌", "裙众"),
    "is_grid": ("是否网格员", "也许"),
    "elected_on": ("当选日期", "2021-13"),
    "phone": ("联系电话", "139000O1234"),
    "id_number": ("身份证号", ""),
}
HELPERS = {
    "name": ("村（社区）", ""),
    "hours": ("服务时长（小时）", "三十来个"),
    "since_on": ("加入日期", "2022-19"),
    "until_on": ("退出日期", "2031"),
}
FIRMS = {"employees": ("从业人员", "约三十"), "sort": ("类别", "新经挤组织")}
#: what the clerk fills in for a cause; None: takes what is proposed, blank: leaves them blank
ANSWERS: dict[str, str | None] = {
    "education": "大专",
    "political": "群众",
    "is_grid": "否",
    "elected_on": "2021-03",
    "phone": None,
    "name": None,
    "hours": "30",
    "since_on": "2022-09",
    "until_on": "",
    "employees": "30",
    "sort": "新经济组织",
}


@dataclass
class Handed:
    """The files, how many rows they hold by kind, and how many faults stay for the villages."""

    files: list[tuple[str, bytes]]
    rows: dict[str, int]
    faults: int


def id_number(number: int, *, is_wrong: bool = False) -> str:
    """The ID number of synthetic woman ``number``, of a county that was never assigned."""
    digits = f"5001991985{1 + number // 400:02}12{2 * (number % 400):03}"
    check = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    last = "10X98765432"[check]
    return digits + (last if not is_wrong else "0" if last != "0" else "1")


def named(number: int) -> str:
    """Her name: a thousand differ."""
    first, second = GIVEN[number // 10 % 10], GIVEN[number // 100 % 10]
    return SURNAMES[number % 10] + first + second


def misspelt(village: str) -> str:
    """A name nobody bears, near enough to the right one to know it by."""
    return village[:-1] + "儿" + village[-1]


def spread(causes: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """(village, cause) of every planted fault of a kind."""
    for cause in causes:
        yield from ((number % VILLAGES, cause) for number in range(EACH))


def handed_in(town: str, villages: list[str]) -> Handed:
    """Ten rosters, ten lists of volunteers, five lists of firms, five of the villages themselves.

    ``villages``: ten names as people of the town say them.
    """
    assert len(villages) == VILLAGES
    maker = _Maker(town, villages)
    files = [*maker.rosters(), *maker.helpers(), *maker.firms(), *maker.facts()]
    random.Random(7).shuffle(files)
    named_files = [(f"Sheet{n} ({n}).xlsx", data) for n, data in enumerate(files, 1)]
    return Handed(named_files, maker.rows, maker.faults)


class _Maker:
    def __init__(self, town: str, villages: list[str]) -> None:
        self.town, self.villages = town, villages
        self.rows = {"committee": 0, "volunteers": 0, "units": 0, "villages": 0}
        self.faults = self.number = 0

    def _next(self) -> int:
        self.number += 1
        return self.number

    def rosters(self) -> Iterator[bytes]:
        headings = ["序号", "乡镇（街道）", "村（社区）", "姓名", "妇联职务", "身份证号",
                    "学历", "政治面貌", "是否网格员", "当选日期", "联系电话"]  # fmt: skip
        planted = list(spread(ROSTER))
        for place, village in enumerate(self.villages):
            wrong = ["", *(cause for at, cause in planted if at == place)]
            rows = [self._member(village, cause) for cause in wrong]
            self._count("committee", wrong)
            yield book(f"{self.town}{village}妇联执委花名册", headings, rows)

    def _member(self, village: str, cause: str) -> list[Any]:
        number = self._next()
        good = {"education": "大专", "political": "群众", "is_grid": "是",
                "elected_on": "2021-03", "phone": f"1390001{number:04}"}  # fmt: skip
        told = {**good, cause: ROSTER[cause][1]} if cause in good else good
        number_of_her = id_number(number, is_wrong=cause == "id_number")
        return [self.town, village, named(number), "执委", number_of_her, *told.values()]

    def helpers(self) -> Iterator[bytes]:
        headings = ["序号", "乡镇（街道）", "村（社区）", "姓名", "联系电话", "志愿服务队",
                    "加入日期", "服务时长（小时）", "退出日期"]  # fmt: skip
        planted = list(spread(HELPERS))
        for place, village in enumerate(self.villages):
            wrong = ["", *(cause for at, cause in planted if at == place)]
            rows = [self._helper(village, cause) for cause in wrong]
            self._count("volunteers", wrong)
            yield book(f"{self.town}{village}志愿者登记表", headings, rows)

    def _helper(self, village: str, cause: str) -> list[Any]:
        number = self._next()
        told = {"since_on": "2022-09", "hours": "12", "until_on": ""}
        if cause in told:
            told[cause] = HELPERS[cause][1]
        where = misspelt(village) if cause == "name" else village
        team = f"{village}巾帼志愿服务队"
        return [self.town, where, named(number), f"1380001{number:04}", team, *told.values()]

    def firms(self) -> Iterator[bytes]:
        headings = ["序号", "乡镇（街道）", "村（社区）", "单位名称", "类别", "从业人员"]
        planted = list(spread(FIRMS))
        for first in range(0, VILLAGES, 2):
            rows, causes = [], []
            for place in (first, first + 1):
                wrong = ["", *(cause for at, cause in planted if at == place)]
                causes += wrong
                rows += [self._firm(self.villages[place], cause) for cause in wrong]
            self._count("units", causes)
            yield book(f"{self.town}两企三新排查表", headings, rows)

    def _firm(self, village: str, cause: str) -> list[Any]:
        told = {"sort": "新经济组织", "employees": "12"}
        if cause in told:
            told[cause] = FIRMS[cause][1]
        return [self.town, village, f"{village}第{self._next()}商店", *told.values()]

    def facts(self) -> Iterator[bytes]:
        headings = [
            "序号",
            "乡镇（街道）",
            "行政村（社区）名称",
            "常住妇女数",
            "户数",
            "妇女小组数",
        ]
        for first in range(0, VILLAGES, 2):
            own = self.villages[first : first + 2]
            self._count("villages", ["", ""])
            yield book("村（社区）基本情况", headings, [[self.town, v, 320, 160, 3] for v in own])

    def _count(self, kind: str, causes: list[str]) -> None:
        self.rows[kind] += len(causes)
        self.faults += sum(bool(cause) for cause in causes)


def book(title: str, headings: list[str], rows: list[list[Any]]) -> bytes:
    """A title over all columns, the headings, numbered rows, and who filled it in."""
    workbook = Workbook()
    page = workbook.active
    page.append([title])
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headings))
    page.append(headings)
    for number, row in enumerate(rows, 1):
        page.append([number, *row])
    page.append(["填表人：", "", "审核人："])
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()
