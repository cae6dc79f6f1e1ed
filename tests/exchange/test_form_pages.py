"""Pages filled in label by label become rows whose every value knows its own cell."""

import openpyxl
import pytest

from cadres.sheets import CommitteeSheet, ProfilesSheet
from federation.exchange.checking import check_workbook
from federation.exchange.options import seeded_lists
from federation.exchange.rows import CheckedWorkbook
from tests.exchange.forms import fill_page, pages, saved
from tests.exchange.places import DAY, places
from tests.exchange.test_cleaners import check_digit
from tests.exchange.test_reading import workbook

LAN, MEI = check_digit("50019919850312002"), check_digit("50019919900401004")
ANNA = {
    "name": "周 兰", "number": LAN, "native_place": "重庆万州", "party_on": "2010.06",
    "work_on": 2008, "school": "重庆师范大学学前教育", "employer": "诗仙社区党委委员",
    "title": "社会工作师", "address": "天城街道诗仙路1号", "wishes": "普法宣传\n入户走访",
    "resume": "2004.09—2008.07  重庆师范大学学生\n2008.08—今  社区工作者",
}  # fmt: skip
BEA = {"name": "吴梅", "number": MEI, "native_place": "四川达州"}


def check(data: bytes) -> CheckedWorkbook:
    return check_workbook(
        data, sheet=ProfilesSheet, places=places(), as_of=DAY, today=DAY, options=seeded_lists(),
        others=(CommitteeSheet, ProfilesSheet),
    )  # fmt: skip


def told(sheet, row: int = 0) -> dict:
    rows = sheet.accepted
    values = {key: column[row] for key, column in rows.values.items()}
    return {key: value.iso() if key.endswith("_on") else value for key, value in values.items()
            if value is not None}  # fmt: skip


def errors(sheet) -> list:
    return [(e.cell, e.code) for row in sheet.rejected for e in row.errors]


def test_a_page_is_one_row_with_the_value_beside_each_label():
    sheet = check(pages(ANNA)).sheets[0]
    assert (sheet.use, sheet.layout, sheet.accepted.numbers) == ("imported", "form", [2])
    assert told(sheet) == {
        "person_name": "周兰", "id_number": LAN, "native_place": "重庆万州",
        "party_on": "2010-06", "work_on": "2008", "school": "重庆师范大学学前教育",
        "employer": "诗仙社区党委委员", "title": "社会工作师", "wishes": "普法宣传 入户走访",
        "home_address": "天城街道诗仙路1号",
        "resume": "2004.09—2008.07 重庆师范大学学生\n2008.08—今 社区工作者",
    }  # fmt: skip


def test_every_value_knows_its_own_cell():
    sheet = check(pages(ANNA)).sheets[0]
    where = {key: sheet.address(key, 2) for key in sheet.accepted.values}
    assert where == {
        "person_name": "B2", "id_number": "B3", "native_place": "D2", "party_on": "B4",
        "work_on": "D4", "school": "C5", "employer": "C6", "title": "D7", "home_address": "F7",
        "resume": "B8", "wishes": "B9",
    }  # fmt: skip


def test_a_bad_value_is_told_with_the_address_of_its_cell_and_a_missing_label_with_the_name():
    sheet = check(pages({**ANNA, "number": LAN[:17] + "A", "party_on": "2010.13"})).sheets[0]
    assert sorted(errors(sheet)) == [("B3", "id_chars"), ("B4", "bad_date")]
    bare = check(workbook(["姓名", "周兰"], ["籍贯", "重庆"])).sheets[0]
    assert errors(bare) == [("B1", "required")]


def test_photographs_and_tables_inside_the_page_are_left_out_and_told():
    sheet = check(pages(ANNA)).sheets[0]
    assert sheet.skipped == [(2, "photo"), (10, "inner_table"), (11, "inner_table")]
    said = {warning.code: warning.message for warning in sheet.warnings}
    assert said["inner_tables"].startswith("第 10 行起")
    assert said["photos"] == "照片没有导入。"
    assert "政治面貌" in said["labels_ignored"]
    assert sheet.ignored_columns == {"B7": "政治面貌"}


def test_several_people_beneath_each_other_are_several_rows():
    sheet = check(pages(ANNA, BEA, beneath=True)).sheets[0]
    assert sheet.accepted.numbers == [2, 15]
    assert told(sheet, 1) == {"person_name": "吴梅", "id_number": MEI, "native_place": "四川达州"}
    assert sheet.address("native_place", 15) == "D15"


def test_one_worksheet_a_person_is_taken_as_well():
    sheets = check(pages(ANNA, BEA)).sheets
    assert [told(sheet)["person_name"] for sheet in sheets] == ["周兰", "吴梅"]


def test_a_page_nobody_filled_in_is_blank():
    sheets = check(pages(ANNA, {})).sheets
    assert [len(sheet.accepted) + len(sheet.rejected) for sheet in sheets] == [1, 0]
    assert (2, "blank") in sheets[1].skipped


def test_one_person_twice_is_taken_once():
    sheet = check(pages(ANNA, BEA, ANNA, beneath=True)).sheets[0]
    assert sheet.accepted.numbers == [2, 15]
    assert errors(sheet) == [("B29", "duplicate_in_file")]


