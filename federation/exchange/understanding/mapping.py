"""From a header to a mapping: which physical column feeds which column of the sheet, and why."""

import hashlib
import re
from collections.abc import Mapping as MappingABC
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from federation.exchange.cleaners.text import as_text, is_blank, squash
from federation.exchange.declare import Sheet
from federation.exchange.stamps import COMPANION
from federation.exchange.understanding.guesses import (
    Alternative,
    Contents,
    column_of,
    is_worth_a_look,
    samples,
)
from federation.exchange.understanding.header import Header, is_sequence
from federation.exchange.understanding.matrices import MATRIX

CONTENT, CHOSEN = "content", "chosen"
_UNIT = re.compile(r"(亿元|万元|千元|元)")
_UNIT_LINE = re.compile(
    r"(?<!填报)(?<!填表)(?<!报送)(?<!所在)(?<!主管)(?:金额|计量|货币)?单位[:：]\s*(.+)"
)
#: a title may end in its unit alone: 经费台账（千元）
_IN_BRACKETS = re.compile(r"[(\[](?:金额)?(?:单位:?)?(?:人民币)?(亿元|万元|千元|元)[)\]]$")
_ID_SHAPE = re.compile(r"\d{17}[\dXx]")
_PHONE_SHAPE = re.compile(r"1[3-9]\d{9}")
_SHAPES = {"id": _ID_SHAPE, "phone": _PHONE_SHAPE}
_SAMPLE = 200


@dataclass(frozen=True)
class Mapping:
    """A mapping somebody chose: column letter -> key of the sheet, None to leave it out."""

    columns: MappingABC[str, str | None]

    def of_table(self, number: int, *, is_below: bool = False) -> "Mapping | None":
        """What was chosen for one table of several; None when nothing was.

        Letters may be told apart by the number of their table ("2!C"); bare ones hold for the
        first table of every worksheet (``is_below``: another one stands above it).
        """
        own = {
            at.partition("!")[2]: key
            for at, key in self.columns.items()
            if at.startswith(f"{number}!")
        }
        if own or is_below or any("!" in at for at in self.columns):
            return Mapping(own) if own else None
        return self


@dataclass
class Guess:
    """What one physical column was taken for. ``key`` None: left out, and the user is told.

    ``samples``: its first values; ``may_be``: what it may be by its content, where it is left out.
    """

    index: int
    letter: str
    label: str
    key: str | None
    reason: str | None = None
    samples: list[str] = field(default_factory=list)
    may_be: list[Alternative] = field(default_factory=list)


@dataclass
class Layout:
    """How the rows of one sheet are to be read. Indexes count from 0."""

    header: Header
    guesses: list[Guess]
    columns: dict[str, int]
    units: dict[str, str] = field(default_factory=dict)
    sequence: list[int] = field(default_factory=list)
    twice: list[Guess] = field(default_factory=list)

    @property
    def ignored(self) -> dict[str, str]:
        """Labelled columns that are not imported: letter -> label."""
        return {
            guess.letter: guess.label
            for guess in self.guesses
            if guess.key is None
            and guess.label not in ("", COMPANION)
            and guess.index not in self.sequence
        }

    def fingerprint(self, sheet: type[Sheet]) -> str:
        """The same for every file with the same headings in the same order."""
        labels = [sheet.key, *self.header.labels()]
        if sheet.layout == MATRIX:
            # The same heading means another count under another group.
            labels = [sheet.key, *("\x1e".join(path) for path in self.header.paths)]
        return hashlib.sha256("\x1f".join(labels).encode()).hexdigest()[:32]

    def letters(self) -> dict[str, str]:
        """Key -> column letter."""
        return {key: letter(index) for key, index in self.columns.items()}


