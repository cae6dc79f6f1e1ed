"""Rows of a plan laid out as the table a clerk knows: her headings, her row numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from federation.exchange.declare import Sheet
from federation.exchange.effects import told
from federation.exchange.own_entries import marks_told
from federation.exchange.plans import CHANGES as PLANNED
from federation.exchange.plans import TWO_IN_FILE
from federation.exchange.previews import PlanRow
from federation.exchange.problems import reason_of, seen_text
from federation.exchange.stamps import COMPANION

CHIPS: dict[str, str | Promise] = {
    "rejected": _("要改的"),
    "edited": _("刚改过的"),
    "warned": _("请核对"),
    "new": _("新增"),
    "changed": _("更新"),
    "unchanged": _("无变化"),
    "conflict": _("不一致"),
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
OF_TWO_ROWS = _("与表中另一行冲突，不写入")
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
class CellForm:
    """How a cell is typed anew. ``choices``: labels to select from, none for free text.

    ``value`` stands in the field; a number of a person never does. ``likely``: what was probably
    meant, to be taken with one press; ``offers``: what else may have been; ``can_remember``:
    whether it may be settled for later tables, too; ``is_opened``: it was asked for and gets the
    cursor.
    """

    value: str = ""
    choices: list[str] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)
    likely: str = ""
    can_remember: bool = False
    is_opened: bool = False


@dataclass
class Cell:
    """One cell: what stands in it, and what is wrong with it (``error``) or to be looked at.

    ``key``: its column; ``can_open``: whether it can be typed anew; ``form``: where it is.
    """

    text: str = ""
    error: str = ""
    warning: str = ""
    key: str = ""
    heading: str = ""
    can_open: bool = False
    form: CellForm | None = None


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
    sheet_no: int = 0
    is_edited: bool = False
    is_rejected: bool = False
    #: of a row against which its organisation entered something: "kept" or "adopted"
    own: str = ""

    @property
    def anchor(self) -> str:
        """The id of the row on its page."""
        return f"r-{self.sheet_no}-{self.number}"


@dataclass
class Grid:
    """A table of rows; ``headings`` are those that any of the rows fills or fails in."""

    headings: list[str]
    lines: list[Line]

    @property
    def has_organisations(self) -> bool:
        """Whether any of the rows was placed; rejected rows rarely are."""
        return any(line.organisation for line in self.lines)


def grid_of(rows: list[PlanRow], sheet: type[Sheet], headings: Sequence[str] | None = None) -> Grid:
    """The shown rows as a table; a problem without a cell of its own is a note of its row.

    ``headings``: those of the table into which the rows go, where it stands already.
    """
    names = {column.key: str(column.heading) for column in sheet.columns}
    if "name" in names:
        names[ORGANISATION] = names["name"]
    wanted = {heading for row in rows for heading, _text in row.cells}
    wanted |= {names[p["field"]] for row in rows for p in row.problems if p.get("field") in names}
    every = {str(column.heading): column.key for column in sheet.columns}
    shown = [one for one in every if one in (wanted if headings is None else headings)]
    return Grid(shown, [_line(row, {one: every[one] for one in shown}, names) for row in rows])


def _line(row: PlanRow, keys: dict[str, str], names: dict[str, str]) -> Line:
    cells = {heading: Cell(key=key, heading=heading) for heading, key in keys.items()}
    for heading, text in row.cells:
        if heading in cells:
            cells[heading].text = text
    line = Line(
        row.sheet,
        row.number,
        row.organisation,
        list(cells.values()),
        _treatment(row),
        effects=row.effects,
        sheet_no=row.sheet_no,
        is_edited=row.is_edited,
        is_rejected=row.change == "rejected",
        own=_own(row),
    )
    for problem in row.problems:
        cell = cells.get(names.get(problem.get("field") or "", ""))
        _say(line, cell, reason_of(problem, told), is_error=row.change == "rejected")
    return line


def _own(row: PlanRow) -> str:
    """What becomes of a row against which its organisation entered something."""
    if row.change not in PLANNED or not marks_told(row.problems):
        return ""
    return "kept" if row.change == "conflict" else "adopted"


def _treatment(row: PlanRow) -> str | Promise:
    """What becomes of a row; where another row of the file is in its way no record stays."""
    is_of_two = row.change == "conflict" and any(p["code"] == TWO_IN_FILE for p in row.problems)
    return OF_TWO_ROWS if is_of_two else TREATMENT.get(row.change, _("不导入"))


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
    """The columns of a table that have a heading, a meaning, or something it may be.

    Not the one of ours that says what masked cells stand for: it is nobody's to map.
    """
    looks = part.get("looks", {})
    return [
        guess
        for guess in part["guesses"]
        if guess[1] != COMPANION and (guess[1] or guess[2] or looks.get(guess[0], ["", ()])[1])
    ]


def names_village(part: dict[str, Any]) -> bool:
    """Whether the name or title of a table says which village its rows are about."""
    return any(warning["code"] == "village_from_sheet" for warning in part["warnings"])


def are_columns_known(head: dict[str, Any]) -> bool:
    """Whether nobody need be asked about the columns of a file that was given out here.

    Those of a marked workbook were confirmed before it was; in a template nothing may be unsure.
    """
    used = [part for part in head.get("sheets", []) if part["use"] == "imported"]
    if head.get("is_returned"):
        return bool(used)
    looked_at = [(part, guess) for part in used for guess in labelled(part)]
    return bool(head.get("is_template")) and all(_is_sure(*one) for one in looked_at)


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
        _is_sure(part, guess),
        table,
        gettext("、").join(_sample(key, text) for text in samples),
    )


def _is_sure(part: dict[str, Any], guess: list[Any]) -> bool:
    letter, _label, key, reason = guess
    _samples, may_be = part.get("looks", {}).get(letter, ((), ()))
    return reason in SURE or (key is None and not reason and not may_be)


def _sample(key: str | None, text: str) -> str:
    """A value as the page may show it; whole numbers of columns nobody knows may be personal."""
    shown = seen_text(key or "", text)
    return shown if key else _DIGITS.sub(r"\1****", shown)
