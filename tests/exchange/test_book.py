"""Workbooks as they are sent: every reader opens them, nothing in them acts, memory stays small."""

import io
import zipfile
from decimal import Decimal
from itertools import count, islice

import openpyxl
import pytest
import python_calamine

from federation.exchange.giving import book
from federation.exchange.giving.book import HIDDEN, VERY_HIDDEN, StreamingBook, TableSpec

TEXTS = [
    "何小荷", "=HYPERLINK(1)", "＝cmd", "'quoted", "a & b <c> \"d\"", " 两边有空格 ", "两\n行",
    "𠮷", "500101********2046", "007",
]  # fmt: skip


def written(*tables: TableSpec) -> bytes:
    return b"".join(StreamingBook(tables))


def by_openpyxl(data: bytes, name: str) -> list[tuple]:
    return list(openpyxl.load_workbook(io.BytesIO(data))[name].iter_rows(values_only=True))


def by_calamine(data: bytes, name: str) -> list[list]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return workbook.get_sheet_by_name(name).to_python()


def test_texts_come_back_as_they_were_and_none_is_a_formula():
    data = written(TableSpec("名单", ["文字", "序号"], [(t, n) for n, t in enumerate(TEXTS)]))
    assert [row[0] for row in by_openpyxl(data, "名单")[1:]] == TEXTS
    # This reader takes white space off the ends.
    assert [row[0] for row in by_calamine(data, "名单")[1:]] == [text.strip() for text in TEXTS]
    sheet = openpyxl.load_workbook(io.BytesIO(data))["名单"]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}


def test_what_only_looks_like_an_escape_is_no_escape():
    data = written(TableSpec("名单", ["文字"], [["_x000D_"]]))
    assert by_calamine(data, "名单")[1] == ["_x000D_"]


def test_numbers_are_numbers_and_nothing_is_an_empty_cell():
    rows = [(1, 2.5, Decimal("1234567.80"), None, ""), (None, None, None, None, "末")]
    data = written(TableSpec("数", list("甲乙丙丁戊"), rows))
    assert by_openpyxl(data, "数")[1:] == [
        (1, 2.5, 1234567.8, None, None),
        (None, None, None, None, "末"),
    ]
    assert by_calamine(data, "数")[1:] == [[1.0, 2.5, 1234567.8, "", ""], ["", "", "", "", "末"]]


def test_what_xml_cannot_hold_is_left_out():
    data = written(TableSpec("名单", ["文字"], [["甲\x00乙\x0b丙\ud800\uffff"]]))
    assert by_openpyxl(data, "名单")[1] == ("甲乙丙",)


def test_a_value_of_another_kind_is_a_mistake_of_the_caller():
    with pytest.raises(TypeError):
        written(TableSpec("名单", ["文字"], [[True]]))


def test_columns_are_text_lists_drop_down_and_hidden_sheets_stay_hidden():
    data = written(
        TableSpec(
            "名单", ["证号", "民族"], [["1", "汉族"]], widths=(22, 10), as_text=frozenset({0}),
            choices={1: "选项!$A$2:$A$3"}, required=frozenset({0}), footer="导出人：兰 & 梅",
        ),
        TableSpec("选项", ["民族"], [["汉族"], ["回族"]], state=HIDDEN),
        TableSpec("模板信息", ["标记"], [["印章"]], state=VERY_HIDDEN),
    )  # fmt: skip
    opened = openpyxl.load_workbook(io.BytesIO(data))
    sheet = opened["名单"]
    assert opened.active.title == "名单"
    assert (opened["选项"].sheet_state, opened["模板信息"].sheet_state) == ("hidden", "veryHidden")
    assert sheet["A2"].number_format == "@" and sheet["B2"].number_format == "General"
    assert sheet.column_dimensions["A"].width == pytest.approx(22, abs=1)
    [rule] = sheet.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ("选项!$A$2:$A$3", "B2:B1048576")
    assert sheet.freeze_panes == "A2"
    assert sheet.oddFooter.left.text == "导出人：兰 && 梅"


def test_a_table_without_rows_is_a_table():
    data = written(TableSpec("空", ["甲", "乙"], []))
    assert by_openpyxl(data, "空") == [("甲", "乙")]
    assert by_calamine(data, "空") == [["甲", "乙"]]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(book, "MOST_ROWS", 1001)
    rows = [[str(number)] for number in range(2300)]
    data = written(TableSpec("名单", ["号"], rows), TableSpec("末页", ["末"], [["完"]]))
    names = openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    assert names == ["名单", "名单 (2)", "名单 (3)", "末页"]
    found = [row[0] for name in names[:3] for row in by_calamine(data, name)[1:]]
    assert found == [str(number) for number in range(2300)]
    assert by_calamine(data, "末页") == [["末"], ["完"]]


def test_a_sheet_ends_before_its_file_needs_an_extension(monkeypatch):
    monkeypatch.setattr(book, "MOST_BYTES", 50_000)
    data = written(TableSpec("名单", ["号"], [[str(number)] for number in range(3000)]))
    assert len(openpyxl.load_workbook(io.BytesIO(data)).sheetnames) > 1


def test_bytes_leave_while_rows_are_still_read():
    taken = count()
    rows = ([f"{next(taken)}号 {number * 7919 % 10007}"] for number in range(100_000))
    blocks = iter(StreamingBook([TableSpec("名单", ["号"], rows)]))
    first = next(blocks)
    assert first.startswith(b"PK") and next(taken) < 50_000
    assert max(map(len, islice(blocks, 5))) < 300_000
    blocks.close()


def test_the_package_is_sound_and_every_member_is_packed():
    data = written(TableSpec("名单", ["号"], [["甲"] * 1] * 10))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        assert {"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} <= set(
            packed.namelist()
        )


@pytest.mark.parametrize("name", ["村/社区", "年度[2024]", "长" * 40, "问?*:"])
def test_a_title_becomes_a_name_a_sheet_may_have(name):
    data = written(TableSpec(name, ["号"], [["甲"]]))
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == [book.sheet_name(name)]
