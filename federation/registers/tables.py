"""Tables of registers: what a cell shows on the page, and as plain text in an export."""

from functools import cache, cached_property
from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _

from federation.registers.templatetags.look import tag
from federation.writing import UNKNOWN

PRECISIONS = {"year": 4, "month": 7}


def partial(day: Any, precision: str = "day") -> str:
    """A date as exactly as it was written: 2021, 2021-03, 2021-03-08, "—" when unknown."""
    if day is None or precision == "unknown":
        return UNKNOWN
    return day.isoformat()[: PRECISIONS.get(precision, 10)]


class RegisterTable(tables.Table):
    """Base of all registers: own markup, empty cells as "—", text columns plain in exports."""

    class Meta:
        template_name = "registers/table.html"
        default = UNKNOWN
        orderable = True


class DateColumn(tables.Column):
    """A day with the precision beside it: ``DateColumn(precision="from_precision")``."""

    def __init__(self, *args: Any, precision: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.precision = precision

    def render(self, value: Any, record: Any) -> str:
        return partial(value, getattr(record, self.precision) if self.precision else "day")

    def value(self, value: Any, record: Any) -> str:
        return self.render(value, record)


class MonthColumn(DateColumn):
    """A day of which pages and exports tell the month, however exactly it is known."""

    def render(self, value: Any, record: Any) -> str:
        return super().render(value, record)[:7]


class MissedColumn(tables.Column):
    """A value that should be there: an amber word where it is not."""

    def __init__(self, *args: Any, missing: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, empty_values=(), **kwargs)
        self.missing = missing

    @cached_property
    def word(self) -> str:
        """What is said where the value is missing, put into Chinese once and not by row."""
        return str(self.missing)

    def render(self, value: Any) -> Any:
        return value or tag("warn", "alert-triangle", self.word)

    def value(self, value: Any) -> str:
        return str(value or "")


@cache
def yes_or_no(value: bool) -> str:
    """是 or 否, put into Chinese once and not by row."""
    return _("是") if value else _("否")


class YesNoColumn(tables.Column):
    """是, 否, or "—" where nobody has said."""

    def render(self, value: Any) -> str:
        return yes_or_no(bool(value))

    def value(self, value: Any) -> str:
        return self.render(value)
