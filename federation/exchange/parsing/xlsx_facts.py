"""What a reader of values leaves out of an xlsx.

Hidden rows and columns, error cells, formulas without a result, numbers shown with two decimals.
A cheap scan decides whether the slow one is needed.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from plain import parse_xml

_TWO_DECIMALS = re.compile(r"[#0,]*0\.00(_\)|_ |\s)*(;.*)?")
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_WORTH_A_LOOK = (b"hidden=", b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ")
# Less to search for in most files, in which none of it stands.
_HINTS = (b"hidden=", b't="e"', b"t='e'", b"<f", b":f")
_TRUE = ("1", "true")
NO_VALUE = object()


@dataclass
class Facts:
    """Facts of one sheet, 0-based. ``patches``: cell -> what stands there instead.

    ``from_1904``: the workbook counts its days from 1904, not from 1900.
    """

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    patches: dict[tuple[int, int], Any] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] | None = None
    from_1904: bool = False


class XlsxFacts:
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
        if path is None or not self._needs_a_look(path):
            return Facts()
        scan = _SheetScan(self._two_decimals)
        with self.archive.open(path) as part:
            parse_xml(part, scan.start, scan.end, scan.characters)
        return scan.facts

    def _needs_a_look(self, path: str) -> bool:
        if self._two_decimals:
            return True
        with self.archive.open(path) as part:
            tail = b""
            while block := part.read(1 << 20):
                text = tail + block
                hinted = any(hint in text for hint in _HINTS)
                if hinted and any(mark in text for mark in _WORTH_A_LOOK):
                    return True
                tail = block[-16:]
        return False

    def _part(self, name: str) -> bytes:
        found = self._names.get(name.lower())
        return self.archive.read(found) if found else b""

    def _sheet_paths(self) -> dict[str, str]:
        targets: dict[str, str] = {}
        sheets: dict[str, str] = {}

        def relation(tag: str, attrs: dict[str, str]) -> None:
            if "Id" in attrs and "Target" in attrs:
                targets[attrs["Id"]] = attrs["Target"]

        def sheet(tag: str, attrs: dict[str, str]) -> None:
            if tag.endswith("workbookPr"):
                self.from_1904 = attrs.get("date1904") in _TRUE
            elif tag.rpartition(" ")[2] == "sheet":
                link = next((v for k, v in attrs.items() if k.endswith(" id")), "")
                sheets[attrs.get("name", "")] = link

        for name, handler in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
            if part := self._part(name):
                parse_xml(part, handler)
        found = {name: self._locate(targets.get(link, "")) for name, link in sheets.items()}
        return {name: path for name, path in found.items() if path}

    def _locate(self, target: str) -> str | None:
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        return self._names.get(path.lower())

    def _styles(self) -> frozenset[str]:
        """Style numbers whose numbers are shown with two decimals."""
        formats = {"2": True, "4": True}
        wanted: list[str] = []
        state = {"inside": False, "count": 0}

        def start(tag: str, attrs: dict[str, str]) -> None:
            tag = tag.rpartition(" ")[2]
            if tag == "numFmt":
                code = attrs.get("formatCode", "")
                formats[attrs.get("numFmtId", "")] = bool(_TWO_DECIMALS.fullmatch(code))
            elif tag == "cellXfs":
                state["inside"] = True
            elif tag == "xf" and state["inside"]:
                if formats.get(attrs.get("numFmtId", "")):
                    wanted.append(str(state["count"]))
                state["count"] += 1

        def end(tag: str) -> None:
            if tag.endswith("cellXfs"):
                state["inside"] = False

        if part := self._part("xl/styles.xml"):
            parse_xml(part, start, end)
        return frozenset(wanted)


class _SheetScan:
    """Handlers for one pass over a sheet part."""

    def __init__(self, two_decimals: frozenset[str]) -> None:
        self.facts, self._two_decimals = Facts(), two_decimals
        self._cell: dict[str, str] = {}
        self._row, self._column = -1, -1
        self._text: list[str] | None = None
        self._has_formula = False
        self._value = ""

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """An element opens."""
        tag = tag.rpartition(" ")[2]
        if tag == "c":
            self._open_cell(attrs)
        elif tag == "v":
            self._text = []
        elif tag == "f":
            self._has_formula = True
        elif tag == "row":
            self._row = int(attrs["r"]) - 1 if "r" in attrs else self._row + 1
            self._column = -1
            if attrs.get("hidden") in _TRUE:
                self.facts.hidden_rows.append(self._row)
        elif tag == "col" and attrs.get("hidden") in _TRUE:
            first, last = int(attrs["min"]) - 1, min(int(attrs["max"]), 200)
            self.facts.hidden_columns.extend(range(first, last))

    def _open_cell(self, attrs: dict[str, str]) -> None:
        self._cell, self._has_formula, self._value = attrs, False, ""
        place = _CELL.fullmatch(attrs.get("r", ""))
        if place:
            self._column = column_number(place.group(1))
            self._row = int(place.group(2)) - 1
        else:
            self._column += 1

    def characters(self, piece: str) -> None:
        """Text of a value."""
        if self._text is not None:
            self._text.append(piece)

    def end(self, tag: str) -> None:
        """An element closes."""
        tag = tag.rpartition(" ")[2]
        if tag == "v":
            self._value = "".join(self._text or ())
            self._text = None
        elif tag == "c":
            self._close_cell()

    def _close_cell(self) -> None:
        kind, at = self._cell.get("t", "n"), (self._row, self._column)
        if kind == "e":
            self.facts.patches[at] = self._value or "#VALUE!"
        elif self._has_formula and not self._value and kind != "str":
            self.facts.patches[at] = NO_VALUE
        elif kind == "n" and self._cell.get("s") in self._two_decimals and "." in self._value:
            shown = f"{float(self._value):.2f}"
            if 1900 <= float(self._value) < 2100 and float(shown) == float(self._value):
                self.facts.patches[at] = shown


def column_number(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
