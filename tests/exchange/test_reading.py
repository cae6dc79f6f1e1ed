"""Files of every kind, honest and not: what they are is told by their content."""

import io
import signal
import threading
import zipfile
from datetime import date

import openpyxl
import pytest

from federation.exchange import reading
from federation.exchange.cleaners.text import NO_VALUE
from federation.exchange.reading import Frame, Reader, Refused, SheetStart
from tests.exchange.places import check

HEADINGS = ["乡镇（街道）", "村（社区）名称", "常住妇女数", "执委人数", "换届时间"]
ROW = ["天城街道", "诗仙社区", 405, 12, "2021-03-08"]


def workbook(*rows, change=None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def events(data: bytes) -> list:
    with Reader(data) as reader:
        return list(reader)


def rows_in(data: bytes) -> list[list]:
    frames = [event for event in events(data) if isinstance(event, Frame)]
    return [list(row) for frame in frames for row in zip(*frame.columns, strict=True)]


def refusal(data: bytes) -> str:
    checked = check(data)
    assert checked.outcome == "file_rejected"
    return checked.file_error.code


def test_a_table_that_begins_in_the_middle_keeps_its_addresses():
    def move(book):
        book.active["C4"] = "甲"
        book.active["D6"] = 2

    assert rows_in(workbook(change=move))[3:] == [
        ["", "", "甲", ""],
        ["", "", "", ""],
        ["", "", "", 2.0],
    ]


def test_a_formula_without_a_result_is_not_a_blank():
    def put(book):
        book.active["C2"] = "=1+1"

    assert rows_in(workbook(HEADINGS, ROW, change=put))[1][2] is NO_VALUE


def test_an_error_value_is_not_a_blank():
    def put(book):
        book.active["C2"].value = "#REF!"
        book.active["C2"].data_type = "e"

    assert rows_in(workbook(HEADINGS, ROW, change=put))[1][2] == "#REF!"


def test_a_number_shown_with_two_decimals_is_the_month_it_shows():
    def put(book):
        book.active["E2"] = 2021.1
        book.active["E2"].number_format = "0.00"
        book.active["E3"] = 2021.1

    data = workbook(HEADINGS, ROW, ROW, change=put)
    assert [row[4] for row in rows_in(data)] == ["换届时间", "2021.10", 2021.1]


def test_hidden_rows_and_columns_and_merges_are_known():
    def hide(book):
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["D"].hidden = True
        book.active.merge_cells("A2:A3")

    start = events(workbook(HEADINGS, ROW, ROW, change=hide))[0]
    assert isinstance(start, SheetStart)
    assert start.hidden_rows == {1}
    assert start.hidden_columns == (3,)
    assert start.merges == [(1, 0, 2, 0)]


def test_a_day_stays_a_day():
    assert rows_in(workbook([date(2021, 3, 8)])) == [[date(2021, 3, 8)]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_text_is_read_in_any_encoding_and_with_any_mark(encoding, mark):
    text = "\r\n".join(mark.join(map(str, row)) for row in (HEADINGS, ROW))
    checked = check(text.encode(encoding))
    assert [place.name for place in checked.sheets[0].accepted.organisations] == [
        "诗仙社区居民委员会"
    ]


def test_a_quoted_line_break_does_not_begin_a_row():
    rows = rows_in('甲,"乙\n丙"\n丁,戊\n'.encode())
    assert rows == [["甲", "乙\n丙"], ["丁", "戊"]]


def test_a_web_page_named_as_a_workbook_is_read():
    cells = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (HEADINGS, ROW)
    )
    assert len(check(f"<html><table>{cells}</table></html>".encode()).sheets[0].accepted) == 1


def test_an_xml_spreadsheet_is_read():
    rows = "".join(
        "<Row>" + "".join(f"<Cell><Data>{cell}</Data></Cell>" for cell in row) + "</Row>"
        for row in (HEADINGS, ROW)
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    text = (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:s="{space}">'
        f'<Worksheet s:Name="表"><Table>{rows}</Table></Worksheet></Workbook>'
    )
    assert len(check(text.encode()).sheets[0].accepted) == 1


@pytest.mark.parametrize(
    "data, code",
    [
        (b"", "empty_file"),
        (b" \r\n", "empty_file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "wrong_format"),
        (b"%PDF-1.7", "wrong_format"),
        (bytes(range(32)) * 40, "wrong_format"),
        (b"PK\x03\x04" + b"x" * 500, "corrupt_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 2000, "corrupt_file"),
    ],
)
def test_what_is_no_workbook_is_refused_with_the_true_reason(data, code):
    assert refusal(data) == code


def test_a_word_document_is_not_called_broken():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    checked = check(stream.getvalue())
    assert checked.file_error.code == "wrong_format"
    assert "文字文档" in checked.file_error.message


def test_a_small_file_that_unpacks_to_300_megabytes_is_refused_unopened():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<w/>")
        with archive.open("xl/sharedStrings.xml", "w") as member:
            for _ in range(300):
                member.write(bytes(1024 * 1024))
    assert refusal(stream.getvalue()) == "too_large"


def test_a_cell_in_the_last_corner_ends_the_child_and_not_the_worker():
    def far(book):
        book.active["XFD1048576"] = "远"
        book.active["A1"] = "近"

    with pytest.raises(Refused):
        events(workbook(change=far))


class HeldBack(Reader):
    """A reader whose child stands still for a while, as on a busy machine."""

    def _start(self, data):
        super()._start(data)
        child = self._child
        child.send_signal(signal.SIGSTOP)
        threading.Timer(2.0, child.send_signal, [signal.SIGCONT]).start()


def test_a_file_that_takes_too_long_is_given_up():
    # A fast machine reads two rows before anybody looks at the clock: held back it does not.
    with HeldBack(workbook(HEADINGS, ROW), seconds=0.0) as reader, pytest.raises(Refused) as caught:
        list(reader)
    assert caught.value.code == "too_large"


def test_a_file_whose_child_gets_no_processor_is_waited_for():
    with HeldBack(workbook(HEADINGS, ROW), seconds=1.5) as reader:
        assert len(list(reader)) == 2


def test_a_child_that_never_comes_to_work_is_given_up(monkeypatch):
    monkeypatch.setattr(reading, "PATIENCE", 0.5)
    with HeldBack(workbook(HEADINGS, ROW), seconds=0.2) as reader, pytest.raises(Refused) as caught:
        list(reader)
    assert caught.value.code == "too_large"


def test_cut_and_spoilt_files_always_end_in_a_sentence():
    whole = workbook(HEADINGS, *[ROW] * 30)
    for cut in range(0, len(whole), 499):
        checked = check(whole[:cut])
        assert checked.file_error.message
    for at in range(60, len(whole), 401):
        spoilt = bytearray(whole)
        spoilt[at] ^= 0xFF
        checked = check(bytes(spoilt))
        assert checked.outcome == "preview" or checked.file_error.message


def test_rows_are_counted_over_all_sheets_even_of_a_refused_file():
    def more(book):
        book.create_sheet("第二").append(["甲"])

    checked = check(workbook(["无关"], ["无关"], change=more))
    assert (checked.outcome, checked.rows_read) == ("file_rejected", 3)


def test_a_month_in_a_csv_may_have_lost_its_zero():
    row = [*ROW[:4], "2021.1"]
    text = "\n".join(",".join(map(str, line)) for line in (HEADINGS, row))
    errors = check(text.encode()).sheets[0].rejected[0].errors
    assert [(error.cell, error.code) for error in errors] == [("E2", "ambiguous_date")]


def test_a_reader_that_begins_early_tells_the_same_once():
    data = workbook(HEADINGS, ROW)
    with Reader(data) as reader:
        reader.begin()
        early = reader._child
        assert list(reader) == events(data)
        assert reader._child is early and reader.format == "xlsx"


def test_a_reader_nobody_listens_to_leaves_no_process_behind():
    with pytest.raises(ZeroDivisionError), Reader(workbook(HEADINGS, ROW)) as reader:
        reader.begin()
        raise ZeroDivisionError
    assert reader._child.returncode == -signal.SIGKILL


def test_what_is_too_large_to_begin_with_is_told_who_listens(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_FILE", 10)
    with Reader(workbook(HEADINGS, ROW)) as reader:
        reader.begin()
        with pytest.raises(Refused) as caught:
            list(reader)
    assert caught.value.code == "too_large"
