"""From cells to accepted, rejected and skipped rows; every row is told in exactly one list."""

import re

import pytest

from federation.exchange.problems import REFUSALS, SENTENCES, WARNINGS
from tests.exchange.places import check
from tests.exchange.test_cleaners import check_digit
from tests.exchange.test_reading import workbook

VILLAGES = ["序号", "乡镇（街道）", "村（社区）名称", "常住妇女数", "执委人数", "换届时间", "备注"]
ROSTER = ["乡镇（街道）", "村（社区）", "姓名", "身份证号", "出生年月", "妇联职务", "民族"]
POEM = [1, "天城街道", "诗仙社区", 405, 12, "2021-03-08", ""]
POND = [2, "天城街道", "塘坊社区", 300, 9, "2021-03", ""]
LAN, MEI = check_digit("50019919850312002"), check_digit("50019919900401004")


def sheet_of(*rows, kind="villages", change=None):
    return check(workbook(*rows, change=change), kind).sheets[0]


def roster(*rows, change=None):
    return sheet_of(ROSTER, *rows, kind="committee", change=change)


def person(name="王兰", number=LAN, village="诗仙社区", birth="1985-03"):
    return ["天城街道", village, name, number, birth, "执委", "汉"]


def errors(sheet):
    return [(e.cell, e.code) for row in sheet.rejected for e in row.errors]


def warnings(sheet):
    return {
        sheet.accepted.numbers[i]: [w.code for w in found]
        for i, found in sheet.accepted.warnings.items()
    }


def test_good_rows_are_kept_as_columns():
    sheet = sheet_of(VILLAGES, POEM, POND)
    rows = sheet.accepted
    assert rows.numbers == [2, 3]
    assert [place.code for place in rows.organisations] == ["500101028008", "500101028001"]
    assert rows.values["women_resident"] == [405, 300]
    assert [value.iso() for value in rows.values["election_date"]] == ["2021-03-08", "2021-03"]
    assert rows.warnings == {}


def test_all_bad_cells_of_a_row_are_named_and_the_other_rows_go_on():
    sheet = sheet_of(VILLAGES, [1, "天城街道", "诗山社区", -3, "若干", "2021.13", ""], POND)
    assert errors(sheet) == [
        ("C2", "unknown_village"),
        ("D2", "negative"),
        ("E2", "not_number"),
        ("F2", "bad_date"),
    ]
    assert sheet.accepted.numbers == [3]


def test_titles_totals_footers_and_notes_are_no_data_and_are_told():
    sheet = sheet_of(
        ["万州区村（社区）妇联组织情况表"],
        ["单位：人、户、万元"],
        VILLAGES,
        POEM,
        ["小计", "", "", 405],
        VILLAGES,
        [],
        POND,
        ["", "合 计", "", 705],
        ["填表人：王某      审核人：李某"],
        ["注：常住妇女指在本村居住半年以上的女性。"],
    )
    assert sheet.accepted.numbers == [4, 8]
    assert sheet.rejected == []
    assert sheet.skipped == [
        (1, "title"),
        (2, "unit_line"),
        (5, "total_row"),
        (6, "repeated_header"),
        (7, "blank"),
        (9, "total_row"),
        (10, "footer"),
        (11, "note"),
    ]


def test_a_total_in_the_margin_of_a_merged_town_is_still_a_total():
    def merge(book):
        book.active.merge_cells("B2:B4")

    total = ["合计", "", "塘坊社区", 705]
    sheet = sheet_of(VILLAGES, POEM, ["3", "", "太平社区", 8], total, change=merge)
    assert sheet.accepted.numbers == [2, 3]
    assert sheet.skipped == [(4, "total_row")]


def test_numbered_rows_that_nobody_filled_in_are_blank():
    sheet = sheet_of(VILLAGES, POEM, [2], [3], [4])
    assert (sheet.accepted.numbers, sheet.rejected) == ([2], [])


def test_a_merged_village_holds_for_all_its_rows_but_a_blank_one_does_not():
    def merge(book):
        book.active.merge_cells("A2:A3")
        book.active.merge_cells("B2:B3")

    rows = [person(), ["", "", *person("李梅", MEI, birth="1990-04")[2:]]]
    third = check_digit("50019919880808006")
    blank = ["", "", *person("张荷", third, birth="1988-08")[2:]]
    sheet = roster(*rows, blank, change=merge)
    assert [place.name for place in sheet.accepted.organisations] == ["诗仙社区居民委员会"] * 2
    assert errors(sheet) == [("B4", "required")]


def test_ditto_marks_repeat_the_row_above():
    sheet = roster(person(), ["同上", "〃", *person("李梅", MEI, birth="1990-04")[2:]])
    assert sheet.accepted.numbers == [2, 3]


