"""Her own workbook goes out marked and comes back: what stays, what is believed, what counts."""

import io
import re
import struct
import zipfile
import zlib

import openpyxl
import pytest
import xlsxwriter
from django.db.models import F

from federation.audit.services import Actor
from federation.exchange.declare import sheets
from federation.exchange.models import Batch
from federation.exchange.problems import reason_of
from federation.exchange.reading import Refused
from federation.exchange.returning import marking
from federation.exchange.returning.headings import Headings, said_headings
from federation.exchange.returning.marking import marked
from federation.exchange.returning.stamps import MARK, opened
from federation.exchange.returning.tasks import SAID
from federation.exchange.services import (
    batch_apply,
    batch_open,
    batch_plan,
    batch_report,
    row_edit,
)
from federation.exchange.storage import drop_file
from federation.exchange.understanding.header import recognise
from federation.sealing.boxes import seal
from orgs.models import Organisation
from tests.exchange.marked_books import ERROR, TASK, edited, marked_cells, members
from tests.exchange.tables import AS_OF, id_number, member_row
from tests.exchange.tables import planned as planned_table

pytestmark = pytest.mark.django_db
HEADINGS = ["单位代码", "常住妇女数", "户数", "备注"]
INDEX = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.UPLOAD_FOLDER = tmp_path / "uploads"


def picture() -> io.BytesIO:
    """A picture of one white point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\x00\xff"))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b""))


def workbook(rows, *, name="台账", more=None) -> bytes:
    """A table of villages, with whatever ``more`` puts into it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(name)
        for number, cells in enumerate([HEADINGS, *rows]):
            for column, value in enumerate(cells):
                sheet.write(number, column, value)
        if more:
            more(book, sheet)
    return target.getvalue()


def planned(data: bytes, place, name="台账.xlsx", mapping=None) -> Batch:
    batch = batch_open(
        sheet="villages", organisation=place, as_of=AS_OF, actor=Actor.command(),
        file_name=name, data=data,
    )  # fmt: skip
    return batch_plan(batch=batch, mapping=mapping)


def results(batch: Batch) -> dict[str, tuple[list[int], list[int]]]:
    """By worksheet the numbers of accepted and of rejected rows."""
    return {
        part["name"]: ([r["row"] for r in part["accepted"]], [r["row"] for r in part["rejected"]])
        for part in batch_report(batch)["sheets"]
        if part["use"] == "imported"
    }


def sentences(batch: Batch) -> str:
    report = batch_report(batch)
    told = [w["message"] for w in report["warnings"]]
    return "".join(told + [w["message"] for part in report["sheets"] for w in part["warnings"]])