def letter(index: int) -> str:
    """A for 0, Z for 25, AA for 26."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def lay_out(
    header: Header,
    sheet: type[Sheet],
    rows: Sequence[Sequence[Any]],
    chosen: Mapping | None = None,
    contents: Contents | None = None,
) -> Layout:
    """The layout a header suggests, or the one somebody chose; ``rows`` are the sheet's first.

    ``contents`` looks into columns that no heading tells.
    """
    guesses = _guesses(header)
    sequence = [guess.index for guess in guesses if is_sequence(guess.label) and guess.key is None]
    layout = Layout(header, guesses, {}, sequence=sequence)
    data = rows[header.end : header.end + _SAMPLE]
    if chosen is not None:
        _follow(guesses, chosen, sheet)
    else:
        _settle_rivals(layout, header, data)
        _look_at_content(layout, sheet, data)
    if contents is not None:
        _look_further(layout, contents, data, is_chosen=chosen is not None)
    layout.columns = {guess.key: guess.index for guess in guesses if guess.key}
    layout.units = _units(layout, sheet, rows[: header.row])
    return layout


def _guesses(header: Header) -> list[Guess]:
    """What the headings alone suggest, one for every physical column."""
    pairs = enumerate(zip(header.labels(), header.matches, strict=True))
    return [
        Guess(
            index,
            letter(index),
            label,
            match.key if match else None,
            match.reason if match else None,
        )
        for index, (label, match) in pairs
    ]


def _follow(guesses: list[Guess], chosen: Mapping, sheet: type[Sheet]) -> None:
    known = {column.key for column in sheet.columns}
    for guess in guesses:
        if guess.letter in chosen.columns:
            key = chosen.columns[guess.letter]
            guess.key = key if key in known else None
            guess.reason = CHOSEN


def _settle_rivals(layout: Layout, header: Header, rows: Sequence[Sequence[Any]]) -> None:
    """Where two columns want the same key the surer one gets it, the other is left out and told.

    A column in which nothing stands gives way to one in which something does.
    """
    winners: dict[str, Guess] = {}
    claims: dict[str, tuple[bool, int]] = {}
    for guess in layout.guesses:
        match = header.matches[guess.index]
        if match is None:
            continue
        claim = (_is_empty(rows, guess.index), match.rank)
        if match.key not in claims or claim < claims[match.key]:
            winners[match.key], claims[match.key] = guess, claim
    for guess in layout.guesses:
        if guess.key and winners[guess.key] is not guess:
            layout.twice.append(winners[guess.key])
            guess.key = guess.reason = None


def _is_empty(rows: Sequence[Sequence[Any]], index: int) -> bool:
    return not any(index < len(row) and not is_blank(row[index]) for row in rows)


def _look_at_content(layout: Layout, sheet: type[Sheet], rows: Sequence[Sequence[Any]]) -> None:
    """A column without a heading may still be known by what is in it."""
    taken = {guess.key for guess in layout.guesses}
    for column in sheet.columns:
        shape = _SHAPES.get(column.clean.kind)
        if shape is None or column.key in taken:
            continue
        for guess in layout.guesses:
            if guess.key is None and not guess.label and _mostly(rows, guess.index, shape):
                guess.key, guess.reason = column.key, CONTENT
                break


def _look_further(
    layout: Layout, contents: Contents, rows: Sequence[Sequence[Any]], *, is_chosen: bool
) -> None:
    """Columns left out: taken where they have no heading and nothing else fits, else offered."""
    taken = {guess.key for guess in layout.guesses if guess.key}
    looked_at = 0
    for guess in layout.guesses:
        cells = column_of(rows, guess.index)
        guess.samples = samples(cells)
        if guess.key or guess.index in layout.sequence or not is_worth_a_look(looked_at):
            continue
        looked_at += 1
        sure = contents.surely(cells, taken) if not guess.label and not is_chosen else None
        if sure is not None:
            guess.key, guess.reason = sure, CONTENT
            taken.add(sure)
        else:
            guess.may_be = contents.may_be(cells, guess.label, taken)


def _mostly(rows: Sequence[Sequence[Any]], index: int, shape: re.Pattern[str]) -> bool:
    texts = [squash(as_text(row[index])) for row in rows if index < len(row)]
    filled = [text for text in texts if text]
    return len(filled) > 2 and sum(bool(shape.fullmatch(t)) for t in filled) > 0.6 * len(filled)


def _units(layout: Layout, sheet: type[Sheet], above: Sequence[Sequence[Any]]) -> dict[str, str]:
    """The unit of each money column: by its heading, a line above the table, or the sheet."""
    line = unit_line(above)
    units: dict[str, str] = {}
    for column in sheet.columns:
        if column.unit is None or column.key not in layout.columns:
            continue
        path = layout.header.paths[layout.columns[column.key]]
        written = next(filter(None, (_UNIT.search(label) for label in reversed(path))), None)
        units[column.key] = written.group(1) if written else line or column.unit
    return units


def unit_line(rows: Sequence[Sequence[Any]]) -> str | None:
    """The unit of money that a line above the table names, or None."""
    for row in rows:
        for cell in row:
            found = _UNIT_LINE.search(squash(as_text(cell)))
            unit = _UNIT.search(found.group(1)) if found else None
            unit = unit or _IN_BRACKETS.search(squash(as_text(cell)))
            if unit:
                return unit.group(1)
    return None


def is_unit_line(text: str) -> bool:
    """Whether a line above a table tells units: 单位：人、户、万元."""
    return bool(_UNIT_LINE.search(squash(text)))
