"""Hidden rows, merged cells and error values of an OpenDocument sheet.

A cell whose formula failed holds an empty text, and only shows its error: to calamine it is blank.
"""

import io
import zipfile
from typing import Any

from plain import parse_xml
from xlsx_facts import Facts

_MOST_ROWS = 1_048_576
_MOST_ERRORS = 20_000


class OdsFacts:
    """Reads the facts of all sheets in one pass over content.xml."""

    def __init__(self, data: bytes) -> None:
        self.sheets: dict[str, Facts] = {}
        self._now = Facts()
        self._row, self._column, self._repeat = 0, 0, 1
        self._failed: tuple[int, int] | None = None
        self._text: list[str] = []
        with zipfile.ZipFile(io.BytesIO(data)).open("content.xml") as part:
            parse_xml(part, self._start, self._end, self._characters)

    def of(self, sheet: str) -> Facts:
        """The facts of the sheet called ``sheet``."""
        return self.sheets.get(sheet, Facts())

    def _start(self, tag: str, attrs: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        found = {name.rpartition(" ")[2]: value for name, value in attrs.items()}
        if tag == "table":
            self._now = self.sheets[found.get("name", "")] = Facts(merges=[])
            self._row = self._column = 0
        elif tag == "table-row":
            self._open_row(found)
        elif tag == "table-column":
            times = int(found.get("number-columns-repeated", "1"))
            if found.get("visibility") in ("collapse", "filter") and times < 200:
                self._now.hidden_columns.extend(range(self._column, self._column + times))
            self._column += times
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell(found)

    def _open_row(self, found: dict[str, str]) -> None:
        self._repeat = int(found.get("number-rows-repeated", "1"))
        self._column = 0
        if found.get("visibility") in ("collapse", "filter") and self._repeat < 10_000:
            self._now.hidden_rows.extend(range(self._row, self._row + self._repeat))

    def _cell(self, found: dict[str, str]) -> None:
        down = int(found.get("number-rows-spanned", "1"))
        across = int(found.get("number-columns-spanned", "1"))
        if down * across > 1 and self._now.merges is not None:
            last = (min(self._row + down, _MOST_ROWS) - 1, self._column + across - 1)
            self._now.merges.append((self._row, self._column, *last))
        is_empty = found.get("string-value") == "" and "formula" in found
        if (is_empty or found.get("value-type") == "error") and self._repeat == 1:
            self._failed, self._text = (self._row, self._column), []
        self._column += int(found.get("number-columns-repeated", "1"))

    def _characters(self, piece: str) -> None:
        if self._failed is not None:
            self._text.append(piece)

    def _close_failed(self) -> None:
        """Keep the error that a cell shows; Err:502 and the like are those of one program."""
        shown = "".join(self._text).strip()
        if shown.startswith("Err:"):
            shown = "#VALUE!"
        if self._failed and shown.startswith("#") and len(self._now.patches) < _MOST_ERRORS:
            self._now.patches[self._failed] = shown
        self._failed = None

    def _end(self, tag: str) -> Any:
        if self._failed is not None and tag.rpartition(" ")[2] == "table-cell":
            self._close_failed()
        if tag.rpartition(" ")[2] == "table-row":
            self._row += self._repeat
