"""Information forms as clerks fill them in: labels in merged cells, one page a person."""

import io
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

WIDTH = 6


def place_of(page: Worksheet, top: int) -> Any:
    """Writes cells of a page that begins at row ``top``: ``put("B3", …)`` counts from there."""

    def put(cell: str, value: Any, to: str = "") -> None:
        column, row = cell[0], int(cell[1:]) + top - 1
        page[f"{column}{row}"] = value
        if to:
            page.merge_cells(f"{column}{row}:{to[0]}{int(to[1:]) + top - 1}")

    return put


def fill_page(page: Worksheet, top: int = 1, **told: Any) -> None:
    """One person's page of twelve rows: photograph, family and résumé as offices print them."""
    put = place_of(page, top)
    put("A1", "执委信息采集表", "F1")
    put("A2", "姓  名"), put("B2", told.get("name"))
    put("C2", "籍 贯"), put("D2", told.get("native_place"))
    put("E2", "照片", "F4")
    put("A3", "身份证号码："), put("B3", told.get("number"), "D3")
    put("A4", "入党时间"), put("B4", told.get("party_on"))
    put("C4", "参加工作\n时间"), put("D4", told.get("work_on"))
    put("A5", "毕业院校及专业", "B5"), put("C5", told.get("school"), "F5")
    put("A6", "工作单位及职务", "B6"), put("C6", told.get("employer"), "F6")
    put("A7", "政治面貌"), put("B7", "中共党员"), put("C7", "职  称"), put("D7", told.get("title"))
    put("E7", "家庭住址"), put("F7", told.get("address"))
    put("A8", "个\n人\n简\n历"), put("B8", told.get("resume"), "F8")
    put("A9", "服务意愿"), put("B9", told.get("wishes"), "F9")
    put("A10", "家庭\n成员", "A12")
    for column, word in zip("BCDE", ("称谓", "姓名", "年龄", "工作单位及职务"), strict=True):
        put(f"{column}10", word)
    for column, word in zip("BCDE", ("丈夫", "周大山", 45, "务农"), strict=True):
        put(f"{column}11", word)


def pages(*people: dict[str, Any], beneath: bool = False) -> bytes:
    """A workbook with one worksheet a person, or all of them ``beneath`` each other on one."""
    book = openpyxl.Workbook()
    for number, told in enumerate(people):
        if number and not beneath:
            book.create_sheet(f"第{number + 1}人")
        fill_page(book.worksheets[-1], 1 + 13 * number if beneath else 1, **told)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The file of a workbook."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
