"""Several tables in one worksheet, and tables whose name or title says what they are about."""

import pytest

from federation.exchange.report import as_report
from federation.exchange.understanding.contexts import place_of_sheet
from orgs.sheets import VillagesSheet
from tests.exchange.places import check, places
from tests.exchange.test_checking import LAN, MEI
from tests.exchange.test_reading import workbook

VILLAGES = ["乡镇（街道）", "村（社区）名称", "常住妇女数", "户数", "备注"]
POEM = ["天城街道", "诗仙社区", 405, 150, ""]
POND = ["天城街道", "塘坊社区", 300, 120, ""]
OTHER_COLUMNS = ["村（社区）名称", "户数", "执委人数", "换届时间"]
BARE = ["村（社区）名称", "常住妇女数", "户数"]


def checked(*rows, kind="villages", name="表", change=None):
    def rename(book):
        book.active.title = name
        if change:
            change(book)

    return check(workbook(*rows, change=rename), kind)


def accepted(sheet):
    pairs = zip(sheet.accepted.numbers, sheet.accepted.organisations, strict=True)
    return [(number, place.name) for number, place in pairs]


def test_a_second_header_of_other_columns_begins_a_table_of_its_own():
    book = checked(
        VILLAGES,
        POEM,
        [],
        ["天城街道换届情况表"],
        OTHER_COLUMNS,
        ["塘坊社区", 120, 9, "2021-03"],
        name="两张表",
    )
    first, second = book.sheets
    assert [sheet.name for sheet in book.sheets] == ["两张表", "两张表"]
    assert accepted(first) == [(2, "诗仙社区居民委员会")]
    assert (first.header_rows, second.header_rows) == ([1], [5])
    assert accepted(second) == [(6, "塘坊社区居民委员会")]
    assert second.columns["exec_count"] == "C"
    assert second.accepted.values["exec_count"] == [9]
    assert first.rejected == second.rejected == []


def test_addresses_in_a_second_table_are_those_of_the_worksheet():
    book = checked(VILLAGES, POEM, [], OTHER_COLUMNS, ["天城街道塘坊社区", "若干", 9, "2021.13"])
    errors = [(e.cell, e.code) for row in book.sheets[1].rejected for e in row.errors]
    assert errors == [("B5", "not_number"), ("D5", "bad_date")]


def test_a_header_of_the_same_columns_only_repeats_the_first():
    title = ["天城街道情况表"]
    (sheet,) = checked(title, VILLAGES, POEM, [], title, VILLAGES, POND).sheets
    assert (sheet.accepted.numbers, sheet.rejected) == ([3, 7], [])
    assert sheet.skipped == [(1, "title"), (4, "blank"), (5, "title"), (6, "repeated_header")]


def test_the_same_columns_under_the_title_of_another_town_are_another_table():
    book = checked(
        ["天城街道妇女情况表"],
        BARE,
        ["诗仙社区", 405, 150],
        [],
        ["周家坝街道妇女情况表"],
        BARE,
        ["流水社区", 7, 3],
        ["无此社区", 8, 4],
    )
    towns = [w.message for sheet in book.sheets for w in sheet.warnings]
    assert towns == [
        "没有乡镇（街道）列，按工作表名或标题识别为“天城街道”。",
        "没有乡镇（街道）列，按工作表名或标题识别为“周家坝街道”。",
    ]
    assert accepted(book.sheets[0]) == [(3, "诗仙社区居民委员会")]
    assert accepted(book.sheets[1]) == [(7, "流水社区居民委员会")]
    assert [row.number for row in book.sheets[1].rejected] == [8]


def test_a_table_of_another_kind_below_is_named_and_not_imported():
    roster = [
        "乡镇（街道）",
        "村（社区）",
        "姓名",
        "身份证号",
        "民族",
        "学历",
        "政治面貌",
        "当选日期",
    ]
    woman = ["天城街道", "诗仙社区", "王兰", LAN, "汉", "大专", "群众", "2021-03-08"]
    book = checked(VILLAGES, POEM, [], roster, woman)
    assert accepted(book.sheets[0]) == [(2, "诗仙社区居民委员会")]
    assert [sheet.use for sheet in book.sheets] == ["imported", "ignored"]
    (warning,) = book.warnings
    assert warning.message == "工作表“表”第 4 行起像是“执委花名册”，没有导入。"


def test_a_short_table_above_a_longer_one_is_not_taken_for_its_title():
    book = checked(
        ["村（社区）名称", "户数", "执委人数"],
        ["天城街道诗仙社区", 150, 9],
        [],
        ["乡镇（街道）", "村（社区）名称", "常住妇女数", "妇女小组数", "备注"],
        ["天城街道", "塘坊社区", 300, 4, ""],
    )
    assert [accepted(sheet) for sheet in book.sheets] == [
        [(2, "诗仙社区居民委员会")],
        [(5, "塘坊社区居民委员会")],
    ]


