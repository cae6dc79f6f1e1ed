"""Hidden rows and merged cells of an OpenDocument sheet."""

import io
import zipfile
from typing import Any

from plain import parse_xml
from xlsx_facts import Facts

_MOST_ROWS = 1_048_576


class OdsFacts:
    """Reads the facts of all sheets in one pass over content.xml."""

    def __init__(self, data: bytes) -> None:
        self.sheets: dict[str, Facts] = {}
        self._now = Facts()
        self._row, self._column, self._repeat = 0, 0, 1
        with zipfile.ZipFile(io.BytesIO(data)).open("content.xml") as part:
            parse_xml(part, self._start, self._end)

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
        self._column += int(found.get("number-columns-repeated", "1"))

    def _end(self, tag: str) -> Any:
        if tag.rpartition(" ")[2] == "table-row":
            self._row += self._repeat
