"""Workbooks as an iterator of bytes: as many rows as there are, a few hundred kilobytes at a time.

XlsxWriter, with which this house writes workbooks, makes here all that makes one: sheets, styles,
widths, drop-down lists, hidden sheets, relations. Only the rows it cannot give in this way: its
first byte comes after the last row, so that a million rows outlast what a proxy waits for, and
until then it keeps them in named files that nobody seals. Therefore it writes every sheet with one
specimen row, and the real rows take the specimen's place while the package is being sent. Nothing
touches a disk, and a text is always a text, never a formula.
"""

import io
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

#: what a sheet of a workbook holds; the next row begins another sheet
MOST_ROWS = 1_048_576
# A member beyond 2 GB needs an extension of the package that Excel offers to "repair".
MOST_BYTES = 1_900_000_000
LONGEST_TEXT = 32_767
ROWS_AT_ONCE = 500
BLOCK = 64 * 1024
LEVEL = 1
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
VISIBLE, HIDDEN, VERY_HIDDEN = "visible", "hidden", "very_hidden"
_SPECIMEN = re.compile(r'<row r="2"[^>]*>(.*?)</row>')
_STYLE = re.compile(r'<c r="[A-Z]+2"( s="\d+")?/>')
_DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')
_NOT_PLAIN = re.compile("[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]|^\\s|\\s$|_x[0-9A-Fa-f]{4}_")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NO_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class TableSpec:
    """One sheet of a workbook: headings and rows of texts and numbers, None for an empty cell.

    ``widths`` in characters; ``as_text`` names the columns (from 0) formatted as text, so that
    what is typed into them stays as typed; ``choices`` gives columns the range their drop-down
    list reads; ``required`` headings stand out; ``footer`` is printed on every page.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = ()
    as_text: frozenset[int] = frozenset()
    choices: Mapping[int, str] | None = None
    required: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    footer: str = ""
    state: str = VISIBLE


class StreamingBook:
    """The bytes of a workbook; every table is read once, in order, while they are taken."""

    def __init__(self, tables: Sequence[TableSpec]) -> None:
        self.tables = tables

    def __iter__(self) -> Iterator[bytes]:
        sink = _Sink()
        specimens = _package(self.tables)
        sent: list[TableSpec] = []
        with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=LEVEL) as packed:
            for number, table in enumerate(self.tables, 1):
                frame, rows, is_left = _frame(specimens[_member(number)]), _Ahead(table.rows), True
                while is_left:
                    sent.append(table)
                    with packed.open(_member(len(sent)), "w") as part:
                        is_left = yield from _sheet(part, frame, rows, sink)
            for name, body in _package(_apart(sent)).items():
                if not name.startswith("xl/worksheets/sheet"):
                    packed.writestr(name, body)
        yield sink.taken()


class _Sink:
    """What the package writes into: kept until it is taken. It cannot be wound back."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.size = 0

    def write(self, data: bytes, /) -> int:
        self.blocks.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def close(self) -> None:
        """Nothing was opened."""

    def taken(self) -> bytes:
        data = b"".join(self.blocks)
        self.blocks.clear()
        self.size = 0
        return data


