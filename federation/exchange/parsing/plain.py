"""Tables kept as text: CSV in any encoding, web pages named .xls, XML spreadsheets of 2003."""

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.parsers import expat

from sniffing import Refused

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-z0-9_-]+)", re.IGNORECASE)
_SPACES = " \u3000\ufeff"
_CALCULATED = ("=", "+", "-", "@")
_DELIMITERS = ",\t;|"
_TAGS_WITHOUT_TEXT = frozenset(("script", "style", "head", "title"))

Table = tuple[str, list[list[str]], list[tuple[int, int, int, int]]]


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of a file: byte order mark, then what it declares, then UTF-8, then GB 18030."""
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, "replace")
    if data[:200].count(b"\x00") > len(data[:200]) // 4:
        return data.decode("utf-16-be" if data[:1] == b"\x00" else "utf-16-le", "replace")
    for name in ([declared] if declared else []) + ["utf-8", "gb18030", "big5"]:
        try:
            return data.decode("gb18030" if name.lower() in ("gb2312", "gbk") else name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("gb18030", "replace")


def csv_tables(data: bytes) -> Iterator[Table]:
    """One table; a record with a quoted line break counts as one row."""
    text = decode(data)
    if "\x00" in text:
        text = text.replace("\x00", "")
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        yield "Sheet1", [list(map(_unquoted, row)) for row in reader], []
    except csv.Error:
        raise Refused("corrupt_file") from None


def _unquoted(cell: str) -> str:
    """A cell without the quote that exports put before what a spreadsheet would calculate."""
    is_quoted = cell[:1] == "'" and cell[1:].lstrip(_SPACES).startswith(_CALCULATED)
    return cell[1:] if is_quoted else cell


def _delimiter(text: str) -> str:
    lines = [line for line in text[:20_000].splitlines()[:30] if line.strip()]
    totals = {mark: sum(line.count(mark) > 0 for line in lines) for mark in _DELIMITERS}
    counts = {mark: sum(line.count(mark) for line in lines) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: (totals[mark], counts[mark]))


class _Page(HTMLParser):
    """Collects the rows of all tables of a page in order; spans become merges."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[dict[int, str]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self._taken: set[tuple[int, int]] = set()
        self._text: list[str] | None = None
        self._column, self._muted = 0, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _TAGS_WITHOUT_TEXT:
            self._muted += 1
        elif tag == "tr":
            self._close()
            self.rows.append({})
            self._column = 0
        elif tag in ("td", "th") and self.rows:
            self._close()
            self._open(dict(attrs))
        elif tag in ("br", "p", "div") and self._text:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _TAGS_WITHOUT_TEXT:
            self._muted = max(0, self._muted - 1)
        elif tag in ("td", "th", "tr", "table"):
            self._close()

    def handle_data(self, data: str) -> None:
        if self._text is not None and not self._muted:
            self._text.append(data)

    def _open(self, attrs: dict[str, str | None]) -> None:
        row = len(self.rows) - 1
        while (row, self._column) in self._taken:
            self._column += 1
        down, across = (_span(attrs.get(name)) for name in ("rowspan", "colspan"))
        if down * across > 1:
            self.merges.append((row, self._column, row + down - 1, self._column + across - 1))
            self._taken.update(
                (row + i, self._column + j) for i in range(down) for j in range(across)
            )
        self._at, self._width, self._text = self._column, across, []

    def _close(self) -> None:
        if self._text is not None:
            self.rows[-1][self._at] = "".join(self._text).strip()
            self._column = self._at + self._width
            self._text = None


def _span(value: str | None) -> int:
    digits = (value or "1").strip()
    return max(1, min(int(digits), 1_000)) if digits.isdecimal() else 1


def html_tables(data: bytes) -> Iterator[Table]:
    """All tables of a page as one; cells are text."""
    declared = _CHARSET.search(data[:4096])
    page = _Page()
    page.feed(decode(data, declared.group(1).decode("ascii") if declared else None))
    page.close()
    page._close()
    if not page.rows:
        raise Refused("wrong_format", real="page")
    yield "Sheet1", [_spread(row) for row in page.rows], page.merges


def _spread(row: dict[int, str]) -> list[str]:
    return [row.get(column, "") for column in range(max(row, default=-1) + 1)]


class _XmlSheets:
    """Collects the worksheets of an XML spreadsheet."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, list[dict[int, str]]]] = []
        self._column = -1
        self._text: list[str] | None = None

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element opens."""
        tag = tag.rpartition(" ")[2]
        found = {name.rpartition(" ")[2]: value for name, value in attrs.items()}
        if tag == "Worksheet":
            self.tables.append((found.get("Name", "Sheet1"), []))
        elif tag == "Row" and self.tables:
            rows = self.tables[-1][1]
            index = min(_count(found.get("Index"), len(rows) + 1), 100_000)
            rows.extend({} for _ in range(index - len(rows)))
            self._column = -1
        elif tag == "Cell":
            self._column = min(_count(found.get("Index"), self._column + 2), 16_384) - 1
        elif tag == "Data":
            self._text = []

    def end(self, tag: str) -> None:
        """An element closes."""
        if tag.rpartition(" ")[2] == "Data" and self._text is not None:
            if self.tables and self.tables[-1][1]:
                self.tables[-1][1][-1][self._column] = "".join(self._text)
            self._text = None

    def characters(self, piece: str) -> None:
        """Text of a cell."""
        if self._text is not None:
            self._text.append(piece)


def _count(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isdecimal() else otherwise


def xml_tables(data: bytes) -> Iterator[Table]:
    """The worksheets of an XML spreadsheet (2003)."""
    sheets = _XmlSheets()
    parse_xml(data, sheets.start, sheets.end, sheets.characters)
    for name, rows in sheets.tables:
        yield name, [_spread(row) for row in rows], []


def parse_xml(data: Any, start: Any, end: Any = None, text: Any = None) -> None:
    """Run expat over bytes or an open file, namespaces split by a space; no DTD, no entities."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype
    if isinstance(data, bytes):
        parser.Parse(data, True)
    else:
        parser.ParseFile(data)


def _no_doctype(*_: Any) -> None:
    raise Refused("corrupt_file")
