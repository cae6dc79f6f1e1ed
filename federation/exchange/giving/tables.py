"""Records as the cells of a sheet: numbers opened or masked, references named."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from federation.access.scope import Scope
from federation.exchange.cleaners.dates import birth_date
from federation.exchange.declare import Column, Sheet
from federation.exchange.giving.book import TableSpec
from federation.exchange.giving.givers import GivenRow, SealedCell, Unit
from federation.exchange.masks import BIRTH_MASK
from federation.exchange.stamps import COMPANION, names_in, seal_companion

SECRET = ("id", "phone")
NUMBERS = ("integer", "money", "decimal")
NOBODY = Scope()
WIDTHS = {"id": 22, "phone": 16, "reference": 16, "name": 12, "boolean": 10, "integer": 10}
HELP: Mapping[str, str | Promise] = {
    "id": _("18 位身份证号"),
    "phone": _("11 位手机号，或“区号-号码”"),
    "name": _("只填姓名"),
    "date": _("写成 2021-03-08，只知道年月的写成 2021-03"),
    "integer": _("整数"),
    "money": _("数字，单位是元"),
    "decimal": _("数字"),
    "boolean": _("填“是”或“否”，不清楚的留空"),
    "option": _("从下拉列表中选"),
    "reference": _("与系统中的代码、名称一致"),
    "text": _("文字"),
}
EXAMPLES = {"date": "2021-03-08", "integer": "12", "money": "5000", "decimal": "60.5"}


def has_secrets(sheet: type[Sheet]) -> bool:
    """Whether cells of the table may have to be masked."""
    return any(column.clean.kind in SECRET for column in sheet.columns)


def given_table(
    sheet: type[Sheet],
    rows: Iterable[GivenRow],
    units: Mapping[int, Unit],
    *,
    sensitive: Scope = NOBODY,
    choices: Mapping[int, str] | None = None,
    footer: str = "",
) -> TableSpec:
    """The table as one sheet of a workbook.

    Numbers are whole where ``sensitive`` lets people be seen, else masks with a sealed companion.
    """
    headings = [str(column.heading) for column in sheet.columns]
    hidden: frozenset[int] = frozenset()
    if has_secrets(sheet):
        hidden = frozenset({len(headings)})
        headings.append(COMPANION)
    return TableSpec(
        str(sheet.title),
        headings,
        (_cells(sheet, row, units[row.organisation_id], sensitive) for row in rows),
        widths=[width_of(column) for column in sheet.columns],
        as_text=frozenset(
            n for n, column in enumerate(sheet.columns) if column.clean.kind not in NUMBERS
        ),
        choices=choices,
        required=frozenset(n for n, column in enumerate(sheet.columns) if is_needed(column, sheet)),
        hidden_columns=hidden,
        footer=footer,
    )


def _cells(sheet: type[Sheet], row: GivenRow, unit: Unit, sensitive: Scope) -> list[Any]:
    told = {**row.values, "code": unit.code, "town": unit.town, "name": unit.name}
    secrets: dict[str, str] = {}
    written: dict[str, Any] = {}
    for column in sheet.columns:
        value = told.get(column.key)
        if isinstance(value, SealedCell):
            number = value.opened()
            if not sensitive.covers_people(unit.path):
                secrets[column.key], number = number, value.mask
            written[column.key] = number
        else:
            written[column.key] = None if value is None else column.clean.written(value)
    if any(sheet.column(key).clean.kind == "id" for key in secrets):
        # What the mask of an ID number hides is the day of birth.
        births = [c.key for c in sheet.columns if c.clean is birth_date and written[c.key]]
        secrets |= {key: told[key].iso() for key in births}
        written |= dict.fromkeys(births, BIRTH_MASK)
    cells = list(written.values())
    if has_secrets(sheet):
        names = names_in(sheet, written)
        cells.append(seal_companion(sheet.key, unit.code, names, secrets) if secrets else None)
    return cells


def is_needed(column: Column, sheet: type[Sheet]) -> bool:
    """Whether a row cannot do without the column: required, or the only one of what is needed."""
    return column.required or (column.key,) in sheet.needs


def width_of(column: Column) -> int:
    """How wide the column is, in characters."""
    return column.width or WIDTHS.get(column.clean.kind, 18)


def options_table(
    sheet: type[Sheet], lists: Mapping[str, Sequence[str]], name: str
) -> tuple[list[str], list[list[str]], dict[int, str]]:
    """Headings and rows of the sheet of options, and the range of each column with a list."""
    offered = {n: c.clean.choices(lists) for n, c in enumerate(sheet.columns)}
    offered = {n: labels for n, labels in offered.items() if labels}
    headings = [str(sheet.columns[n].heading) for n in offered]
    longest = max(map(len, offered.values()), default=0)
    rows = [
        [labels[line] if line < len(labels) else "" for labels in offered.values()]
        for line in range(longest)
    ]
    ranges = {
        n: f"'{name}'!${_letter(at)}$2:${_letter(at)}${len(labels) + 1}"
        for at, (n, labels) in enumerate(offered.items())
    }
    return headings, rows, ranges


def _letter(index: int) -> str:
    first, last = divmod(index, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def hints(sheet: type[Sheet], lists: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """How every column is filled in: heading, whether it must be, how, an example, the options."""
    for column in sheet.columns:
        kind, labels = column.clean.kind, column.clean.choices(lists)
        yield [
            str(column.heading),
            str(_("必填")) if is_needed(column, sheet) else "",
            str(column.help or HELP.get(kind, HELP["text"])),
            column.example or EXAMPLES.get(kind, "") or (labels[0] if labels else ""),
            "、".join(labels),
        ]
