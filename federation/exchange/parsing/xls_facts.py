"""The same facts for the old binary format, and a second reader where the first one gives up."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import xlrd
from xlrd.xldate import xldate_as_datetime
from xlsx_facts import _TWO_DECIMALS, Facts

ERRORS = xlrd.error_text_from_code


class XlsFacts:
    """Facts of a BIFF workbook, by xlrd."""

    def __init__(self, data: bytes) -> None:
        self.book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=True, logfile=_Silence()
        )
        self.from_1904 = self.book.datemode == 1

    def of(self, sheet: str) -> Facts:
        """The facts of the sheet called ``sheet``."""
        facts = Facts()
        if sheet not in self.book.sheet_names():
            return facts
        table = self.book.sheet_by_name(sheet)
        facts.hidden_rows = [row for row, info in table.rowinfo_map.items() if info.hidden]
        facts.hidden_columns = [column for column, info in table.colinfo_map.items() if info.hidden]
        facts.merges = [(r1, c1, r2 - 1, c2 - 1) for r1, r2, c1, c2 in table.merged_cells]
        for row in range(table.nrows):
            self._look_at(table, row, facts)
        return facts

    def _look_at(self, table: Any, row: int, facts: Facts) -> None:
        types = table.row_types(row)
        for column, kind in enumerate(types):
            if kind == xlrd.XL_CELL_ERROR:
                code = table.cell_value(row, column)
                facts.patches[row, column] = ERRORS.get(code, "#VALUE!")
            elif kind == xlrd.XL_CELL_NUMBER:
                value = table.cell_value(row, column)
                if (
                    1900 <= value < 2100
                    and value % 1
                    and self._has_two_decimals(table, row, column)
                ):
                    facts.patches[row, column] = f"{value:.2f}"

    def _has_two_decimals(self, table: Any, row: int, column: int) -> bool:
        style = self.book.xf_list[table.cell_xf_index(row, column)]
        code = self.book.format_map[style.format_key].format_str
        return bool(_TWO_DECIMALS.fullmatch(code))


class _Silence:
    def write(self, text: str) -> None:
        """xlrd complains to a log file; nobody reads it."""


def xls_tables(data: bytes) -> Iterator[tuple[str, str, list[list[Any]]]]:
    """(name, state, rows) of each sheet by xlrd."""
    book = xlrd.open_workbook(
        file_contents=data, logfile=_Silence(), ignore_workbook_corruption=True
    )
    for table in book.sheets():
        state = "visible" if table.visibility == 0 else "hidden"
        yield table.name, state, [_row(book, table, row) for row in range(table.nrows)]


def _row(book: Any, table: Any, row: int) -> list[Any]:
    return [_cell(book, cell) for cell in table.row(row)]


def _cell(book: Any, cell: Any) -> Any:
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return ERRORS.get(cell.value, "#VALUE!")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _as_date(cell.value, book.datemode)
    return cell.value


def _as_date(value: float, datemode: int) -> date | datetime | float:
    try:
        found = xldate_as_datetime(value, datemode)
    except (ValueError, OverflowError):
        return value
    return found if value % 1 else found.date()
