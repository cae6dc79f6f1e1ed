"""A collection as its page shows it: causes with their fields, units by table, files in a list."""

from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from federation.exchange.cellforms import shown_in_field
from federation.exchange.collecting.causes import TOWN_QUESTION, Cause, Value
from federation.exchange.collecting.desk import Desk, asks_of, good_rows
from federation.exchange.collecting.received import (
    MISSING,
    OK,
    TWICE,
    WRONG,
    Line,
    Twice,
    held_back,
    lines_of,
    spots_of,
    twice_of,
    units_of,
)
from federation.exchange.models import Batch
from federation.exchange.offers import PLACE_CODES, Offers, among

SHOWN, MOST_SHOWN, LINES = 12, 300, 60
STATES = (TWICE, WRONG, MISSING, OK)


@dataclass
class Answer:
    """A field for all cells in which the same stands. ``where``: the cell, if it is only one."""

    value: Value
    text: str = ""
    where: str = ""
    choices: list[str] = field(default_factory=list)
    offers: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the field is called."""
        return f"v-{self.value.uid}"

    @property
    def count(self) -> int:
        """How many cells are meant."""
        return len(self.value.cells)

    @property
    def files(self) -> list[int]:
        """In which files, by ordinal."""
        return sorted(self.value.files)


@dataclass
class Card:
    """A cause with its fields; ``hidden``: how many kinds of cells are not shown."""

    cause: Cause
    answers: list[Answer]
    hidden: int
    is_about_towns: bool


@dataclass
class FileLine:
    """One file: what it was taken for and what is in it. ``can_drop``: nothing of it is written;
    ``same_as``: the number under which another table of the same workbook stands, 0 for none."""

    batch: Batch
    title: str
    good: int
    wrong: int
    asks: str
    is_checking: bool
    kinds: list[str]
    can_drop: bool = False
    same_as: int = 0

    @property
    def is_checked(self) -> bool:
        """Whether its rows were counted."""
        return self.batch.state not in (Batch.State.UPLOADED, Batch.State.REFUSED)


class Page:
    """Everything the page of a collection tells."""

    def __init__(self, desk: Desk, asked: str = "", state: str = "", number: Any = 1) -> None:
        self.desk, self.asked, self.number = desk, asked, number
        self.state = state if state in STATES else ""

    @cached_property
    def cards(self) -> list[Card]:
        """What is to be put right."""
        offers = Offers(self.desk.collection)
        return [self._card(cause, offers) for cause in self.desk.causes if cause.count]

    def _card(self, cause: Cause, offers: Offers) -> Card:
        most = MOST_SHOWN if cause.uid == self.asked else SHOWN
        shown = cause.values[:most] if cause.can_type else cause.values[:SHOWN]
        answers = [_answer(cause, value, offers) for value in shown]
        for answer in answers:
            answer.where = self._where(answer)
        is_about_towns = cause.code == TOWN_QUESTION
        return Card(cause, answers, len(cause.values) - len(shown), is_about_towns)

    def _where(self, answer: Answer) -> str:
        # A masked number alone would not tell the clerk whose it is.
        cell = answer.value.first.cell
        if answer.count > 1 or not cell:
            return ""
        return _("{file} 的 {cell} 格").format(file=self.names[answer.files[0]], cell=cell)

    @cached_property
    def names(self) -> dict[int, str]:
        """The names of the files by ordinal."""
        return {batch.ordinal: batch.file_name for batch in self.desk.batches}

    @property
    def fixed(self) -> int:
        """Cells that were answered and are being checked."""
        return sum(cause.fixed for cause in self.desk.causes)

    @property
    def wrong(self) -> int:
        """Rows that stay out as they are."""
        return sum(batch.counts.get("rejected", 0) for batch in self.desk.planned)

    @property
    def good(self) -> int:
        """Rows that can be written."""
        return self.desk.good

    @cached_property
    def to_write(self) -> int:
        """How many of them change something and count, as the result will say."""
        batches, found = self.desk.planned, self.desk.found
        held = {batch.pk: held_back(self.doubled, batch) for batch in batches}
        return sum(
            written
            for batch in batches
            if batch.pk in found
            for unit, (_good, written) in found[batch.pk].rows.items()
            if unit not in held[batch.pk]
        )

    @cached_property
    def doubled(self) -> list[Twice]:
        """What came more than once."""
        return twice_of(self.desk)

    @cached_property
    def looks(self) -> list[tuple[str, str]]:
        """File and what has to be looked at before it is written."""
        found = self.desk.found
        return [
            (batch.file_name, words)
            for batch in self.desk.planned
            if batch.pk in found
            for words in found[batch.pk].looks
        ]

    @cached_property
    def not_taken(self) -> list[tuple[list[str], str]]:
        """In which files tables were left out, and what is said of them; without those that were
        taken as files of their own."""
        known = {(one.file_sha256, one.sheet) for one in self.desk.batches}
        said: dict[str, list[str]] = {}
        for batch in self.desk.known:
            told = self.desk.found.get(batch.pk)
            for one in told.not_taken if told else ():
                if (batch.file_sha256, one.kind) not in known:
                    said.setdefault(one.message, []).append(batch.file_name)
        return [(list(dict.fromkeys(names)), words) for words, names in said.items()]

    @cached_property
    def spots(self) -> Any:
        """(unit, table) → what came in."""
        return spots_of(self.desk)

    @cached_property
    def lines(self) -> list[Line]:
        """All units with their tables."""
        return lines_of(self.desk, self.spots)

    @cached_property
    def matrix(self) -> Any:
        """One page of the units asked for."""
        lines = [one for one in self.lines if not self.state or self.state in one.states]
        return Paginator(lines, LINES).get_page(self.number)

    @property
    def chips(self) -> list[tuple[str, Any, int]]:
        """State, its word and how many units are in it."""
        words = _words()
        # What is missing is not known before all files are read.
        states = [one for one in STATES if one != MISSING or self.desk.knows_missing]
        counts = {one: sum(one in line.states for line in self.lines) for one in states}
        return [(one, words[one], count) for one, count in counts.items() if count]

    @property
    def headings(self) -> list[Any]:
        """The tables of the matrix."""
        return [sheet.title for sheet in self.desk.sheets.values()]

    @cached_property
    def twice(self) -> list[tuple[Twice, str, list[str], list[tuple[int, str]]]]:
        """What came more than once: its table, some of the units, and the files by name."""
        found = self.doubled
        units = units_of(unit for one in found for unit in one.units[:3])
        return [
            (
                one,
                str(self.desk.sheets[one.sheet].title),
                [str(units[unit]) for unit in one.units[:3] if unit in units],
                [(number, self.names.get(number, "")) for number in one.files],
            )
            for one in found
            if one.sheet in self.desk.sheets
        ]

    @property
    def open_twice(self) -> int:
        """How many of them nobody has chosen about."""
        return sum(one[0].chosen is None for one in self.twice)

    @cached_property
    def files(self) -> list[FileLine]:
        """Every file in its order."""
        return [self._file(batch) for batch in self.desk.batches]

    def _file(self, batch: Batch) -> FileLine:
        sheet, counts = self.desk.sheets.get(batch.sheet), batch.counts
        return FileLine(
            batch,
            str(sheet.title) if sheet else "",
            good_rows(batch),
            counts.get("rejected", 0),
            asks_of(batch),
            batch.uid in self.desk.jobs,
            batch.recognised.get("kinds", []),
            batch.state in (Batch.State.UPLOADED, Batch.State.PLANNED),
            self._same_as(batch),
        )

    def _same_as(self, batch: Batch) -> int:
        first = self._first.get(batch.file_sha256, batch.ordinal)
        return first if first != batch.ordinal else 0

    @cached_property
    def _first(self) -> dict[str, int]:
        """The number of the first file with the same content."""
        kept = (one for one in reversed(self.desk.batches) if one.file_sha256)
        return {one.file_sha256: one.ordinal for one in kept}


def _answer(cause: Cause, value: Value, offers: Offers) -> Answer:
    answer, column = Answer(value), cause.column
    if column is None or not value.first.can_type:
        return answer
    answer.text = shown_in_field(column, value.likely)
    answer.choices = offers.options(column)
    if PLACE_CODES.get(cause.code) == cause.key:
        answer.offers = offers.places(cause.key, value.first.text, value.town)
        answer.text = among(answer.offers, answer.text)
    return answer


def _words() -> dict[str, str]:
    return {TWICE: _("重复"), WRONG: _("有要改的"), MISSING: _("缺表"), OK: _("已收齐")}