class _Ahead:
    """Rows, some at once; whether more follow is known before they are taken."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.rows = iter(rows)
        self.waiting = list(islice(self.rows, ROWS_AT_ONCE))

    def take(self) -> list[Sequence[Any]]:
        taken, self.waiting = self.waiting, list(islice(self.rows, ROWS_AT_ONCE))
        return taken


class _Frame(NamedTuple):
    """A sheet without its rows; ``cells`` are column and style of every cell of a row."""

    head: bytes
    cells: list[tuple[str, str]]
    tail: bytes


def _frame(sheet: bytes) -> _Frame:
    """The sheet around its specimen row. How far it reaches is not said: nobody knows yet."""
    text = _DIMENSION.sub("", sheet.decode())
    found = _SPECIMEN.search(text)
    if found is None:
        raise ValueError("a sheet without a column")
    styles = _STYLE.findall(found.group(1))
    cells = [(f'<c r="{xl_col_to_name(n)}', f'"{style or ""}') for n, style in enumerate(styles)]
    return _Frame(text[: found.start()].encode(), cells, text[found.end() :].encode())


def _sheet(part: Any, frame: _Frame, rows: _Ahead, sink: _Sink) -> Generator[bytes, None, bool]:
    """Write one sheet and give the bytes that are ready; whether rows are left for another."""
    part.write(frame.head)
    number, size = 2, 0
    while rows.waiting and number + len(rows.waiting) - 1 <= MOST_ROWS and size < MOST_BYTES:
        taken = rows.take()
        lines = (_line(place, frame.cells, cells) for place, cells in enumerate(taken, number))
        block = "".join(lines).encode()
        number += len(taken)
        size += len(block)
        part.write(block)
        if sink.size >= BLOCK:
            yield sink.taken()
    part.write(frame.tail)
    return bool(rows.waiting)


def _line(number: int, columns: list[tuple[str, str]], cells: Sequence[Any]) -> str:
    parts = [f'<row r="{number}">']
    for (opening, style), value in zip(columns, cells, strict=True):
        if type(value) is str:
            if not value:
                continue
            text = value if _NOT_PLAIN.search(value) is None else _escaped(value)
            space = "" if text is value else ' xml:space="preserve"'
            parts.append(
                f'{opening}{number}{style} t="inlineStr"><is><t{space}>{text}</t></is></c>'
            )
        elif value is not None:
            parts.append(f"{opening}{number}{style}><v>{_number(value)}</v></c>")
    parts.append("</row>")
    return "".join(parts)


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError(type(value).__name__)
    return f"{value:f}" if isinstance(value, Decimal) else repr(value)


def _escaped(text: str) -> str:
    """``text`` as XML; what XML cannot hold is left out."""
    text = _LOOKS_ESCAPED.sub("_x005F_", _NO_XML.sub("", text[:LONGEST_TEXT]))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# What XlsxWriter makes


def sheet_name(text: str) -> str:
    """``text`` as the name of a sheet may be."""
    return _NO_NAME.sub("", text)[:31]


def _apart(tables: list[TableSpec]) -> list[TableSpec]:
    """The tables as they were sent; one that needed further sheets has them numbered."""
    found: list[TableSpec] = []
    for number, table in enumerate(tables):
        before = sum(one is table for one in tables[:number])
        name = sheet_name(table.name)
        found.append(replace(table, name=f"{name[:25]} ({before + 1})" if before else name))
    return found


def _member(number: int) -> str:
    return f"xl/worksheets/sheet{number}.xml"


def _package(tables: Sequence[TableSpec]) -> dict[str, bytes]:
    """The members of a workbook of these tables, each with one empty row."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, PLAIN) as book:
        looks = {
            "bold": book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"}),
            "must": book.add_format(
                {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#FDE9D9"}
            ),
            "text": book.add_format({"num_format": "@"}),
            "cell": book.add_format({"valign": "vcenter"}),
        }
        sheets = [_dress(book.add_worksheet(sheet_name(one.name)), one, looks) for one in tables]
        for sheet, table in zip(sheets, tables, strict=True):
            if table.state == VISIBLE:
                sheet.activate()
                sheet.set_first_sheet()
                break
    with ZipFile(target) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def _dress(sheet: Any, table: TableSpec, looks: Mapping[str, Any]) -> Any:
    """Headings, columns, drop-down lists and the specimen row of one sheet."""
    sheet.freeze_panes(1, 0)
    if table.footer:
        sheet.set_footer(f"&L{table.footer.replace('&', '&&')}&R&P/&N")
    for place, heading in enumerate(table.headings):
        look = looks["text" if place in table.as_text else "cell"]
        width = table.widths[place] if place < len(table.widths) else 18
        options = {"hidden": True} if place in table.hidden_columns else {}
        sheet.set_column(place, place, width, look, options)
        sheet.write_string(0, place, heading, looks["must" if place in table.required else "bold"])
        sheet.write_blank(1, place, None, look)
    for place, source in (table.choices or {}).items():
        sheet.data_validation(1, place, MOST_ROWS - 1, place, _list_of(source))
    if table.state == HIDDEN:
        sheet.hide()
    elif table.state == VERY_HIDDEN:
        sheet.very_hidden()
    return sheet


def _list_of(source: str) -> dict[str, Any]:
    """A drop-down list that helps and does not forbid: other ways of writing are read as well."""
    return {
        "validate": "list",
        "source": f"={source}",
        "error_type": "warning",
        "error_title": str(_("不在列表里")),
        "error_message": str(_("列表里没有这个写法。确定要这样填吗？")),
    }
