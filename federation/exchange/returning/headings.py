"""The columns of 只需改这些: the clerk's own, under headings that are read the same way again."""

import re
from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from federation.exchange.declare import Column, Sheet
from federation.exchange.returning.faults import column_of
from federation.exchange.understanding.header import recognise

TOWN, VILLAGE = "town", "name"
#: columns of a place that the name or title of a worksheet may tell -> where the plan keeps it
TOLD = {TOWN: "town", VILLAGE: "village"}
_UNIT = re.compile(r"亿元|万元|千元|元")


def said_headings() -> list[str]:
    """The headings of the columns that only tell something."""
    return [_("在哪一格"), _("为什么要改"), _("现在填的")]


@dataclass
class Heading:
    """One column: what it is (a key of the sheet or a label of hers), and where each worksheet has
    it (number of the worksheet → column from 0). ``unit``: what its heading says of money."""

    ident: str
    text: str
    key: str | None
    is_text: bool = False
    unit: str = ""
    places: dict[int, int] = field(default_factory=dict)


class Headings:
    """The columns of all worksheets that have rows to be handed out, each once.

    ``parts`` are worksheets as the plan keeps them, by number; ``missing`` the keys that rows lack
    altogether: they get a column to be filled in. Of columns without a heading those in ``filled``
    (number of the worksheet, column) are taken; what we told beside a row, once, is not.
    """

    def __init__(
        self,
        parts: dict[int, dict[str, Any]],
        sheet: type[Sheet],
        missing: set[str],
        filled: Set[tuple[int, int]] = frozenset(),
    ) -> None:
        self.filled = filled
        self.sheet, self.parts = sheet, parts
        self.declared = {column.key: column for column in sheet.columns}
        self._texts: set[str] = set()
        self.columns: list[Heading] = []
        self._by_ident: dict[str, Heading] = {}
        for key in TOLD:
            if any(self.told_of(key, number) for number in parts):
                self._of_key(key, "")
        for number, part in parts.items():
            self._take(number, part)
        for column in sheet.columns:
            if column.key in missing and f"key:{column.key}" not in self._by_ident:
                self._of_key(column.key, "")

    def told_of(self, key: str | None, number: int) -> str:
        """The town or village that the name or title of a worksheet tells, for rows that do not."""
        part = self.parts[number]
        if key is None or key not in TOLD or key not in self.declared:
            return ""
        return "" if {key, "code"} & set(part["columns"]) else part.get(TOLD[key], "")

    def _take(self, number: int, part: dict[str, Any]) -> None:
        for letter, label, key, _reason in part["guesses"]:
            is_wanted = label or (number, column_of(letter)) in self.filled
            if key in self.declared:
                heading = self._of_key(key, label, part.get("units", {}).get(key, ""))
            elif not is_wanted or label in said_headings():
                continue
            else:
                heading = self._of_label(label, letter)
            heading.places.setdefault(number, column_of(letter))

    def _of_key(self, key: str, label: str, unit: str = "") -> Heading:
        ident = f"key:{key}"
        if ident not in self._by_ident:
            column = self.declared[key]
            text = self._spoken(column, label)
            told = _UNIT.search(text)
            if unit and not told:
                text = _("{label}（{unit}）").format(label=text, unit=unit)
            is_text = column.is_personal or column.reference
            self._add(Heading(ident, text, key, is_text, told.group() if told else unit))
        return self._by_ident[ident]

    def _of_label(self, label: str, letter: str) -> Heading:
        ident = f"label:{label}" if label else f"letter:{letter}"
        if ident not in self._by_ident:
            self._add(Heading(ident, self._unread(label, letter), None))
        return self._by_ident[ident]

    def _add(self, heading: Heading) -> None:
        self._by_ident[heading.ident] = heading
        self._texts.add(heading.text)
        self.columns.append(heading)

    def _spoken(self, column: Column, label: str) -> str:
        """Her own heading where it alone means this column, else one that does."""
        said = [label, str(column.heading)]
        said += [f"{group}{column.heading}" for group in column.groups]
        for text in (*said, *column.aliases):
            match = recognise((text,), self.sheet) if text else None
            if match is not None and match.key == column.key and text not in self._texts:
                return text
        return str(column.heading)

    def _unread(self, label: str, letter: str) -> str:
        """A heading of a column that was not read, and is not to be read the next time."""
        if not label or recognise((label,), self.sheet) is None:
            return label
        renamed = _("{letter} 列（没有读取）").format(letter=letter)
        return renamed if recognise((renamed,), self.sheet) is None else ""
