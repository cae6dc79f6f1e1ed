"""Invented workbooks for the import benchmarks: rosters of members, reports of villages.

The same numbers give the same workbook on every machine. Every thousandth row, counting from the
500th, has an ID number that is too short (in a report: a negative count); beside a roster lies the
list of those rows, as its floor expects it. ID numbers carry a county that was never assigned.
"""

import csv
import gzip
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

ROSTER = (
    "行政村（社区）代码", "乡镇（街道）", "村（社区）", "姓名", "身份证号", "出生年月", "民族",
    "政治面貌", "学历", "妇联职务", "专/挂/兼职", "当选日期", "联系电话", "界别", "是否网格员",
    "备注",
)  # fmt: skip
REPORT = (
    "行政村（社区）代码", "所属乡镇（街道）", "行政村（社区）名称", "常住妇女数", "户数",
    "妇联主席姓名", "联系电话", "是否进“两委”", "执委人数", "妇女小组数", "是否建有妇女之家",
    "年度工作经费（元）", "换届时间",
)  # fmt: skip
FAMILY, GIVEN = "王李张刘陈杨黄赵周吴徐孙马胡朱郭何高林罗", "秀英丽敏静芳娟艳燕霞玲桂兰红梅琼"
ETHNIC = ("汉族",) * 8 + ("土家族", "苗族", "回族")
POLITICAL = ("中共党员", "群众", "群众", "共青团员", "中共预备党员")
EDUCATION = ("初中", "高中", "中专", "大专", "大专", "本科", "研究生")
EMPLOYMENT = ("专职", "兼职", "兼职", "挂职")
SECTOR = ("农业", "教育", "医疗卫生", "企业", "个体工商", "社会组织", "社区工作者")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
WRONG_EVERY, WRONG_FROM = 1000, 499

Place = tuple[str, str, str]


def divisions(source: Path, target: Path, villages: int) -> Path:
    """The divisions of ``source`` with invented villages added until there are ``villages``."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as text:
        lines = list(csv.reader(text))
    missing = villages - sum(line[2] == "village" for line in lines)
    towns = [line[0] for line in lines if line[2] == "town"]
    for number in range(max(0, missing)):
        town, round_ = towns[number % len(towns)], number // len(towns)
        lines.append(
            [f"{town}{900 + round_}", f"新{'甲乙丙丁'[round_]}村民委员会", "village", town]
        )
    with gzip.open(target, "wt", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(lines)
    return target


def places(source: Path) -> list[Place]:
    """Code, town and name of every village of a file of divisions."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as text:
        lines = {line[0]: line for line in csv.reader(text)}
    return [
        (code, lines[above][1], name)
        for code, name, level, above in lines.values()
        if level == "village"
    ]


def roster(path: Path, rows: int, villages: list[Place]) -> Path:
    """A roster of ``rows`` members, one village after the other and then again from the first."""
    luck, wrong = random.Random(f"roster {rows}"), []
    lines = []
    for number, told in enumerate(members(luck, rows)):
        if number % WRONG_EVERY == WRONG_FROM:
            # Each another one: stock takes them, and would take two alike for the same member.
            told[1] = f"500199{number}"
            wrong.append({"row": number + 2})
        lines.append([*villages[number % len(villages)], *told])
    _write(path, ROSTER, lines)
    Path(f"{path}.expected.json").write_text(json.dumps({"rejected": wrong}), "utf-8")
    return path


def members(luck: random.Random, rows: int) -> Iterator[list[Any]]:
    """What a roster says of each member, from her name on; no two have the same number."""
    seen: set[str] = set()
    while len(seen) < rows:
        born = date(1958, 1, 1) + timedelta(days=luck.randrange(15_000))
        known = id_number(born, luck)
        if known in seen:
            continue
        seen.add(known)
        elected = date(2021, luck.randint(1, 6), luck.randint(1, 28))
        yield [
            name(luck), known, f"{born:%Y-%m}", luck.choice(ETHNIC), luck.choice(POLITICAL),
            luck.choice(EDUCATION), "执委", luck.choice(EMPLOYMENT), elected, phone(luck),
            luck.choice(SECTOR), luck.choice("是否"), "",
        ]  # fmt: skip


def report(path: Path, rows: int, villages: list[Place]) -> Path:
    """A report of ``rows`` villages."""
    luck = random.Random(f"report {rows}")
    lines = []
    for number, (code, town, called) in enumerate(islice(villages, rows)):
        women = -1 if number % WRONG_EVERY == WRONG_FROM else luck.randint(180, 2600)
        elected = date(2021, luck.randint(1, 5), luck.randint(1, 28))
        lines.append(
            [
                code, town, called, women, luck.randint(150, 3000), name(luck), phone(luck),
                luck.choice("是否"), luck.randint(5, 21), luck.randint(1, 12), "是",
                luck.randrange(1000, 30_000, 500), elected,
            ]
        )  # fmt: skip
    _write(path, REPORT, lines)
    return path


def id_number(born: date, luck: random.Random) -> str:
    """A valid number of an invented woman."""
    digits = f"500199{born:%Y%m%d}{luck.randrange(0, 1000, 2):03}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def name(luck: random.Random) -> str:
    """A name of two or three characters."""
    return luck.choice(FAMILY) + "".join(luck.choice(GIVEN) for _ in range(luck.randint(1, 2)))


def phone(luck: random.Random) -> str:
    """A telephone of a range that is given to machines."""
    return f"140{luck.randrange(10**8):08d}"


def _write(path: Path, headings: tuple[str, ...], lines: list[list[Any]]) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page, day = book.add_worksheet("Sheet1"), book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_row(0, 0, headings)
    for number, line in enumerate(lines, 1):
        for column, value in enumerate(line):
            if isinstance(value, date):
                page.write_datetime(number, column, value, day)
            elif isinstance(value, str) and value:
                page.write_string(number, column, value)
            elif value != "":
                page.write_number(number, column, value)
    book.close()
