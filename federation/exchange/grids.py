"""Rows of a plan laid out as the table a clerk knows: her headings, her row numbers."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from federation.exchange.declare import Sheet
from federation.exchange.previews import PlanRow, told
from federation.exchange.problems import likely_words, seen_text

CHIPS: dict[str, str | Promise] = {
    "rejected": _("要改的"),
    "warned": _("请核对"),
    "new": _("新增"),
    "changed": _("更新"),
    "unchanged": _("无变化"),
    "conflict": _("与已有记录不同"),
    "duplicate": _("重复"),
    "skipped": _("跳过"),
    "stale": _("检查后又有改动"),
}
TREATMENT: dict[str, str | Promise] = {
    "rejected": _("暂不导入"),
    "new": _("新增"),
    "changed": _("更新"),
    "unchanged": _("无变化"),
    "conflict": _("保留已有记录"),
    "duplicate": _("不重复写入"),
}
REASONS: dict[str, str | Promise] = {
    "heading": _("表头相同"),
    "alias": _("表头是常见叫法"),
    "group": _("表头和上一行大标题相符"),
    "loose": _("表头相近"),
    "parent": _("按上一行大标题判断"),
    "content": _("内容符合规则"),
    "chosen": _("按选定的对应"),
}
ORGANISATION = "org_code"
#: a long number in a column that is not taken for anything may be somebody's
_DIGITS = re.compile(r"(\d{3})\d{4,}[\dXx]?")
SURE = ("heading", "alias", "group", "content", "chosen")


@dataclass
class Cell:
    """One cell: what stands in it, and what is wrong with it (``error``) or to be looked at."""

    text: str = ""
    error: str = ""
    warning: str = ""


@dataclass
class Line:
    """One row: where it stands, its cells in the order of the headings, what happens to it."""

    sheet: str
    number: int
    organisation: str
    cells: list[Cell]
    treatment: str | Promise
    notes: list[str] = field(default_factory=list)
    effects: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Grid:
    """A table of rows; ``headings`` are those that any of the rows fills or fails in."""

    headings: list[str]
    lines: list[Line]

    @property
    def has_organisations(self) -> bool:
        """Whether any of the rows was placed; rejected rows rarely are."""
        return any(line.organisation for line in self.lines)


def grid_of(rows: list[PlanRow], sheet: type[Sheet]) -> Grid:
    """The shown rows as a table; a problem without a cell of its own is a note of its row."""
    names = {column.key: str(column.heading) for column in sheet.columns}
    if "name" in names:
        names[ORGANISATION] = names["name"]
    wanted = {heading for row in rows for heading, _text in row.cells}
    wanted |= {names[p["field"]] for row in rows for p in row.problems if p.get("field") in names}
    headings = [
        heading
        for heading in dict.fromkeys(str(column.heading) for column in sheet.columns)
        if heading in wanted
    ]
    return Grid(headings, [_line(row, headings, names) for row in rows])


def _line(row: PlanRow, headings: list[str], names: dict[str, str]) -> Line:
    cells = {heading: Cell() for heading in headings}
    for heading, text in row.cells:
        cells[heading].text = text
    line = Line(
        row.sheet,
        row.number,
        row.organisation,
        list(cells.values()),
        TREATMENT.get(row.change, _("不导入")),
        effects=row.effects,
    )
    for problem in row.problems:
        cell = cells.get(names.get(problem.get("field") or "", ""))
        _say(line, cell, _words(problem), is_error=row.change == "rejected")
    return line


def _words(problem: dict[str, Any]) -> str:
    """The sentence, and what was probably meant where the sentence does not say it itself."""
    likely = problem.get("likely", {}).get("text", "")
    message: str = problem["message"]
    if not likely or f"“{likely}”" in message:
        return message
    return f"{message}{likely_words(told(problem['field'], likely))}"


def _say(line: Line, cell: Cell | None, message: str, *, is_error: bool) -> None:
    if cell is None:
        line.notes.append(message)
    elif is_error:
        cell.error = " ".join(filter(None, (cell.error, message)))
    else:
        cell.warning = " ".join(filter(None, (cell.warning, message)))


@dataclass(frozen=True)
class ColumnLine:
    """One column of the workbook on the mapping page; ``table`` stands before the first of each."""

    letter: str
    label: str
    field: Any
    reason: str | Promise
    is_sure: bool
    table: str = ""
    samples: str = ""


def labelled(part: dict[str, Any]) -> list[list[Any]]:
    """The columns of a table that have a heading, a meaning, or something it may be."""
    looks = part.get("looks", {})
    return [
        guess
        for guess in part["guesses"]
        if guess[1] or guess[2] or looks.get(guess[0], ["", ()])[1]
    ]


def names_village(part: dict[str, Any]) -> bool:
    """Whether the name or title of a table says which village its rows are about."""
    return any(warning["code"] == "village_from_sheet" for warning in part["warnings"])


def column_lines(form: Any, tables: dict[int, dict[str, Any]]) -> list[ColumnLine]:
    """The columns of the mapping form, each with why it was taken for what it is."""
    lines = []
    for number, guesses in form.tables.items():
        part = tables[number]
        title = _table_name(part) if len(tables) > 1 else ""
        for position, guess in enumerate(guesses):
            field = form[form.field_name(number, guess[0])]
            lines.append(_column_line(form.sheet, part, guess, field, "" if position else title))
    return lines


def _table_name(part: dict[str, Any]) -> str:
    return gettext("工作表“{name}”，表头在第 {row} 行").format(
        name=part["name"], row=next(iter(part["header_rows"]), 1)
    )


def _column_line(
    sheet: type[Sheet], part: dict[str, Any], guess: list[Any], field: Any, table: str
) -> ColumnLine:
    letter, label, key, reason = guess
    samples, may_be = part.get("looks", {}).get(letter, ((), ()))
    words = REASONS.get(reason or "", _("表头没有对应项"))
    if may_be and key is None:
        headings = gettext("”或“").join(str(sheet.column(one).heading) for one in may_be)
        words = gettext("可能是“{headings}”").format(headings=headings)
    return ColumnLine(
        letter,
        label,
        field,
        words,
        reason in SURE or (key is None and not reason and not may_be),
        table,
        gettext("、").join(_sample(key, text) for text in samples),
    )


def _sample(key: str | None, text: str) -> str:
    """A value as the page may show it; whole numbers of columns nobody knows may be personal."""
    shown = seen_text(key or "", text)
    return shown if key else _DIGITS.sub(r"\1****", shown)