def test_values_may_stand_below_their_labels():
    sheet = check(
        workbook(
            ["姓名", "籍贯", "职称"],
            ["周兰", "重庆万州", "社会工作师"],
            ["身份证号", "入党时间", "参加工作时间"],
            [LAN, "2010-06", "2008"],
        )  # fmt: skip
    ).sheets[0]
    assert told(sheet) == {
        "person_name": "周兰", "id_number": LAN, "native_place": "重庆万州",
        "title": "社会工作师", "party_on": "2010-06", "work_on": "2008",
    }  # fmt: skip
    assert sheet.address("id_number", 1) == "A4"


def test_label_and_value_may_share_a_cell():
    sheet = check(workbook([f"姓名：周兰   身份证号：{LAN}"], ["籍贯：重庆万州"])).sheets[0]
    assert told(sheet) == {"person_name": "周兰", "id_number": LAN, "native_place": "重庆万州"}
    assert sheet.address("id_number", 1) == "A1"


def test_a_value_of_several_cells_is_one_text_and_a_table_in_its_place_is_none():
    def merge(book):
        book.active.merge_cells("A3:A4")

    head = [["姓名", "周兰"], ["身份证号", LAN]]
    lines = workbook(*head, ["个人简历", "2004—2008 上学"], ["", "2008—今 工作"], change=merge)
    assert told(check(lines).sheets[0])["resume"] == "2004—2008 上学\n2008—今 工作"
    table = workbook(*head, ["个人简历", "2004", "上学"], ["", "2008", "工作"], change=merge)
    sheet = check(table).sheets[0]
    assert "resume" not in told(sheet)
    assert sheet.skipped == [(3, "inner_table"), (4, "inner_table")]


def test_a_label_filled_twice_counts_once_and_is_told():
    rows = [["姓名", "周兰"], ["身份证号", LAN], ["职称", "教师"], ["职称", "会计"]]
    sheet = check(workbook(*rows)).sheets[0]
    assert told(sheet)["title"] == "教师"
    assert [w.cell for w in sheet.accepted.warnings[0]] == ["B3"]
    assert "没有采用 B4" in sheet.accepted.warnings[0][0].message


def test_a_list_with_the_same_headings_is_taken_as_a_list():
    rows = [["序号", "姓名", "身份证号", "籍贯", "职称"], [1, "周兰", LAN, "重庆", "教师"]]
    sheet = check(workbook(*rows)).sheets[0]
    assert (sheet.layout, sheet.accepted.numbers) == ("list", [2])
    assert sheet.address("title", 2) == "E2"


@pytest.mark.parametrize(
    "headings",
    [
        ("姓名", "身份证号", "备注"),
        ("序号", "姓名", "身份证号", "民族", "籍贯", "政治面貌", "职称"),
        (
            "序号",
            "姓名",
            "性别",
            "民族",
            "身份证号",
            "政治面貌",
            "籍贯",
            "联系电话",
            "职称",
            "备注",
        ),
    ],
)
def test_a_list_with_headings_of_others_between_ours_loses_nobody(headings):
    people = [("周兰", LAN), ("吴梅", MEI), ("何小荷", "")]
    rows = [
        [{"姓名": name, "身份证号": number, "序号": str(n)}.get(h, "") for h in headings]
        for n, (name, number) in enumerate(people, start=1)
    ]
    sheet = check(workbook(list(headings), *rows)).sheets[0]
    assert (sheet.layout, sheet.accepted.numbers) == ("list", [2, 3])
    assert [row.number for row in sheet.rejected] == [4]


def test_what_stands_below_a_page_filled_in_from_above_is_told():
    rows = [
        ["姓名", "性别", "身份证号", "民族"], ["周兰", "女", LAN, "汉族"],
        ["籍贯", "学历", "职称", "备注"], ["重庆", "本科", "教师", ""], ["获奖三次"],
    ]  # fmt: skip
    sheet = check(workbook(*rows)).sheets[0]
    assert (sheet.layout, told(sheet)["title"]) == ("form", "教师")
    assert sheet.skipped == [(5, "summary")]


def test_all_rows_belong_to_the_unit_they_are_imported_for():
    sheet = check(pages(ANNA)).sheets[0]
    assert [place.code for place in sheet.accepted.organisations] == ["500101"]


def test_worksheets_without_people_are_named_and_a_file_without_any_is_refused():
    book = openpyxl.Workbook()
    fill_page(book.active, 1, **ANNA)
    book.create_sheet("说明").append(["请如实填写，每人一页"])
    checked = check(saved(book))
    assert [warning.code for warning in checked.warnings] == ["ignored_sheet"]
    assert check(workbook(["请如实填写"])).file_error.code == "no_header_found"


def test_a_form_is_nobodys_rival_among_lists():
    rows = [["村（社区）", "姓名", "身份证号", "妇联职务"], ["诗仙社区", "周兰", LAN, "执委"]]
    checked = check_workbook(
        workbook(*rows), sheet=CommitteeSheet, places=places(), as_of=DAY, today=DAY,
        options=seeded_lists(), others=(CommitteeSheet, ProfilesSheet),
    )  # fmt: skip
    assert checked.outcome == "preview"
