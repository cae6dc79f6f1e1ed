"""The same facts for the binary packages of Excel (.xlsb), read from their records themselves.

Source of the record numbers and layouts: [MS-XLSB], Excel Binary File Format.
"""

import io
import struct
import zipfile
from collections.abc import Iterator
from typing import Any

from plain import parse_xml
from xls_facts import ERRORS
from xlsx_facts import _TWO_DECIMALS, Facts

_ROW, _COLUMN, _MERGE = 0, 60, 176
_RK, _ERROR, _REAL, _FORMULA_NUMBER, _FORMULA_ERROR = 2, 3, 5, 9, 11
_BOOK, _SHEET, _FORMAT, _XF, _BEGIN_XFS, _END_XFS = 153, 156, 44, 47, 617, 618
_HIDDEN_ROW = 0x10
_MOST_COLUMNS = 200
_BUILT_IN = {2: True, 4: True}
_FIRST_YEAR, _LAST_YEAR = 1900, 2100

Record = tuple[int, int, int]


class XlsbFacts:
    """Reads facts sheet by sheet from the package itself."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = {name.lower(): name for name in self.archive.namelist()}
        self.from_1904 = False
        self._paths = self._sheet_paths()
        self._two_decimals = self._styles()

    def of(self, sheet: str) -> Facts:
        """The facts of the sheet called ``sheet``; none where its part cannot be found."""
        path = self._paths.get(sheet)
        return _scan(self._part(path), self._two_decimals) if path else Facts()

    def _part(self, name: str) -> bytes:
        found = self._names.get(name.lower())
        return self.archive.read(found) if found else b""

    def _sheet_paths(self) -> dict[str, str]:
        targets: dict[str, str] = {}

        def relation(tag: str, attrs: dict[str, str]) -> None:
            if "Id" in attrs and "Target" in attrs:
                targets[attrs["Id"]] = attrs["Target"]

        if part := self._part("xl/_rels/workbook.bin.rels"):
            parse_xml(part, relation)
        book = self._part("xl/workbook.bin")
        found = {}
        for kind, at, _size in records(book):
            if kind == _BOOK:
                self.from_1904 = bool(book[at] & 1)
            elif kind == _SHEET:
                link, after = text_at(book, at + 8)
                target = targets.get(link, "")
                path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                found[text_at(book, after)[0]] = path
        return found

    def _styles(self) -> frozenset[int]:
        """Style numbers whose numbers are shown with two decimals."""
        part, formats = self._part("xl/styles.bin"), dict(_BUILT_IN)
        wanted, count, is_inside = [], 0, False
        for kind, at, _size in records(part):
            if kind == _FORMAT:
                (number,) = struct.unpack_from("<H", part, at)
                formats[number] = bool(_TWO_DECIMALS.fullmatch(text_at(part, at + 2)[0]))
            elif kind in (_BEGIN_XFS, _END_XFS):
                is_inside = kind == _BEGIN_XFS
            elif kind == _XF and is_inside:
                if formats.get(struct.unpack_from("<H", part, at + 2)[0]):
                    wanted.append(count)
                count += 1
        return frozenset(wanted)


def records(part: bytes) -> Iterator[Record]:
    """(kind, where its content begins, size) of each record; an unfinished one ends the part."""
    at, end = 0, len(part)
    while at + 1 < end:
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (part[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while at < end:
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        if at + size > end:
            return
        yield kind, at, size
        at += size


def text_at(part: bytes, at: int) -> tuple[str, int]:
    """The text that begins at a place, and where it ends."""
    (length,) = struct.unpack_from("<I", part, at)
    length = 0 if length == 0xFFFFFFFF else length
    end = at + 4 + 2 * length
    return part[at + 4 : end].decode("utf-16-le", "replace"), end


def _scan(part: bytes, two_decimals: frozenset[int]) -> Facts:
    facts, row = Facts(merges=[]), -1
    for kind, at, _size in records(part):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", part, at)
            if part[at + 11] & _HIDDEN_ROW:
                facts.hidden_rows.append(row)
        elif kind in (_ERROR, _FORMULA_ERROR):
            (column,) = struct.unpack_from("<I", part, at)
            facts.patches[row, column] = ERRORS.get(part[at + 8], "#VALUE!")
        elif kind in (_RK, _REAL, _FORMULA_NUMBER):
            _look_at_number(part, at, kind, row, facts, two_decimals)
        elif kind == _COLUMN:
            first, last, *_rest, flags = struct.unpack_from("<IIIIH", part, at)
            if flags & 1:
                facts.hidden_columns.extend(range(first, min(last + 1, _MOST_COLUMNS)))
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<IIII", part, at)
            facts.merges.append((top, left, bottom, right))
    return facts


def _look_at_number(
    part: bytes, at: int, kind: int, row: int, facts: Facts, two_decimals: frozenset[int]
) -> None:
    """2021.10 is the tenth month only where it is shown as 0.00."""
    column, style = struct.unpack_from("<II", part, at)
    if style & 0xFFFFFF not in two_decimals:
        return
    value = _rk(part, at + 8) if kind == _RK else struct.unpack_from("<d", part, at + 8)[0]
    shown = f"{value:.2f}"
    if _FIRST_YEAR <= value < _LAST_YEAR and value % 1 and float(shown) == value:
        facts.patches[row, column] = shown


def _rk(part: bytes, at: int) -> Any:
    """A number in four bytes: the upper half of a float or a whole number, perhaps hundredths."""
    (raw,) = struct.unpack_from("<I", part, at)
    if raw & 2:
        value = float(struct.unpack("<i", struct.pack("<I", raw))[0] >> 2)
    else:
        value = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<I", raw & 0xFFFFFFFC))[0]
    return value / 100 if raw & 1 else value