def rich(book, sheet) -> None:
    """What a clerk's workbook has beside cells."""
    sheet.data_validation("C2:C9", {"validate": "list", "source": ["1", "2"]})
    sheet.conditional_format("B2:B9", {"type": "cell", "criteria": ">", "value": 5})
    sheet.write_comment("D2", "自己写的 <b>", {"author": "小何"})
    sheet.write_comment("A3", "这一行待核")
    sheet.insert_image("F2", "point.png", {"image_data": picture()})
    sheet.insert_button("H2", {"macro": "say_hello", "caption": "好"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=台账!$B$2:$B$3"})
    sheet.insert_chart("F9", chart)
    book.define_name("户", "=台账!$C$2:$C$3")
    book.add_worksheet("说明").write("A1", "不要动")


def with_macros(data: bytes) -> bytes:
    """The package with a part of macros, as Excel lists it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for name, body in members(data).items():
            text = body
            if name == "[Content_Types].xml":
                text = body.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                ).replace(b"<Default", b'<Default Extension="bin" ContentType="application/vnd.'
                          b'ms-office.vbaProject"/><Default', 1)  # fmt: skip
            if name == "xl/_rels/workbook.xml.rels":
                link = (
                    b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/'
                    b'relationships/vbaProject" Target="vbaProject.bin"/></Relationships>'
                )
                text = body.replace(b"</Relationships>", link)
            out.writestr(name, text)
        out.writestr("xl/vbaProject.bin", bytes(range(256)) * 4)
    return target.getvalue()


@pytest.fixture
def rows(lotus, willow):
    """Two good rows and between them one of a village that does not exist."""
    return [[lotus.code, 320, 150, ""], ["910101101299", 5, 6, "=1+1"], [willow.code, 7, 8, ""]]


def test_macros_pictures_charts_and_rules_stay_as_they_were(rows, city):
    data = with_macros(workbook(rows, more=rich))
    made = marked(planned(data, city, "台账.xlsm"))
    before, after = members(data), members(made.data)
    touched = {name for name in before if before[name] != after[name]}
    own = {"xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"}
    assert touched == INDEX | own
    assert set(after) - set(before) == {"xl/worksheets/sheet3.xml"}
    assert (made.ending, made.is_rebuilt, made.rows) == ("xlsm", False, 1)
    assert b'ObjectType="Button"' in after["xl/drawings/vmlDrawing1.vml"]
    sheet = openpyxl.load_workbook(io.BytesIO(made.data))["台账"]
    assert len(sheet.data_validations.dataValidation) == 1
    assert sheet["D2"].comment.text == "自己写的 <b>"
    assert sheet["A3"].comment.text.startswith("这一行待核\n导入检查：")
    assert marked_cells(sheet) == {"A3": ERROR}


def test_a_worksheet_changes_in_nothing_but_the_marked_cell(rows, city):
    data = workbook(rows)
    part = "xl/worksheets/sheet1.xml"
    before, after = members(data)[part], members(marked(planned(data, city)).data)[part]
    bare = re.sub(rb'(<c) s="\d+"( r="A3")', rb"\1\2", after)
    assert re.sub(rb"<legacyDrawing [^>]*/>", b"", bare) == before


def test_text_that_looks_like_a_formula_stays_text(rows, city):
    made = marked(planned(workbook(rows), city))
    part = members(made.data)["xl/worksheets/sheet2.xml"]
    assert b"<f>" not in part
    task = openpyxl.load_workbook(io.BytesIO(made.data))[TASK]
    cells = {cell.value: cell for cell in task[3]}
    assert cells["=1+1"].data_type == "s"
    assert cells["=1+1"].number_format == "@"


def test_what_a_clerk_wrote_cannot_break_out_of_its_place(city, lotus):
    rows = [['<script>"&', 1, 2, '"><x>'], [lotus.code, 1, 2, ""]]
    made = marked(planned(workbook(rows, name='<A&B"'), city))
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    assert book.sheetnames == ['<A&B"', TASK]
    assert book[TASK]["A3"].value == '<A&B"!A2'
    assert '<script>"&' in book['<A&B"']["A2"].comment.text
    assert '"><x>' in [cell.value for cell in book[TASK][3]]


def test_a_package_whose_styles_declare_entities_is_made_anew(rows, city):
    data = workbook(rows)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for name, body in members(data).items():
            if name == "xl/styles.xml":
                bomb = b'<!DOCTYPE a [<!ENTITY b "boom">]>\n<styleSheet'
                body = body.replace(b"<styleSheet", bomb, 1)
            out.writestr(name, body)
    made = marked(planned(target.getvalue(), city))
    assert made.is_rebuilt
    assert not any(b"boom" in body for body in members(made.data).values())
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    assert marked_cells(book["台账"]) == {"A3": ERROR}
    assert "重新生成" in book[TASK]["A1"].value


def test_a_package_of_another_writer_is_changed_in_place(rows, city):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    lines = [HEADINGS, *rows]
    body = "".join(
        "<x:row>"
        + "".join(f'<x:c t="inlineStr"><x:is><x:t>{cell}</x:t></x:is></x:c>' for cell in line)
        + "</x:row>"
        for line in lines
    )
    rel = "http://schemas.openxmlformats.org/package/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}'
        f'.sheet.main+xml"/><Override PartName="/xl/worksheets/a.xml" ContentType="{kind}'
        '.worksheet+xml"/></Types>',
        "_rels/.rels": f'<p:Relationships xmlns:p="{rel}"><p:Relationship Id="a" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></p:Relationships>',
        "xl/_rels/workbook.xml.rels": f'<p:Relationships xmlns:p="{rel}"><p:Relationship Id="a" '
        f'Type="{office}/worksheet" Target="worksheets/a.xml"/></p:Relationships>',
        "xl/workbook.xml": f'<x:workbook xmlns:x="{main}" xmlns:q="{office}"><x:sheets><x:sheet '
        'name="台账" sheetId="7" q:id="a"/></x:sheets></x:workbook>',
        "xl/worksheets/a.xml": f'<x:worksheet xmlns:x="{main}"><x:sheetData>{body}</x:sheetData>'
        "</x:worksheet>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for name, text in parts.items():
            out.writestr(name, text)
    made = marked(planned(target.getvalue(), city))
    assert not made.is_rebuilt
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    assert marked_cells(book["台账"]) == {"A3": ERROR}
    assert book[TASK]["A3"].value == "台账!A3"


def test_a_child_that_takes_too_long_is_refused_with_its_reason(rows, city, monkeypatch):
    monkeypatch.setattr(marking, "SECONDS", 0.001)
    with pytest.raises(Refused) as refused:
        marked(planned(workbook(rows), city))
    assert refused.value.code == "too_large"


def put(village_code: str):
    """Write a code into the first row of the task sheet."""

    def change(book) -> None:
        book[TASK].cell(3, SAID + 1).value = village_code

    return change


def test_a_row_put_right_stands_for_the_one_it_came_from(rows, city, pine):
    made = marked(planned(workbook(rows), city))
    batch = planned(edited(made.data, put(pine.code)), city)
    assert results(batch) == {"台账": ([2, 4], []), TASK: ([3], [])}
    assert "1 行改在“只需改这些”里" in sentences(batch)


def test_a_row_put_right_where_it_stood_counts_there(rows, city, pine):
    made = marked(planned(workbook(rows), city))

    def change(book) -> None:
        book["台账"]["A3"].value = pine.code

    batch = planned(edited(made.data, change), city)
    assert results(batch) == {"台账": ([2, 3, 4], []), TASK: ([], [])}
    assert "1 行没有在这里改" in sentences(batch)


def both(copied: str, stood: str, *, households: object = 6, drop: int = 0):
    """Write a code into the copy of the faulty row, and another into the row itself."""

    def change(book) -> None:
        put(copied)(book)
        sheet = book["台账"]
        sheet["A3"].value, sheet["C3"].value = stood, households
        if drop:
            sheet.delete_rows(drop)

    return change


def rejections(batch: Batch) -> list[dict]:
    return [row for part in batch_report(batch)["sheets"] for row in part["rejected"]]


def test_the_same_put_right_in_both_places_counts_once(rows, city, pine):
    made = marked(planned(workbook(rows), city))
    batch = planned(edited(made.data, both(pine.code, pine.code)), city)
    assert results(batch) == {"台账": ([2, 3, 4], []), TASK: ([], [])}
    assert "1 行在原来的工作表里也改了，两处一样，只算一次" in sentences(batch)


def test_two_answers_in_two_places_wait_for_a_decision_and_both_are_named(rows, city, pine, bamboo):
    made = marked(planned(workbook(rows), city))
    batch = planned(edited(made.data, both(pine.code, bamboo.code)), city)
    assert results(batch) == {"台账": ([2, 4], [3]), TASK: ([], [3])}
    first, copy = rejections(batch)
    assert copy["errors"][0]["message"].startswith("“台账”第 3 行也改了，和这里不一样")
    (error,) = first["errors"]
    assert (error["cell"], error["field"], error["seen"]) == ("A3", "code", bamboo.code)
    assert f"“台账”的 A3和“只需改这些”的 D3，后者是“{pine.code}”" in error["message"]
    assert batch_apply(batch=batch).counts["accepted"] == 2


def test_two_answers_are_found_where_rows_moved_too(rows, city, pine, bamboo):
    made = marked(planned(workbook(rows), city))
    batch = planned(edited(made.data, both(pine.code, bamboo.code, drop=2)), city)
    assert results(batch) == {"台账": ([3], [2]), TASK: ([], [3])}


def test_a_row_deleted_in_its_place_is_not_mistaken_for_the_next_one(rows, city, pine):
    made = marked(planned(workbook(rows), city))

    def change(book) -> None:
        put(pine.code)(book)
        book["台账"].delete_rows(3)

    batch = planned(edited(made.data, change), city)
    assert results(batch) == {"台账": ([2, 3], []), TASK: ([3], [])}


@pytest.mark.parametrize("last", [["合计", 332, 164, ""], ["备注：第三行已删除", "", "", ""]])
def test_what_is_no_row_and_came_to_its_place_swallows_no_copy(city, lotus, willow, pine, last):
    total = ["合计", 332, 164, ""]
    rows = [[lotus.code, 320, 150, ""], [willow.code, 7, 8, ""], ["910101101299", 5, 6, ""], total]
    made = marked(planned(workbook(rows), city))

    def change(book) -> None:
        put(pine.code)(book)
        sheet = book["台账"]
        sheet.delete_rows(4)
        for column, value in enumerate(last, start=1):
            sheet.cell(4, column).value = value or None

    assert results(planned(edited(made.data, change), city))[TASK] == ([3], [])


def test_numbering_rows_anew_makes_no_second_answer(city, lotus, willow, pine, bamboo, monkeypatch):
    monkeypatch.setattr(f"{__name__}.HEADINGS", ["序号", *HEADINGS])
    codes = [lotus.code, "910101101299", willow.code, bamboo.code]
    rows = [[n, code, 2 * n, 3 * n, ""] for n, code in enumerate(codes, start=1)]
    made = marked(planned(workbook(rows), city))

    def change(book) -> None:
        heads = {cell.value: cell.column for cell in book[TASK][2]}
        book[TASK].cell(3, heads["单位代码"]).value = pine.code
        book["台账"].delete_rows(3)
        book["台账"]["A3"].value, book["台账"]["A4"].value = 2, 3

    batch = planned(edited(made.data, change), city)
    assert results(batch) == {"台账": ([2, 3, 4], []), TASK: ([3], [])}


def test_another_woman_added_in_the_place_of_one_is_not_taken_for_her(city, lotus):
    good = [member_row(lotus, 4, "吴梅", gender="女"), member_row(lotus, 5, "郑雪", gender="女")]
    bad = member_row(lotus, 3, "周兰", id_number="500199198503120", gender="女")
    made = marked(planned_table("committee", [bad, *good], city))

    def change(book) -> None:
        column = next(cell.column for cell in book[TASK][2] if cell.value == "身份证号")
        book[TASK].cell(3, column).value = id_number(3)
        sheet = book["表一"]
        heads = {cell.value: cell.column for cell in sheet[1]}
        new = [cell.value for cell in sheet[3]]
        new[heads["身份证号"] - 1], new[heads["姓名"] - 1] = id_number(9), "钱多"
        sheet.delete_rows(2)
        sheet.append(new)

    again = batch_plan(
        batch=batch_open(
            sheet="committee", organisation=city, as_of=AS_OF, actor=Actor.command(),
            file_name="表.xlsx", data=edited(made.data, change),
        )
    )  # fmt: skip
    assert results(again) == {"表一": ([2, 3, 4], []), TASK: ([3], [])}


def test_typing_in_the_copy_does_not_let_it_count_beside_its_row(city, lotus, willow, pine):
    rows = [[lotus.code, 320, 150, ""], ["910101101299", 5, 6, ""], [willow.code, 7, 8, ""]]
    made = marked(planned(workbook(rows), city))

    def change(book) -> None:
        put(pine.code)(book)
        book["台账"]["A3"].value = pine.code
        book["台账"]["B3"].value = 55

    batch = planned(edited(made.data, change), city)
    assert results(batch) == {"台账": ([2, 4], [3]), TASK: ([], [3])}
    typed = row_edit(
        batch=batch, sheet_no=1, row_no=3, key="women_resident", text="5", actor=Actor.command()
    )
    assert typed.change == "rejected"
    assert typed.problems[0]["code"] == "changed_elsewhere"


def test_a_column_that_is_not_read_makes_no_second_answer(lotus, willow, city, pine):
    rows = [[lotus.code, 320, 150, ""], ["910101101299", 5, 6, ""], [willow.code, 7, 8, ""]]
    chosen = {"A": "code", "B": "women_resident", "C": "households", "D": None}
    made = marked(planned(workbook(rows), city, mapping=chosen))

    def change(book) -> None:
        put(pine.code)(book)
        book["台账"]["D3"].value = "看过了"

    batch = planned(edited(made.data, change), city, mapping=chosen)
    assert results(batch) == {"台账": ([2, 4], []), TASK: ([3], [])}


def test_the_answer_typed_on_the_page_decides(rows, city, pine, bamboo):
    made = marked(planned(workbook(rows), city))
    batch = planned(edited(made.data, both(pine.code, bamboo.code, households=9)), city)
    assert len(rejections(batch)[0]["errors"]) == 2
    first = row_edit(
        batch=batch, sheet_no=0, row_no=3, key="code", text=pine.code, actor=Actor.command()
    )
    assert (first.change, [one["field"] for one in first.problems]) == ("rejected", ["households"])
    second = row_edit(
        batch=batch, sheet_no=0, row_no=3, key="households", text="9", actor=Actor.command()
    )
    assert second.change == "new"
    assert batch_apply(batch=batch).counts["new"] == 3


def test_two_identity_numbers_are_told_by_their_masks(city, lotus):
    ids = [id_number(number) for number in (1, 2)]
    bad = member_row(lotus, 3, "周兰", id_number="500199198503120")
    batch = planned_table("committee", [bad, member_row(lotus, 4, "吴梅")], city)

    def change(book) -> None:
        column = next(cell.column for cell in book[TASK][2] if cell.value == "身份证号")
        book[TASK].cell(3, column).value = ids[0]
        own = next(cell.column for cell in book["表一"][1] if cell.value == "身份证号")
        book["表一"].cell(2, own).value = ids[1]

    again = batch_plan(
        batch=batch_open(
            sheet="committee", organisation=city, as_of=AS_OF, actor=Actor.command(),
            file_name="表.xlsx", data=edited(marked(batch).data, change),
        )
    )  # fmt: skip
    row, _copy = rejections(again)
    message = row["errors"][0]["message"]
    assert row["errors"][0]["code"] == "changed_twice"
    assert f"{ids[0][:6]}********{ids[0][-4:]}" in message
    assert not any(number in str(batch_report(again)) for number in ids)


def test_without_the_file_that_was_handed_out_two_answers_are_still_found(rows, city, pine, bamboo):
    first = planned(workbook(rows), city)
    made = marked(first)
    drop_file(first)
    first.save()
    batch = planned(edited(made.data, both(pine.code, bamboo.code)), city)
    assert results(batch) == {"台账": ([2, 4], [3]), TASK: ([], [3])}


def test_rows_that_moved_are_still_found_and_no_other_is_lost(rows, city, pine):
    made = marked(planned(workbook(rows), city))

    def change(book) -> None:
        put(pine.code)(book)
        book["台账"].delete_rows(2)

    batch = planned(edited(made.data, change), city)
    assert results(batch) == {"台账": ([3], []), TASK: ([3], [])}


def test_the_sheet_alone_is_enough(rows, city, pine):
    made = marked(planned(workbook(rows), city))

    def change(book) -> None:
        put(pine.code)(book)
        del book["台账"]

    assert results(planned(edited(made.data, change), city)) == {TASK: ([3], [])}


def test_a_second_round_goes_on_from_the_first(rows, city, pine):
    first = marked(planned(workbook(rows), city))
    second = marked(planned(edited(first.data, put("910101101298")), city))
    book = openpyxl.load_workbook(io.BytesIO(second.data))
    assert book.sheetnames == ["台账", TASK, f"{TASK}（2）"]

    def change(book) -> None:
        book[f"{TASK}（2）"].cell(3, SAID + 1).value = pine.code

    batch = planned(edited(second.data, change), city)
    assert results(batch) == {"台账": ([2, 4], []), TASK: ([], []), f"{TASK}（2）": ([3], [])}


def test_a_mapping_chosen_for_her_own_sheet_leaves_ours_alone(rows, city, pine):
    chosen = {"A": "code", "B": "households", "C": "women_resident", "D": "remark"}
    made = marked(planned(workbook(rows), city, mapping=chosen))
    batch = planned(edited(made.data, put(pine.code)), city, mapping=chosen)
    kept = {p["name"]: p["accepted"] for p in batch_report(batch)["sheets"]}
    assert kept[TASK][0]["values"]["households"] == 5
    assert kept["台账"][0]["values"]["households"] == 320


def stamped(value: str):
    """Put another stamp into the first row of the task sheet, and a good code."""

    def change(book) -> None:
        sheet = book[TASK]
        cell = next(cell for cell in sheet[3] if str(cell.value).startswith(MARK))
        cell.value = value

    return change


def test_a_forged_stamp_is_not_believed_and_told(rows, city, monkeypatch):
    made = marked(planned(workbook(rows), city))
    batch = planned(edited(made.data, stamped(f"{MARK}AAAA")), city)
    assert results(batch) == {"台账": ([2, 4], [3]), TASK: ([], [3])}
    assert "1 行不是从本单位的这种表下载的" in sentences(batch)


def test_a_stamp_sealed_for_something_else_does_not_open():
    assert opened(f"{MARK}{seal('other|place', b'x').hex()}") is None
    assert opened(f"{MARK}很") is None


def test_a_stamp_of_another_place_is_not_believed(lotus, willow, north, south, pine, bamboo):
    other = marked(planned(workbook([[lotus.code, 1, 2, ""], ["9101", 1, 2, ""]]), north))
    batch = planned(edited(other.data, put(pine.code)), south)
    assert "行不是从本单位的这种表下载的" in sentences(batch)
    assert results(batch)[TASK] == ([3], [])


def test_a_stamp_holds_for_the_places_above_and_below(rows, city, north, willow):
    made = marked(planned(workbook(rows[1:2]), city))
    batch = planned(edited(made.data, put(willow.code)), north)
    assert results(batch) == {"台账": ([], []), TASK: ([3], [])}


def test_what_was_probably_meant_is_said_once():
    likely = {"likely": {"text": "荷花村", "source": "near"}}
    told = {"message": "找不到“荷华村”。是不是“荷花村”？", **likely}
    assert reason_of(told) == told["message"]
    fault = {"field": "name", "message": "找不到。", **likely}
    assert reason_of(fault) == "找不到。可能是“荷花村”。"
    assert reason_of(fault, lambda key, text: f"{key}:{text[0]}*") == "找不到。可能是“name:荷*”。"


@pytest.mark.parametrize("sheet", list(sheets), ids=lambda sheet: sheet.key)
def test_every_column_has_a_heading_that_alone_means_it(sheet):
    guesses = [["A", "", column.key, "heading"] for column in sheet.columns]
    part = {"columns": {c.key: "A" for c in sheet.columns}, "guesses": guesses}
    for heading in Headings({0: part}, sheet, set()).columns:
        found = recognise((heading.text,), sheet)
        assert found is not None and found.key == heading.key, heading.text


@pytest.mark.parametrize("sheet", list(sheets), ids=lambda sheet: sheet.key)
def test_what_we_tell_beside_a_row_is_no_column_of_any_table(sheet):
    assert [text for text in said_headings() if recognise((text,), sheet)] == []


# several tables in one worksheet


@pytest.fixture
def two_tables(tree) -> bytes:
    """Below a table of villages one of other columns; in each a merged cell and a faulty row."""
    Organisation.objects.update(name=F("short_name"))
    lines = [
        ["乡镇（街道）", "村（社区）", "户数"],
        ["青石镇", "荷花村", 150],
        ["", "何处村", 6],
        [],
        ["常住妇女数", "村（社区）", "乡镇（街道）"],
        [320, "柳溪村", "青石镇"],
        [5, "何方村", ""],
    ]
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        for number, cells in enumerate(lines):
            for column, value in enumerate(cells):
                if value != "":
                    sheet.write(number, column, value)
        sheet.merge_range("A2:A3", "青石镇")
        sheet.merge_range("C6:C7", "青石镇")
    return target.getvalue()


def columns_of(sheet) -> tuple[int, int, int]:
    """Where the task sheet has the town, the village and the households, from 1."""
    headings = [str(cell.value) for cell in sheet[2]]
    found = ("乡镇", "村", "户数")
    return tuple(
        next(n for n, text in enumerate(headings, 1) if text.startswith(word)) for word in found
    )


def test_every_table_of_a_worksheet_is_marked_and_its_rows_come_whole(two_tables, city):
    made = marked(planned(two_tables, city))
    assert made.rows == 2
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    assert marked_cells(book["台账"]) == {"B3": ERROR, "B7": ERROR}
    town, _village, households = columns_of(book[TASK])
    lines = [[cell.value for cell in line] for line in book[TASK].iter_rows(min_row=3)]
    told = [(line[town - 1], line[households - 1]) for line in lines]
    assert told == [("青石镇", 6), ("青石镇", None)]


def test_rows_of_both_tables_put_right_count_and_the_worksheet_is_named_once(two_tables, city):
    made = marked(planned(two_tables, city))

    def change(book) -> None:
        sheet = book[TASK]
        town, village, _households = columns_of(sheet)
        for row, name in ((3, "松坡村"), (4, "竹林村")):
            sheet.cell(row, town).value, sheet.cell(row, village).value = "红岩镇", name

    batch = planned(edited(made.data, change), city)
    assert results(batch) == {"台账": ([2, 6], []), TASK: ([3, 4], [])}
    assert sentences(batch).count("2 行改在“只需改这些”里") == 1


# cells that were typed on the page


def typed(batch: Batch, row: int, key: str, text: str) -> None:
    row_edit(batch=batch, sheet_no=0, row_no=row, key=key, text=text, actor=Actor.command())


def test_a_cell_mended_on_the_page_stands_in_the_workbook_unmarked_and_stays_mended(
    rows, city, pine
):
    def bold(book, sheet) -> None:
        sheet.write("A3", "910101101299", book.add_format({"bold": True, "num_format": "@"}))

    rows = [*rows, ["910101101298", 1, 2, ""]]
    batch = planned(workbook(rows, more=bold), city)
    typed(batch, 3, "code", pine.code)
    made = marked(batch)
    assert (made.rows, made.is_rebuilt) == (1, False)
    sheet = openpyxl.load_workbook(io.BytesIO(made.data))["台账"]
    assert marked_cells(sheet) == {"A5": ERROR}
    assert (sheet["A3"].value, sheet["A3"].font.bold) == (pine.code, True)
    assert "已在页面上改过" in sheet["A3"].comment.text
    again = planned(edited(made.data, lambda book: None), city)
    assert results(again) == {"台账": ([2, 3, 4], []), TASK: ([], [3])}


def test_what_is_still_wrong_after_typing_is_marked_with_what_was_typed(rows, city):
    batch = planned(workbook(rows), city)
    typed(batch, 3, "households", "9")
    typed(batch, 3, "code", "910101101297")
    book = openpyxl.load_workbook(io.BytesIO(marked(batch).data))
    sheet = book["台账"]
    assert marked_cells(sheet) == {"A3": ERROR}
    assert (sheet["A3"].value, sheet["C3"].value) == ("910101101297", 9)
    assert [cell.value for cell in book[TASK][3]][SAID : SAID + 3] == ["910101101297", 5, 9]


def test_a_blank_cell_filled_and_a_filled_one_blanked_on_the_page_come_so(rows, city):
    batch = planned(workbook(rows), city)
    typed(batch, 3, "remark", "")
    typed(batch, 3, "women_resident", "")
    sheet = openpyxl.load_workbook(io.BytesIO(marked(batch).data))["台账"]
    assert (sheet["B3"].value, sheet["D3"].value) == (None, None)
    typed(batch, 3, "remark", "=新增")
    sheet = openpyxl.load_workbook(io.BytesIO(marked(batch).data))["台账"]
    assert (sheet["D3"].value, sheet["D3"].data_type) == ("=新增", "s")


def test_a_formula_is_not_torn_out_of_its_workbook(rows, city):
    """Others may follow from it: then the cells are written anew, with what was typed."""

    def formula(_book, sheet) -> None:
        sheet.write_formula("C3", "=B3+1", None, 6)

    batch = planned(workbook(rows, more=formula), city)
    typed(batch, 3, "households", "8")
    made = marked(batch)
    assert made.is_rebuilt
    sheet = openpyxl.load_workbook(io.BytesIO(made.data))["台账"]
    assert (sheet["B3"].value, sheet["C3"].value) == (5, 8)
    assert marked_cells(sheet) == {"A3": ERROR}