def test_a_merged_id_number_is_not_given_to_two_people():
    def merge(book):
        book.active.merge_cells("D2:D3")

    sheet = roster(person(), person("李梅", None, birth="1990-04"), change=merge)
    assert errors(sheet) == [("D3", "required")]


def test_the_same_village_twice_is_taken_once():
    sheet = sheet_of(VILLAGES, POEM, [2, "天城", "诗仙社区居委会", 1, 1, "2021", ""])
    assert sheet.accepted.numbers == [2]
    assert errors(sheet) == [("C3", "duplicate_in_file")]
    assert "第 2 行" in sheet.rejected[0].errors[0].message


def test_the_same_village_on_two_sheets_is_taken_once():
    def more(book):
        second = book.create_sheet("第二页")
        second.append(VILLAGES)
        second.append(POEM)

    sheets = check(workbook(VILLAGES, POEM, change=more)).sheets
    assert [len(sheet.accepted) for sheet in sheets] == [1, 0]
    assert "工作表“Sheet”第 2 行" in sheets[1].rejected[0].errors[0].message


def test_one_person_twice_in_a_village_is_an_error_and_in_two_villages_a_warning():
    sheet = roster(person(), person(), person(village="塘坊社区"))
    assert errors(sheet) == [("D3", "duplicate_in_file")]
    assert warnings(sheet) == {4: ["person_in_two_orgs"]}


def test_one_number_under_two_names_is_never_taken_twice():
    sheet = roster(person(), person("李梅", village="塘坊社区"))
    assert errors(sheet) == [("D3", "duplicate_in_file")]


def test_a_birth_that_contradicts_the_number_is_warned_of():
    sheet = roster(person(birth="1985-04"), person("李梅", MEI, birth="1990-04-01"))
    assert warnings(sheet) == {2: ["birth_mismatch"]}


def test_a_man_a_minor_and_an_elder_are_warned_of():
    man = check_digit("50019919850312001")
    minor = check_digit("50019920100312002")
    elder = check_digit("50019919300312002")
    sheet = roster(
        person(number=man),
        person("李梅", minor, birth="2010-03"),
        person("张荷", elder, birth="1930-03"),
    )
    assert warnings(sheet) == {2: ["gender_male"], 3: ["age_under_18"], 4: ["age_over_90"]}


def test_hidden_rows_are_read_and_told():
    def hide(book):
        book.active.row_dimensions[2].hidden = True

    sheet = sheet_of(VILLAGES, POEM, POND, change=hide)
    assert warnings(sheet) == {2: ["hidden_row"]}
    assert [(w.code, w.rows) for w in sheet.warnings] == [("hidden_rows", (2,))]


def test_hidden_sheets_are_named_and_not_imported():
    def hide(book):
        old = book.create_sheet("2024年")
        old.append(VILLAGES)
        old.append(POND)
        old.sheet_state = "hidden"

    checked = check(workbook(VILLAGES, POEM, change=hide))
    assert [len(sheet.accepted) for sheet in checked.sheets] == [1, 0]
    assert [warning.code for warning in checked.warnings] == ["hidden_sheet"]
    assert checked.rows_read == 4


def test_the_name_of_a_sheet_is_its_town_where_no_column_is():
    def name(book):
        book.active.title = "天城"

    sheet = sheet_of(["村名", "户数"], ["太平社区", 5], change=name)
    assert sheet.accepted.organisations[0].code == "500101028002"


@pytest.mark.parametrize(
    "rows, kind, code",
    [
        ([["甲", "乙"], [1, 2]], "villages", "no_header_found"),
        ([VILLAGES], "villages", "no_data_rows"),
        ([ROSTER, person()], "villages", "wrong_template"),
        ([VILLAGES, POEM], "committee", "wrong_template"),
        ([], "villages", "empty_file"),
    ],
)
def test_a_file_that_is_not_this_table_is_refused_with_the_true_reason(rows, kind, code):
    checked = check(workbook(*rows), kind)
    assert checked.file_error.code == code
    assert checked.sheets == []


def test_frames_do_not_show_in_the_result():
    rows = [
        [n, "天城街道", "诗仙社区" if n == 1 else "无此社区", 1, 1, "2021", ""]
        for n in range(1, 4501)
    ]
    sheet = sheet_of(VILLAGES, *rows)
    assert sheet.accepted.numbers == [2]
    assert [row.number for row in sheet.rejected] == list(range(3, 4502))


def test_no_two_faults_are_told_in_the_same_sentence():
    plain = [re.sub(r"\{\w+\}", "", str(text)) for text in SENTENCES.values()]
    assert len(set(plain)) == len(plain)
    assert all(len(re.findall(r"[\u4e00-\u9fff]", text)) >= 4 for text in plain)
    assert all(str(text).endswith("。") for text in [*REFUSALS.values(), *WARNINGS.values()])
