"""Cells of a register, as markup and as text.

The table library asks every function for its signature at every cell; here that is asked once for
a column. What a column reads, renders and links to stays declared in the table.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from html import escape
from inspect import Parameter, signature
from typing import Any

from django.db.models import Field, Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django_tables2 import Column

Reader = Callable[[Any], Any]


def reader_of(accessor: str, model: type[Model] | None) -> Reader:
    """What follows ``accessor`` (``person__phone_masked``) from a record; None where a link breaks.

    A column with choices gives the word, not the code.
    """
    *way, last = str(accessor).split("__")
    for name in way:
        model = _related(model, name)
    words = _words(model, last)

    def read(record: Any) -> Any:
        for name in way:
            record = getattr(record, name, None)
        if record is None:
            return None
        value = getattr(record, last, None)
        if words:
            return words.get(value, value)
        return value() if callable(value) else value

    return read


def _field(model: type[Model] | None, name: str) -> Any:
    return next((f for f in model._meta.get_fields() if f.name == name), None) if model else None


def _related(model: type[Model] | None, name: str) -> type[Model] | None:
    found: Any = getattr(_field(model, name), "related_model", None)
    return found


def _words(model: type[Model] | None, name: str) -> dict[Any, str]:
    """The words of a column's choices by their codes, put into Chinese once and not by row."""
    field = _field(model, name)
    choices = field.flatchoices if isinstance(field, Field) else []
    return {code: str(word) for code, word in choices}


def names_wanted(function: Callable[..., Any]) -> tuple[str, ...] | None:
    """The arguments of ``function`` by name; None when it takes whatever there is."""
    wanted = signature(function).parameters.values()
    if any(one.kind is Parameter.VAR_KEYWORD for one in wanted):
        return None
    return tuple(one.name for one in wanted)


def link(url: str, content: Any, look: str = "") -> SafeString:
    """A link in a cell; ``look`` is its class."""
    opening = f'<a class="{escape(look)}"' if look else "<a"
    return SafeString(f'{opening} href="{escape(url)}">{escaped(content)}</a>')


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
        # Nothing but these two is empty: no record needs to be compared with them.
        self.is_usual = set(self.empty) == {None, ""}
        self.default = None if is_text else bound.default
        self.link = None if is_text or bound.link is None else bound.link.compose_url
        if self.link and bound.link.url and names_wanted(bound.link.url) == ("record",):
            self.link = bound.link.url
        self.given = {"column": column, "bound_column": bound, "table": table}
        # The library's own rendering hands the value back.
        self.is_plain = getattr(self.write, "__func__", None) is Column.render

    def of(self, record: Any) -> Any:
        """The cell of ``record``."""
        value = self.read(record)
        if self._is_empty(value):
            return self.default
        content = value if self.is_plain else self._written(value, record)
        if self.link is None:
            return content
        return link(self.link(record=record), content)

    def _is_empty(self, value: Any) -> bool:
        if self.is_usual:
            return value is None or (isinstance(value, str) and not value)
        return value in self.empty

    def _written(self, value: Any, record: Any) -> Any:
        if self.wanted == ("value",):
            return self.write(value=value)
        if self.wanted == ("record",):
            return self.write(record=record)
        known = {**self.given, "value": value, "record": record}
        if self.wanted is not None:
            known = {name: known[name] for name in self.wanted}
        return self.write(**known)


def cells_of(table: Any, *, is_text: bool = False) -> list[Cell]:
    """The shown columns of ``table``."""
    return [Cell(table, bound, is_text=is_text) for bound in table.columns]


@lru_cache(maxsize=256)
def cells_for(table_class: Any, shown: tuple[str, ...]) -> list[tuple[str, Cell]]:
    """The columns ``shown`` of a table with the markup each begins with; the first stands out.

    Made once for a choice of columns: they are the same for whatever records.
    """
    hidden = [name for name in table_class.base_columns if name not in shown]
    table = table_class([], exclude=hidden)
    return [
        (format_html('<td class="{}">', _looks(table, place)), cell)
        for place, cell in enumerate(cells_of(table))
    ]


def body(cells: list[tuple[str, Cell]], records: Iterable[Any]) -> SafeString:
    """The rows of ``records`` as markup."""
    parts = []
    for record in records:
        parts.append("<tr>")
        for opening, cell in cells:
            parts += (opening, escaped(cell.of(record)), "</td>")
        parts.append("</tr>")
    # Every part is a constant or has been escaped.
    return SafeString("".join(parts))


def escaped(content: Any) -> str:
    """``content`` as markup, as a template would write it; the two usual kinds the short way."""
    kind = type(content)
    if kind is SafeString:
        return str(content)
    return escape(content) if kind is str else conditional_escape(content)


def _looks(table: Any, place: int) -> str:
    own = table.columns[place].attrs["td"].get("class") or ""
    return f"b{own}" if place == 0 else own
