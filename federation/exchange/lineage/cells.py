"""From what stays of a batch to addresses: which cells of which worksheet told a field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from federation.exchange.lineage.links import OWNER

#: where a whole table says something: in the name of its worksheet, or above its header
NAMED, TITLED = "name", "title"


@dataclass(frozen=True)
class Cells:
    """Where a value stood: the worksheet, and the cells by column of the sheet in A1 style.

    ``said``: NAMED or TITLED where the worksheet or its title said it for all its rows;
    ``is_typed``: typed anew on the page before it was written.
    """

    worksheet: str
    addresses: Mapping[str, str]
    said: str = ""
    is_typed: bool = False


def cells_of(table: Mapping[str, Any], attname: str, keys: Sequence[str], row: int) -> Cells | None:
    """The cells of ``keys`` in a row of a table; None where no cell tells the field."""
    columns = table.get("columns", {})
    found = {key: cell for key in keys if (cell := _address(table, columns, key, row))}
    said = _said(table) if attname == OWNER else ""
    is_typed = any(number == row and key in keys for number, key in table.get("typed", ()))
    return Cells(table.get("name", ""), found, said, is_typed) if found or said else None


def _address(
    table: Mapping[str, Any], columns: Mapping[str, str], key: str, row: int
) -> str | None:
    if table.get("layout") == "form":
        told = table.get("addresses", ())
        return next((cell for number, one, cell in told if (number, one) == (row, key)), None)
    if key not in columns:
        return None
    return f"{columns[key]}{_source(table.get('filled', {}).get(key, ()), row)}"


def _source(spans: Sequence[Sequence[int]], row: int) -> int:
    """The row that a cell stands for: a merged cell has its value in its first row, 同上 above."""
    for first, last, source in spans:
        if first <= row <= last:
            return source
    return row


def _said(table: Mapping[str, Any]) -> str:
    """What said whose the rows are, where their cells do not."""
    stems = {place[:2] for name in ("village", "town") if (place := table.get(name, ""))}
    if not stems:
        return ""
    return NAMED if any(stem in table.get("name", "") for stem in stems) else TITLED
