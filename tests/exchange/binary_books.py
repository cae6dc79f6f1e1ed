"""Binary workbooks (.xlsb) written record by record, as [MS-XLSB] lays them out."""

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.bin" Type="http://schemas.openxmlformats.org'
    '/officeDocument/2006/relationships/worksheet"/>'
    '<Relationship Id="rId2" Target="styles.bin" Type="http://schemas.openxmlformats.org'
    '/officeDocument/2006/relationships/styles"/></Relationships>'
)
#: number formats: general, two decimals, a date
PLAIN, TWO_DECIMALS, DATE = 0, 1, 2
_FORMATS = (0, 2, 14)


class Styled(float):
    """A number shown in one of the formats."""

    def __new__(cls, value: float, style: int) -> "Styled":
        made = super().__new__(cls, value)
        made.style = style
        return made


def record(kind: int, content: bytes = b"") -> bytes:
    """One record: its kind in one or two bytes, its size seven bits a byte, its content."""
    head = bytes([kind]) if kind < 0x80 else bytes([(kind & 0x7F) | 0x80, kind >> 7])
    size, left = b"", len(content)
    while left >= 0x80:
        size += bytes([(left & 0x7F) | 0x80])
        left >>= 7
    return head + size + bytes([left]) + content


def text(value: str) -> bytes:
    """A text with its length before it."""
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def binary_book(
    rows: Sequence[Sequence[Any]],
    *,
    merges: Iterable[tuple[int, int, int, int]] = (),
    hidden_rows: Iterable[int] = (),
    hidden_columns: Iterable[int] = (),
    from_1904: bool = False,
) -> bytes:
    """A workbook of one sheet; rows and columns count from 0, ``"#N/A"`` is an error."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.bin", _book(from_1904))
        archive.writestr("xl/_rels/workbook.bin.rels", _RELATIONS)
        archive.writestr("xl/styles.bin", _styles())
        hidden = _columns(hidden_columns)
        archive.writestr(
            "xl/worksheets/sheet1.bin", _sheet(rows, list(merges), set(hidden_rows), hidden)
        )
    return stream.getvalue()


def _book(from_1904: bool) -> bytes:
    properties = struct.pack("<II", int(from_1904), 0) + text("")
    sheet = struct.pack("<II", 0, 1) + text("rId1") + text("表")
    inside = record(153, properties) + record(143) + record(156, sheet) + record(144)
    return record(131) + inside + record(132)


def _styles() -> bytes:
    formats = b"".join(record(47, struct.pack("<HH", 0, one) + b"\0" * 12) for one in _FORMATS)
    return record(278) + record(617, struct.pack("<I", 3)) + formats + record(618) + record(279)


def _columns(hidden: Iterable[int]) -> bytes:
    one = (struct.pack("<IIIIH", column, column, 2048, 0, 1) for column in hidden)
    return record(390) + b"".join(record(60, content) for content in one) + record(391)


def _sheet(rows: Sequence[Sequence[Any]], merges: list, hidden: set[int], columns: bytes) -> bytes:
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    data = b"".join(_row(number, row, number in hidden) for number, row in enumerate(rows))
    joined = b"".join(
        record(176, struct.pack("<IIII", top, bottom, left, right))
        for top, left, bottom, right in merges
    )
    merged = record(177, struct.pack("<I", len(merges))) + joined + record(178)
    head = record(129) + record(148, size) + columns
    return head + record(145) + data + record(146) + merged + record(130)


def _row(number: int, cells: Sequence[Any], is_hidden: bool) -> bytes:
    flags = bytes([0, 0x10 if is_hidden else 0, 0])
    head = struct.pack("<IIH", number, 0, 300) + flags + struct.pack("<I", 0)
    return record(0, head) + b"".join(_cell(n, cell) for n, cell in enumerate(cells))


def _cell(column: int, value: Any) -> bytes:
    at = struct.pack("<II", column, getattr(value, "style", 0))
    if value == "#N/A":
        return record(3, at + bytes([0x2A]))
    if isinstance(value, str):
        return record(6, at + text(value)) if value else b""
    return record(5, at + struct.pack("<d", value))
