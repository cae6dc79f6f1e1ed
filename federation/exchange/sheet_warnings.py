"""What a table says as a whole: totals that are not the sum of its rows, what is hidden in it."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext

from federation.exchange.declare import Sheet
from federation.exchange.problems import sentence
from federation.exchange.reading import SheetStart
from federation.exchange.rows import RowWarning
from federation.exchange.understanding.mapping import Layout
from federation.exchange.understanding.sums import SumCheck

_MOST_TOLD = 20


def hidden_warnings(start: SheetStart, layout: Layout, numbers: Sequence[int]) -> list[RowWarning]:
    """Rows and columns that are read though they are hidden; ``numbers``: the rows that go in."""
    found = []
    rows = tuple(sorted({number for number in numbers if number - 1 in start.hidden_rows}))
    if rows:
        found.append(RowWarning("hidden_rows", sentence("hidden_rows", n=len(rows)), rows=rows))
    hidden = [i for i in start.hidden_columns if i in layout.columns.values()]
    if hidden:
        letters = "、".join(layout.guesses[i].letter for i in hidden)
        found.append(RowWarning("hidden_columns", sentence("hidden_columns", letters=letters)))
    return found


def sum_warnings(
    checks: Sequence[SumCheck], sheet: type[Sheet], letters: dict[str, str]
) -> list[RowWarning]:
    """A warning for each of the first totals that differ, and how many more do.

    ``letters``: key of the sheet -> column letter.
    """
    found = [_warning(check, sheet, letters[check.key]) for check in checks[:_MOST_TOLD]]
    if len(checks) > _MOST_TOLD:
        rows = tuple(sorted({check.row for check in checks[_MOST_TOLD:]}))
        message = sentence("sums_more", n=len(checks) - _MOST_TOLD)
        found.append(RowWarning("sums_more", message, rows=rows))
    return found


def _warning(check: SumCheck, sheet: type[Sheet], letter: str) -> RowWarning:
    column = sheet.column(check.key)
    unit = gettext("元") if column.clean.kind == "money" else ""
    code = "sum_differs"
    if check.rejected and (check.explains or check.unread):
        code = "sum_rejected" if check.explains else "sum_unread"
    message = sentence(
        code,
        label=str(column.heading).partition("（元")[0],
        word=check.label or gettext("合计"),
        cell=f"{letter}{check.row}",
        span=f"{letter}{check.first}:{letter}{check.last}",
        told=_shown(check.told, unit),
        summed=_shown(check.summed, unit),
        gap=_shown(abs(check.told - check.summed), unit),
        rows="、".join(map(str, check.rejected)),
    )
    return RowWarning(code, message, f"{letter}{check.row}", check.key, (check.row,))


def _shown(value: Decimal, unit: str) -> str:
    """12,340 or 12,340.5 元."""
    whole, dot, rest = f"{value:,f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}{dot if rest else ''}{rest}" + (f" {unit}" if unit else "")
