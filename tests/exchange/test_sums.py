"""Totals of a table are held against the rows that were read, and never taken for data."""

import pytest

from tests.exchange.places import check
from tests.exchange.test_reading import workbook

HEAD = ["乡镇（街道）", "村（社区）名称", "常住妇女数", "户数", "年度工作经费（万元）"]
POEM = ["天城街道", "诗仙社区", 405, 150, 1.5]
POND = ["天城街道", "塘坊社区", 300, 120, 2]
WRONG = ["天城街道", "无此社区", 25, 12, 0.5]


def sums(*rows, change=None):
    sheet = check(workbook(HEAD, *rows, change=change)).sheets[0]
    codes = ("sum_differs", "sum_rejected", "sum_unread", "sums_more")
    return [warning for warning in sheet.warnings if warning.code in codes]


@pytest.mark.parametrize(
    "rows",
    [
        [POEM, POND, ["合计", "", 705, 270, 3.5]],
        [["合计", "", 705, 270, 3.5], POEM, POND],
        [POEM, ["小计", "", 405, 150, 1.5], POND, ["小计", "", 300, 120, 2], ["合计", "", 705]],
        [["小计", "", 405], POEM, ["小计", "", 300], POND, ["总计", "", 705, "", "3.5"]],
        [POEM, POND, ["合计", "2 个", "705人", "—", "35000元"]],
        [POEM, POND, ["平均", "", 352.5, 135, 1.75]],
        [POEM, POND, ["合计", "", "", "", ""]],
        [POEM, POND],
    ],
)
def test_totals_that_are_the_sum_of_their_rows_say_nothing(rows):
    assert sums(*rows) == []


def test_a_total_that_differs_names_both_numbers_and_both_places():
    (warning,) = sums(POEM, POND, ["合计", "", 715, 270, 3.5])
    assert (warning.code, warning.cell, warning.field) == ("sum_differs", "C4", "women_resident")
    assert warning.rows == (4,)
    assert warning.message == "常住妇女数：C4 的“合计”是 715，C2:C3 加起来是 705，相差 10，请核对。"


def test_amounts_are_compared_in_yuan_whatever_the_unit_of_the_heading():
    (warning,) = sums(POEM, POND, ["合计", "", 705, 270, 3.6])
    assert warning.message == (
        "年度工作经费：E4 的“合计”是 36,000 元，E2:E3 加起来是 35,000 元，相差 1,000 元，请核对。"
    )


def test_a_difference_that_rejected_rows_explain_names_these_rows():
    (warning,) = [
        one for one in sums(POEM, WRONG, POND, ["合计", "", 730, 282, 4]) if one.cell == "C5"
    ]
    assert warning.code == "sum_rejected"
    assert warning.message == (
        "常住妇女数：C5 的“合计”是 730，C2:C4 中能导入的行加起来是 705。"
        "相差的 25 在要改的第 3 行，改好就一致。"
    )


def test_a_number_that_cannot_be_read_is_named_as_the_likely_reason():
    unread = ["天城街道", "太平社区", "二十来人", 10, ""]
    (warning,) = sums(POEM, unread, POND, ["合计", "", 730])
    assert warning.code == "sum_unread"
    assert warning.message.endswith("要改的第 3 行里有看不懂的数，没有加进来。")


def test_a_wrong_subtotal_is_told_apart_from_a_right_total():
    (warning,) = sums(POEM, ["小计", "", 400], POND, ["小计", "", 300], ["合计", "", 705, 270, 3.5])
    assert warning.message == "常住妇女数：C3 的“小计”是 400，C2:C2 加起来是 405，相差 5，请核对。"


def test_only_the_first_totals_are_told_one_by_one():
    found = sums(POEM, POND, *[["小计", "", 7, 7, 7]] * 8)
    assert [one.code for one in found[:20]] == ["sum_differs"] * 20
    assert found[20].message == "还有 4 处合计与各行加起来的数不同，请核对。"
    assert found[20].rows == (10, 11)


def test_a_total_larger_than_any_village_is_still_a_number():
    (warning,) = sums(POEM, POND, ["合计", "", 9_000_000, 270, 3.5])
    assert "9,000,000" in warning.message
