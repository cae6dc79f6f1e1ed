"""Cells of a register, as markup and as text.

The table library asks every function for its signature at every cell; here that is asked once for
a column. What a column reads, renders and links to stays declared in the table.
"""

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any

from django.db.models import Field, Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django_tables2 import Column

Reader = Callable[[Any], Any]
# Safe texts put together stay safe.
ROW, CLOSED = SafeString(""), SafeString("</td>")


def reader_of(accessor: str, model: type[Model] | None) -> Reader:
    """What follows ``accessor`` (``person__phone_masked``) from a record; None where a link breaks.

    A column with choices gives the word, not the code.
    """
    *way, last = str(accessor).split("__")
    for name in way:
        model = _related(model, name)
    display = f"get_{last}_display" if _has_choices(model, last) else ""

    def read(record: Any) -> Any:
        for name in way:
            record = getattr(record, name, None)
        if record is None:
            return None
        value = getattr(record, display or last, None)
        return value() if callable(value) else value

    return read


def _field(model: type[Model] | None, name: str) -> Any:
    return next((f for f in model._meta.get_fields() if f.name == name), None) if model else None


def _related(model: type[Model] | None, name: str) -> type[Model] | None:
    found: Any = getattr(_field(model, name), "related_model", None)
    return found


def _has_choices(model: type[Model] | None, name: str) -> bool:
    field = _field(model, name)
    return isinstance(field, Field) and bool(field.choices)


def names_wanted(function: Callable[..., Any]) -> tuple[str, ...] | None:
    """The arguments of ``function`` by name; None when it takes whatever there is."""
    wanted = signature(function).parameters.values()
    if any(one.kind is Parameter.VAR_KEYWORD for one in wanted):
        return None
    return tuple(one.name for one in wanted)


class Cell:
    """One column of a table, ready for any number of records."""

    def __init__(self, table: Any, bound: Any, *, is_text: bool) -> None:
        column = bound.column
        self.write = bound.value if is_text else bound.render
        if self.write == column.value and type(column).value is Column.value:
            # The library's own value() only asks render() again.
            self.write = column.render
        self.wanted = names_wanted(self.write)
        self.read = reader_of(bound.accessor, table._meta.model)
        self.empty = column.empty_values
        self.default = None if is_text else bound.default
        self.link = None if is_text or bound.link is None else bound.link.compose_url
        if self.link and bound.link.url and names_wanted(bound.link.url) == ("record",):
            self.link = bound.link.url
        self.given = {"column": column, "bound_column": bound, "table": table}

    def of(self, record: Any) -> Any:
        """The cell of ``record``."""
        value = self.read(record)
        if value in self.empty:
            return self.default
        known = {**self.given, "value": value, "record": record}
        if self.wanted is not None:
            known = {name: known[name] for name in self.wanted}
        content = self.write(**known)
        if self.link is None:
            return content
        return format_html('<a href="{}">{}</a>', self.link(record=record), content)


def cells_of(table: Any, *, is_text: bool = False) -> list[Cell]:
    """The shown columns of ``table``."""
    return [Cell(table, bound, is_text=is_text) for bound in table.columns]


def body(table: Any, records: list[Any]) -> SafeString:
    """The rows of ``records`` as markup; the first column stands out."""
    cells = cells_of(table)
    openings = [format_html('<td class="{}">', _looks(table, place)) for place in range(len(cells))]
    found = ROW
    for record in records:
        row = ROW
        for opening, cell in zip(openings, cells, strict=True):
            row += opening + conditional_escape(cell.of(record)) + CLOSED
        found += format_html("<tr>{}</tr>", row)
    return found


def _looks(table: Any, place: int) -> str:
    own = table.columns[place].attrs["td"].get("class") or ""
    return f"b{own}" if place == 0 else own
