"""The sheet that is added: what is to be put right, row by row, with where it stands and why."""

from datetime import date, datetime
from typing import Any

from marking.cells import letters
from marking.splicing import text_of
from marking.styles import DAY, ERROR, HEAD, MOMENT, TEXT, Styles

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
# Spreadsheets believe that 1900 was a leap year: days before March are not what they say.
_EARLIEST = date(1900, 3, 1)


class TaskSheet:
    """The part of the sheet, from what it is to hold.

    ``task``: title, headings, widths, ``rows`` of cells (the last one its stamp), ``bad`` (places
    of cells to be marked, as row and column of ``rows``), ``said`` (how many columns in front only
    tell something), ``texts`` (columns in which whatever is typed stays text).
    """

    def __init__(self, task: dict[str, Any], styles: Styles, *, since_1904: bool) -> None:
        self.task, self.styles, self._since_1904 = task, styles, since_1904
        self._bad = {tuple(place) for place in task["bad"]}
        self._texts = set(task["texts"])

    def part(self, namespace: str) -> bytes:
        """The bytes of the part."""
        head = self.styles.own(TEXT, HEAD, wraps=True)
        titles = [(n, text, head) for n, text in enumerate(self.task["headings"])]
        lines = [
            self._line(1, [self._text(0, 1, self.task["title"], self.styles.own("0"))]),
            self._line(2, [self._text(n, 2, text, style) for n, text, style in titles]),
        ]
        for number, cells in enumerate(self.task["rows"]):
            made = [self._cell(number, column, value) for column, value in enumerate(cells)]
            lines.append(self._line(number + 3, made))
        opening = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{namespace}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/>'
            f"</sheetView></sheetViews><cols>{self._widths()}</cols><sheetData>"
        )
        return b"".join((opening.encode(), *lines, b"</sheetData></worksheet>"))

    def _widths(self) -> str:
        shown = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
            for n, width in enumerate(self.task["widths"], 1)
        )
        stamp = len(self.task["widths"]) + 1
        return shown + f'<col min="{stamp}" max="{stamp}" width="9" hidden="1" customWidth="1"/>'

    @staticmethod
    def _line(number: int, cells: list[bytes]) -> bytes:
        return b'<row r="%d">%b</row>' % (number, b"".join(cells))

    @staticmethod
    def _text(column: int, row: int, text: str, style: int) -> bytes:
        at = f"{letters(column)}{row}".encode()
        body = b'<is><t xml:space="preserve">%b</t></is>' % text_of(text)
        return b'<c r="%b" s="%d" t="inlineStr">%b</c>' % (at, style, body)

    def _cell(self, number: int, column: int, value: Any) -> bytes:
        """One cell. Text is written as text, whatever it begins with."""
        row, look = number + 3, ERROR if (number, column) in self._bad else ""
        if column < self.task["said"]:
            return self._text(column, row, value, self.styles.own(TEXT, look, wraps=True))
        if isinstance(value, date):
            found = self._day(value)
            if found is not None:
                return self._number(column, row, found[0], self.styles.own(found[1], look))
            value = value.isoformat()
        if isinstance(value, int | float):
            shown = TEXT if column in self._texts else "0"
            return self._number(column, row, value, self.styles.own(shown, look))
        style = self.styles.own(TEXT, look)
        if value in ("", None):
            return b'<c r="%b%d" s="%d"/>' % (letters(column).encode(), row, style)
        return self._text(column, row, str(value), style)

    @staticmethod
    def _number(column: int, row: int, value: float, style: int) -> bytes:
        at = f"{letters(column)}{row}".encode()
        if isinstance(value, bool):
            return b'<c r="%b" s="%d" t="b"><v>%d</v></c>' % (at, style, value)
        return b'<c r="%b" s="%d"><v>%b</v></c>' % (at, style, repr(value).encode())

    def _day(self, value: date) -> tuple[float, str] | None:
        """A day as a spreadsheet counts it, with its format; None for one it cannot count."""
        day = value.date() if isinstance(value, datetime) else value
        if day < _EARLIEST:
            return None
        days = (day - date(1899, 12, 30)).days - (1462 if self._since_1904 else 0)
        if days < 0 or not isinstance(value, datetime):
            return (days, DAY) if days >= 0 else None
        seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        return days + seconds / 86_400, MOMENT
