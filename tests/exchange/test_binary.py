"""Facts that only the file itself knows: of binary workbooks, and from which day it counts."""

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from federation.exchange.reading import Frame, Reader, SheetStart
from tests.exchange.binary_books import DATE, PLAIN, TWO_DECIMALS, Styled, binary_book
from tests.exchange.places import check
from tests.exchange.test_reading import HEADINGS, ROW, events, rows_in, workbook

SAMPLES = Path(__file__).parent / "samples"
OLD_DAYS, NEW_DAYS = b"\x22\x00\x02\x00\x00\x00", b"\x22\x00\x02\x00\x01\x00"
APART = 1462
MANIFEST = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'


def start_of(data: bytes) -> SheetStart:
    return next(event for event in events(data) if isinstance(event, SheetStart))


def test_a_binary_workbook_tells_what_is_hidden_and_merged():
    rows = [HEADINGS, ROW, ["", "塘坊社区", 300, 9, "2021-03"]]
    data = binary_book(rows, merges=[(1, 0, 2, 0)], hidden_rows=[2], hidden_columns=[3])
    start = start_of(data)
    assert start.merges == [(1, 0, 2, 0)]
    assert (start.hidden_rows, start.hidden_columns) == ({2}, (3,))
    (sheet,) = check(data).sheets
    assert [place.name for place in sheet.accepted.organisations] == [
        "诗仙社区居民委员会",
        "塘坊社区居民委员会",
    ]
    assert [warning.code for warning in sheet.warnings] == ["hidden_rows", "hidden_columns"]


def test_a_month_shown_with_two_decimals_is_told_from_one_that_is_not():
    shown, bare = Styled(2021.1, TWO_DECIMALS), Styled(2021.1, PLAIN)
    rows = [HEADINGS, [*ROW[:4], shown], ["天城街道", "塘坊社区", 300, 9, bare]]
    (sheet,) = check(binary_book(rows)).sheets
    assert [value.iso() for value in sheet.accepted.values["election_date"]] == ["2021-10"]
    assert [e.code for row in sheet.rejected for e in row.errors] == ["ambiguous_date"]


def test_an_error_in_a_binary_workbook_is_no_blank():
    (sheet,) = check(binary_book([HEADINGS, [*ROW[:2], "#N/A", 12, ""]])).sheets
    assert [(e.cell, e.code) for row in sheet.rejected for e in row.errors] == [
        ("C2", "cell_error")
    ]


def open_document(third: str) -> bytes:
    """A page of an OpenDocument sheet whose third cell shows ``third`` as the error it has."""
    names = {
        prefix: f"urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"
        for prefix in ("office", "table", "text")
    }
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in names.items())
    head, plain = "<table:table-row>", '<table:table-cell office:value-type="string"><text:p>{}'
    close = "</text:p></table:table-cell>"
    failed = '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
    failed += f'office:string-value=""><text:p>{third}{close}'
    rows = [
        head + "".join(plain.format(cell) + close for cell in HEADINGS) + "</table:table-row>",
        head + "".join(plain.format(cell) + close for cell in ROW[:2]) + failed,
    ]
    content = f'<office:document-content {spaces} office:version="1.2"><office:body>'
    content += f'<office:spreadsheet><table:table table:name="表">{"".join(rows)}</table:table-row>'
    content += "</table:table></office:spreadsheet></office:body></office:document-content>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {MANIFEST}/>")
        archive.writestr("content.xml", content)
    return stream.getvalue()


@pytest.mark.parametrize("shown", ["#VALUE!", "#N/A", "Err:502"])
def test_an_error_in_an_open_document_is_no_blank(shown):
    (sheet,) = check(open_document(shown)).sheets
    assert [(e.cell, e.code) for row in sheet.rejected for e in row.errors] == [
        ("C2", "cell_error")
    ]


def test_a_formula_in_an_open_document_may_have_an_empty_result():
    (sheet,) = check(open_document("")).sheets
    assert sheet.rejected == []


@pytest.mark.parametrize("from_1904", [False, True])
def test_days_of_a_binary_workbook_are_counted_from_its_own_first_day(from_1904):
    # 8 March 2021 is day 44263 from 1900 and day 42801 from 1904.
    serial = 44263 - APART * from_1904
    rows = [HEADINGS, [*ROW[:4], Styled(serial, DATE)], ["天城街道", "塘坊社区", 1, 1, serial]]
    data = binary_book(rows, from_1904=from_1904)
    assert start_of(data).from_1904 is from_1904
    (sheet,) = check(data).sheets
    assert [v.iso() for v in sheet.accepted.values["election_date"]] == ["2021-03-08"] * 2
    assert [w.code for w in sheet.accepted.warnings[1]] == ["serial_as_date"]


@pytest.mark.parametrize("from_1904", [False, True])
def test_days_of_an_xlsx_are_counted_from_its_own_first_day(from_1904):
    def count(book):
        if from_1904:
            book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    serial = 44263 - APART * from_1904
    day, bare = [*ROW[:4], date(2021, 3, 8)], ["天城街道", "塘坊社区", 1, 1, serial]
    (sheet,) = check(workbook(HEADINGS, day, bare, change=count)).sheets
    assert [v.iso() for v in sheet.accepted.values["election_date"]] == ["2021-03-08"] * 2


def test_days_of_an_old_workbook_are_counted_from_its_own_first_day():
    data = (SAMPLES / "committee_ids.xls").read_bytes()
    assert data.count(OLD_DAYS) == 1
    later = data.replace(OLD_DAYS, NEW_DAYS)
    assert [start_of(one).from_1904 for one in (data, later)] == [False, True]

    def days(book: bytes) -> list[date]:
        return [cell for row in rows_in(book) for cell in row if isinstance(cell, date)]

    assert days(data)
    assert {(b - a).days for a, b in zip(days(data), days(later), strict=True)} == {APART}


@pytest.mark.parametrize("size", [3, 40, 200, 700])
def test_a_binary_workbook_that_breaks_off_never_breaks_the_reader(size):
    whole = binary_book([HEADINGS, ROW])
    assert check(whole[:-size]).outcome == "file_rejected"


def test_the_quote_that_keeps_a_csv_harmless_is_taken_off_again():
    table = "乡镇（街道）,村（社区）名称,常住妇女数,备注\n天城街道,诗仙社区,405,'=待补 '甲'\n"
    (sheet,) = check((table + "天城街道,塘坊社区,300,'甲'\n").encode()).sheets
    assert sheet.accepted.values["remark"] == ["=待补 '甲'", "'甲'"]


def test_rows_of_a_binary_workbook_come_in_frames():
    with Reader(binary_book([HEADINGS, ROW])) as reader:
        frames = [event for event in reader if isinstance(event, Frame)]
    assert (reader.format, [frame.count for frame in frames]) == ("xlsb", [2])
