"""Headers of counting tables are known by group and heading together, never by one of them."""

import openpyxl
import pytest

from federation.exchange.checking import check_workbook
from federation.exchange.declare import sheets
from federation.exchange.options import seeded_lists
from federation.exchange.understanding.header import heading_key, recognise
from federation.exchange.understanding.matrices import find_count, names_of
from orgs.sheets import StatisticsSheet
from tests.exchange.matrices import counting_table
from tests.exchange.places import DAY, places
from tests.exchange.test_reading import workbook

SHEET = StatisticsSheet.on(DAY)


def check(data: bytes):
    return check_workbook(
        data, sheet=SHEET, places=places(), as_of=DAY, today=DAY, options=seeded_lists(),
        others=tuple(sheets),
    )  # fmt: skip


def key_of(*path: str) -> str | None:
    match = recognise(path, SHEET)
    return match and match.key


def test_a_path_is_looked_up_whole_then_by_each_heading_above_with_its_own():
    assert list(names_of(("主席", "学历", "大专以上"))) == [
        "主席学历大专以上", "主席大专以上", "学历大专以上",
    ]  # fmt: skip
    assert list(names_of(("妇女小组",))) == ["妇女小组"]
    assert find_count(("执委", "小计"), {"执委小计": 7}, heading_key) == 7


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (("组织数", "村"), "stat-org_village"),
        (("组织数（个）", "社会组织"), "stat-org_society"),
        (("主席", "小计"), "stat-chair_all"),
        (("副主席", "小计"), "stat-vice_all"),
        (("执委", "小计"), "stat-member_all"),
        (("主席", "学历", "大专以上"), "stat-chair_college"),
        (("主席", "其中", "进“两委”"), "stat-chair_on_two"),
        (("妇女之家/微家", "微家"), "stat-micro_homes"),
        (("妇女小组",), "stat-women_groups"),
        (("主席·专职",), "stat-chair_full_time"),
        (("单位",), "name"),
        (("小计",), None),
        (("党员",), None),
        (("换届", "小计"), None),
    ],
)
def test_the_same_heading_means_another_count_under_another_group(path, key):
    assert key_of(*path) == key


def test_every_printed_heading_is_known_again():
    for column in SHEET.columns:
        assert key_of(str(column.heading)) == column.key


def test_rows_are_units_and_sums_are_told():
    sheet = check(
        counting_table(
            ["天城街道", 2, 14, 15, 1, 4, 170, 60, 16],
            ["合计", 2, 14, 15, 1, 4, 170, 60, 16],
        )
    ).sheets[0]
    assert sheet.accepted.numbers == [4]
    assert [place.name for place in sheet.accepted.organisations] == ["天城街道"]
    assert sheet.accepted.values["stat-org_community"] == [14]
    assert sheet.accepted.values["stat-member_all"] == [170]
    assert sheet.accepted.values["stat-women_homes"] == [16]
    assert (5, "total_row") in sheet.skipped
    assert sheet.header_rows == [2, 3]


def test_three_rows_of_headings_are_read_as_one_path():
    def merge(book: openpyxl.Workbook) -> None:
        page = book.active
        for area in ("A1:A3", "B1:E1", "B2:B3", "C2:C3", "D2:E2"):
            page.merge_cells(area)

    data = workbook(
        ["单位", "主席", "", "", ""],
        ["", "小计", "专职", "结构", ""],
        ["", "", "", "大专以上", "党员"],
        ["天城街道", 15, 1, 9, 11],
        change=merge,
    )
    values = check(data).sheets[0].accepted.values
    assert {key: column for key, column in values.items() if key != "name"} == {
        "stat-chair_all": [15], "stat-chair_full_time": [1], "stat-chair_college": [9],
        "stat-chair_party": [11],
    }  # fmt: skip


def test_a_bad_number_and_an_unknown_unit_are_told_by_their_cells():
    sheet = check(
        counting_table(
            ["天城街道", "若干", 14, 15, 1, 4, 170, 60, 16],
            ["天城坝街道", 1, 1, 1, 1, 1, 1, 1, 1],
        )
    ).sheets[0]
    assert [(e.cell, e.code) for row in sheet.rejected for e in row.errors] == [
        ("B4", "not_number"), ("A5", "unknown_village"),
    ]  # fmt: skip


def test_columns_that_nothing_counts_are_left_out_and_told():
    table = counting_table(
        ["天城街道", 2, 14, "2026-03"],
        columns=(("组织数", "村"), ("组织数", "社区"), ("换届", "届满时间")),
    )
    assert check(table).sheets[0].ignored_columns == {"D": "届满时间"}


def test_a_counting_table_is_nobodys_rival():
    assert StatisticsSheet in tuple(sheets)
    other = check_workbook(
        workbook(["村（社区）", "姓名", "身份证号", "妇联职务"], ["诗仙社区", "周兰", "1", "执委"]),
        sheet=sheets.get("committee"), places=places(), as_of=DAY, today=DAY,
        options=seeded_lists(), others=tuple(sheets),
    )  # fmt: skip
    assert other.outcome == "preview"
