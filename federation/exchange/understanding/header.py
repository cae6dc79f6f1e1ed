"""Finding the header of a sheet: which rows it is, and what each column is called."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from federation.exchange.cleaners.text import as_text, narrow, squash
from federation.exchange.declare import Sheet
from federation.exchange.understanding.matrices import MATRIX, find_count

#: a header is looked for in the first rows that are not blank
ROWS_TO_TRY = 15
MOST_LEVELS = 3
_BRACKETS = re.compile(r"[(\[【{<《][^)\]】}>》]*[)\]】}>》]")
_MARKS = re.compile(r"[\s()\[\]【】{}<>《》、/\\“”\"'‘’:：*·,，.。;；\-—_－|+?？!！=※☆★●#]+")
# 支出/万元, 户数_户: a unit that a mark sets apart, or one of money.
_UNIT_TAIL = re.compile(
    r"([/_:：,，、\s\-—](单位:?)?(亿|万|千)?(元|人次|人|户|个|名|次|组|平方米|平米|㎡|m2|小时)|(亿|万|千)?元)$"
)
_SEQUENCE = frozenset(("序号", "编号", "序", "no", "行号", "顺序号", "顺号", "id", "排序", "序列"))
_LONGEST_HEADING = 40

# How a heading was recognised, the surest first.
HEADING, ALIAS, GROUP, LOOSE = "heading", "alias", "group", "loose"
SIMILAR, PARENT = "similar", "parent"
_RANK = {GROUP: 0, HEADING: 1, ALIAS: 2, LOOSE: 3, SIMILAR: 4, PARENT: 5}

Merges = Sequence[tuple[int, int, int, int]]
F = TypeVar("F", bound=Callable[..., object])
# The checker does not always see that a class can be hashed.
once_per_sheet = cast(Callable[[F], F], cache)


@dataclass(frozen=True)
class Match:
    """One physical column taken for one column of the sheet, and why."""

    key: str
    reason: str

    @property
    def rank(self) -> int:
        """0 is surest."""
        return _RANK[self.reason]


@dataclass
class Header:
    """The header found: 0-based first row, levels, the label path and match of each column."""

    row: int
    levels: int
    paths: list[tuple[str, ...]]
    matches: list[Match | None]

    @property
    def score(self) -> int:
        """How many different columns of the sheet were recognised."""
        return len({match.key for match in self.matches if match})

    @property
    def worth(self) -> tuple[int, int]:
        """More columns recognised is better; with as many, fewer rows: a title is no heading."""
        return self.score, -self.levels

    @property
    def end(self) -> int:
        """The first row of data, 0-based."""
        return self.row + self.levels

    def labels(self) -> list[str]:
        """What each column is called: its lowest heading, on one line."""
        return [path[-1] if path else "" for path in self.paths]


def heading_key(text: str) -> str:
    """How headings are compared: no spaces, no punctuation, lower case."""
    return _MARKS.sub("", squash(text)).lower()


def loose_key(text: str) -> str:
    """``heading_key`` without what stands in brackets."""
    return heading_key(_BRACKETS.sub("", narrow(text)))


def unitless_key(text: str) -> str:
    """``loose_key`` without the unit that a mark at the end sets apart."""
    return heading_key(_UNIT_TAIL.sub("", _BRACKETS.sub("", narrow(text)).strip()))


def is_sequence(label: str) -> bool:
    """A running number: never data, never a key."""
    return heading_key(label) in _SEQUENCE


# Cached by the sheet (a class, which mypy takes for unhashable): a column would hash its heading,
# which is translated anew each time.
@once_per_sheet
def _vocabulary(sheet: Any) -> dict[str, Match]:
    """All headings and aliases of a sheet, in both ways of comparing; the surest meaning wins."""
    known: dict[str, Match] = {}

    def learn(key: str, match: Match) -> None:
        if key and (key not in known or known[key].rank > match.rank):
            known[key] = match

    for column in sheet.columns:
        heading = str(column.heading)
        learn(heading_key(heading), Match(column.key, HEADING))
        learn(loose_key(heading), Match(column.key, LOOSE))
        for alias in column.aliases:
            learn(heading_key(alias), Match(column.key, ALIAS))
            learn(loose_key(alias), Match(column.key, LOOSE))
    return known


@once_per_sheet
def _groups(sheet: Any) -> dict[str, frozenset[str]]:
    return {c.key: frozenset(heading_key(group) for group in c.groups) for c in sheet.columns}


@once_per_sheet
def _patterns(sheet: Any) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((c.key, re.compile(c.pattern)) for c in sheet.columns if c.pattern)


def know(sheet: type[Sheet]) -> None:
    """Make ready what headings are compared with, before the first file comes."""
    for learn in (_vocabulary, _groups, _patterns):
        learn(sheet)


def _similar(label: str, sheet: type[Sheet]) -> Match | None:
    """The column whose pattern a heading fits, when no heading or alias is the same."""
    for text in (heading_key(label), loose_key(label), unitless_key(label)):
        for key, pattern in _patterns(sheet):
            if text and pattern.fullmatch(text):
                return Match(key, SIMILAR)
    return None


def recognise(path: tuple[str, ...], sheet: type[Sheet]) -> Match | None:
    """Which column of the sheet a label path means; None when it is not one of ours."""
    if not path or len(path[-1]) > _LONGEST_HEADING:
        return None
    known = _vocabulary(sheet)
    if sheet.layout == MATRIX:
        return find_count(path, known, heading_key, loose_key)
    leaf, above = path[-1], path[:-1]
    if above:
        joined = known.get(heading_key("".join(path))) or known.get(heading_key(above[-1] + leaf))
        if joined:
            return Match(joined.key, GROUP)
    forms = (heading_key(leaf), loose_key(leaf), unitless_key(leaf))
    match = next(filter(None, map(known.get, forms)), None) or _similar(leaf, sheet)
    if match is None:
        parent = (
            known.get(heading_key(above[-1])) or known.get(loose_key(above[-1])) if above else None
        )
        return Match(parent.key, PARENT) if parent else None
    if above and heading_key(above[-1]) in _groups(sheet)[match.key]:
        return Match(match.key, GROUP)
    return match


def find_header(
    rows: Sequence[Sequence[Any]], sheet: type[Sheet], merges: Merges = ()
) -> Header | None:
    """The most convincing header among the first rows, or None when no heading is ours."""
    best: Header | None = None
    tried = 0
    for row, cells in enumerate(rows):
        if not any(as_text(cell).strip() for cell in cells):
            continue
        tried += 1
        if tried > ROWS_TO_TRY:
            break
        found = header_at(rows, row, sheet, merges)
        if found.score and (best is None or found.worth > best.worth):
            best = found
    return best


def header_at(
    rows: Sequence[Sequence[Any]], row: int, sheet: type[Sheet], merges: Merges = ()
) -> Header:
    """The header that begins at ``row`` (from 0), with as many levels as make most sense."""
    best = _read(rows, row, 1, sheet, merges)
    for levels in range(2, MOST_LEVELS + 1):
        if row + levels > len(rows) or not _may_be_heading(rows[row + levels - 1]):
            break
        found = _read(rows, row, levels, sheet, merges)
        if found.score > best.score:
            best = found
    return best


def _may_be_heading(cells: Sequence[Any]) -> bool:
    filled = [cell for cell in cells if cell not in ("", None)]
    return bool(filled) and all(isinstance(c, str) and len(c) <= _LONGEST_HEADING for c in filled)


def _read(
    rows: Sequence[Sequence[Any]], row: int, levels: int, sheet: type[Sheet], merges: Merges
) -> Header:
    width = max(len(cells) for cells in rows[row : row + levels])
    grid = [_labels(rows[row + level], width) for level in range(levels)]
    if levels > 1:
        _spread(grid, row, merges)
    paths = [_path([line[column] for line in grid]) for column in range(width)]
    return Header(row, levels, paths, [recognise(path, sheet) for path in paths])


def _labels(cells: Sequence[Any], width: int) -> list[str]:
    texts = [squash(as_text(cell)) if isinstance(cell, str) else "" for cell in cells]
    return texts + [""] * (width - len(texts))


def _path(labels: list[str]) -> tuple[str, ...]:
    """The labels from top to bottom; what a vertical merge repeats stands once."""
    path: list[str] = []
    for label in labels:
        if label and (not path or path[-1] != label):
            path.append(label)
    return tuple(path)


def _spread(grid: list[list[str]], row: int, merges: Merges) -> None:
    """Write the heading of a merged range over all columns it spans."""
    inside = [m for m in merges if row <= m[0] < row + len(grid) and m[3] > m[1]]
    for top, left, _, right in inside:
        for column in range(left, min(right + 1, len(grid[0]))):
            grid[top - row][column] = grid[top - row][left]
    if inside:
        return
    for upper, lower in zip(grid, grid[1:], strict=False):
        for column in range(1, len(upper)):
            if not upper[column] and lower[column] and lower[column - 1]:
                upper[column] = upper[column - 1]