def test_every_row_of_a_worksheet_is_told_once_in_its_report():
    book = checked(
        VILLAGES, POEM, [], OTHER_COLUMNS, ["天城街道塘坊社区", 120, 9, ""], ["合计", 120, 9, ""]
    )
    (sheet,) = as_report(book, VillagesSheet)["sheets"]
    assert [row["row"] for row in sheet["accepted"]] == [2, 5]
    assert [row["row"] for row in sheet["skipped"]] == [3, 4, 6]
    assert sheet["header_rows"] == [1, 4]
    assert sheet["columns"]["women_resident"] == "C"


def test_numbers_of_women_are_never_filled_down_in_a_table_below():
    roster = ["乡镇（街道）", "村（社区）", "姓名", "身份证号", "妇联职务"]
    second = ["村（社区）", "妇联职务", "身份证号", "姓名", "备注"]

    def merge(book):
        book.active.merge_cells("C5:C6")

    book = checked(
        roster,
        ["天城街道", "诗仙社区", "王兰", LAN, "执委"],
        [],
        second,
        ["天城街道塘坊社区", "执委", MEI, "李梅", ""],
        ["天城街道塘坊社区", "执委", "", "陈菊", ""],
        kind="committee",
        change=merge,
    )
    assert book.sheets[1].accepted.numbers == [5]
    assert [e.cell for row in book.sheets[1].rejected for e in row.errors] == ["C6"]


# what a table as a whole is about

NAMELESS = ["姓名", "身份证号", "妇联职务", "民族"]
WOMAN = ["王兰", LAN, "执委", "汉"]


@pytest.mark.parametrize(
    "name, title",
    [
        ("诗仙社区", "执委名单"),
        ("天城街道诗仙社区", "执委名单"),
        ("诗仙社区居民委员会", ""),
        ("Sheet1", "天城街道诗仙社区妇联执委花名册"),
        ("Sheet1", "万州区天城街道诗仙社区居民委员会执委名单"),
    ],
)
def test_a_village_named_by_sheet_or_title_holds_for_rows_without_one(name, title):
    rows = [[title]] if title else []
    (sheet,) = checked(*rows, NAMELESS, WOMAN, kind="committee", name=name).sheets
    assert [place.code for place in sheet.accepted.organisations] == ["500101028008"]
    assert [w.message for w in sheet.warnings] == [
        "没有村（社区）列，按工作表名或标题识别为“诗仙社区居民委员会”。"
    ]


def test_a_filled_cell_is_never_overridden_by_the_name_of_the_sheet():
    head = ["村（社区）", *NAMELESS]
    rows = (["天城街道塘坊社区", *WOMAN], ["", "李梅", MEI, "执委", "汉"])
    (sheet,) = checked(head, *rows, kind="committee", name="诗仙社区").sheets
    assert accepted(sheet) == [(2, "塘坊社区居民委员会")]
    assert [(e.cell, e.code) for row in sheet.rejected for e in row.errors] == [("A3", "required")]


def test_a_town_in_the_row_that_the_village_is_not_in_is_a_mistake():
    head = ["乡镇（街道）", *NAMELESS]
    rows = (["天城街道", *WOMAN], ["周家坝街道", "李梅", MEI, "执委", "汉"])
    (sheet,) = checked(head, *rows, kind="committee", name="诗仙社区").sheets
    assert accepted(sheet) == [(2, "诗仙社区居民委员会")]
    (problem,) = sheet.rejected[0].errors
    assert (problem.cell, problem.code) == ("A3", "village_not_in_town")
    assert "诗仙社区居民委员会" in problem.message


def test_a_table_that_names_no_village_at_all_is_not_guessed():
    (sheet,) = checked(["妇联执委名单"], NAMELESS, WOMAN, kind="committee", name="Sheet1").sheets
    assert (sheet.accepted.numbers, sheet.warnings) == ([], [])
    assert [e.code for row in sheet.rejected for e in row.errors] == ["required"]


def test_reports_without_a_column_of_villages_need_a_sheet_that_names_one():
    head = ["常住妇女数", "户数", "执委人数"]
    (sheet,) = checked(head, [405, 150, 9], name="天城街道诗仙社区").sheets
    assert accepted(sheet) == [(2, "诗仙社区居民委员会")]
    assert checked(head, [405, 150, 9], name="表").outcome == "file_rejected"


@pytest.mark.parametrize(
    "name, lines, code",
    [
        ("诗仙社区", [], "500101028008"),
        ("诗仙", [], "500101028008"),
        ("", ["天城街道诗仙社区执委名单"], "500101028008"),
        ("", ["诗仙社区、塘坊社区执委名单"], None),
        ("天城街道", [], None),
        ("Sheet1", ["执委名单"], None),
        ("3", [], None),
    ],
)
def test_only_one_village_that_is_named_whole_is_taken(name, lines, code):
    village = place_of_sheet(places(), name, lines).village
    assert (village and village.code) == code
