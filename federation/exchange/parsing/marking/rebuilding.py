"""A workbook of Excel made anew from the cells that were read: for formats of other kinds."""

import io
import math
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgpack
import xlsxwriter

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
_LONGEST = 32_767
_MOST_MERGES = 2_000

Range = tuple[int, int, int, int]


def rebuilt(events: Iterable[dict[str, Any]], names: dict[str, str]) -> bytes:
    """The sheets and cells of ``events`` (see ``child``); ``names``: what sheets are called now."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        writer = _Writer(book, names)
        for event in events:
            writer.take(event)
    return target.getvalue()


class _Writer:
    """Writes event by event."""

    def __init__(self, book: Any, names: dict[str, str]) -> None:
        self.book, self.names = book, names
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.sheet: Any = None
        self.row = 0

    def take(self, event: dict[str, Any]) -> None:
        """Open a sheet or write its next rows."""
        if event["k"] == "sheet":
            self._open(event)
        elif event["k"] == "rows":
            for cells in zip(*event["columns"], strict=True):
                for column, value in enumerate(cells):
                    self._write(column, value)
                self.row += 1
            if not event["columns"]:
                self.row += event["n"]

    def _open(self, event: dict[str, Any]) -> None:
        self.sheet = self.book.add_worksheet(self.names.get(event["name"], event["name"]))
        self.row = 0
        if event["state"] != "visible":
            self.sheet.hide()
        for row in event["hidden_rows"]:
            self.sheet.set_row(row, None, None, {"hidden": True})
        for column in event["hidden_columns"]:
            self.sheet.set_column(column, column, None, None, {"hidden": True})
        # Not merge_range: it would blank the cells below the first.
        self.sheet.merge = [list(found) for found in _apart(event["merges"])]

    def _write(self, column: int, value: Any) -> None:
        if value in ("", None):
            return
        if isinstance(value, msgpack.ExtType):  # a formula without a result is no blank cell
            value = "#VALUE!"
        if isinstance(value, bool):
            self.sheet.write_boolean(self.row, column, value)
        elif isinstance(value, int | float) and math.isfinite(value):
            self.sheet.write_number(self.row, column, value)
        elif isinstance(value, date) and value.year >= 1901:
            shown = self.moment if isinstance(value, datetime) else self.day
            self.sheet.write_datetime(self.row, column, value, shown)
        else:
            self.sheet.write_string(self.row, column, str(value)[:_LONGEST])


def _apart(merges: Iterable[Any]) -> list[Range]:
    """Merged ranges that do not overlap: Excel takes a workbook with others for damaged."""
    kept: list[Range] = []
    for top, left, bottom, right in list(merges)[:_MOST_MERGES]:
        meets = any(t <= bottom and top <= b and c <= right and left <= d for t, c, b, d in kept)
        if not meets and (top, left) != (bottom, right):
            kept.append((top, left, bottom, right))
    return kept
