"""Everything that is wrong in the files of a collection, by cause and by what stands in the cells.

Equal cells are put right together: what is answered once holds for all of them, in all files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.crypto import salted_hmac

from federation.exchange.collecting.findings import Fault, Findings, WrongRow
from federation.exchange.declare import Column, Sheet
from federation.exchange.models import Batch
from federation.exchange.offers import OPTION_CODE, PLACE_CODES
from federation.exchange.settling import PLACE_FAULTS, is_rememberable

#: rows that name a town and no village: one answer settles whether the town itself is meant
TOWN_QUESTION = "town_question"


class Cell(NamedTuple):
    """Where a wrong cell is."""

    batch: int
    sheet_no: int
    row_no: int
    key: str


@dataclass
class Value:
    """Cells with the same fault in which the same stands. ``uid`` tells nothing of it."""

    uid: str
    first: Fault
    town: str
    cells: list[Cell] = field(default_factory=list)
    files: set[int] = field(default_factory=set)

    @property
    def likely(self) -> str:
        """What was probably meant; perhaps personal."""
        return self.first.likely


@dataclass
class Cause:
    """One thing that is wrong with one column, wherever it stands.

    ``values``: what stands in the cells, the most frequent first; ``fixed``: cells that were
    answered and are being checked.
    """

    key: str
    code: str
    column: Column | None
    values: list[Value] = field(default_factory=list)
    fixed: int = 0

    @property
    def uid(self) -> str:
        """How the cause is called in addresses."""
        return f"{self.key or 'row'}-{self.code}"

    @property
    def count(self) -> int:
        """How many cells are wrong."""
        return sum(len(value.cells) for value in self.values)

    @property
    def message(self) -> str:
        """What is wrong, as of the most frequent cell."""
        return self.values[0].first.message if self.values else ""

    @property
    def has_one_message(self) -> bool:
        """Whether the same is said of all cells."""
        return len({value.first.message for value in self.values}) <= 1

    @property
    def likely(self) -> int:
        """How many of them are known what they were probably meant to be."""
        return sum(len(v.cells) for v in self.values if v.likely and v.first.can_type)

    @property
    def can_type(self) -> bool:
        """Whether anything can be put in the place of some of them."""
        return any(value.first.can_type for value in self.values)

    @property
    def can_blank(self) -> bool:
        """Whether they can be left blank without the row being wrong again."""
        column = self.column
        own = column is not None and not column.required and not column.reference
        return own and self.code != "required" and self.can_type

    @property
    def can_remember(self) -> bool:
        """Whether an answer can hold for later tables too."""
        is_word = self.code == OPTION_CODE or PLACE_FAULTS.get(self.code) == self.key
        return is_word and self.column is not None and is_rememberable(self.column)


def causes_of(
    batches: Iterable[Batch],
    found: Mapping[int, Findings],
    sheets: Mapping[str, type[Sheet]],
    typed: set[Cell],
) -> list[Cause]:
    """All causes, the most frequent first. ``typed``: cells answered that are not checked yet."""
    causes: dict[tuple[str, str], Cause] = {}
    values: dict[tuple[str, ...], Value] = {}
    for batch in batches:
        told, sheet = found.get(batch.pk), sheets.get(batch.sheet)
        for row in told.wrong if told and sheet else ():
            for fault in row.faults:
                _take(batch, sheet, row, fault, causes, values, typed)
    whole = [cause for cause in causes.values() if cause.values or cause.fixed]
    for cause in whole:
        cause.values.sort(key=lambda value: (-len(value.cells), value.uid))
    return sorted(whole, key=lambda cause: (not cause.can_type, -cause.count, cause.uid))


def _take(
    batch: Batch,
    sheet: type[Sheet] | None,
    row: WrongRow,
    fault: Fault,
    causes: dict[tuple[str, str], Cause],
    values: dict[tuple[str, ...], Value],
    typed: set[Cell],
) -> None:
    code = TOWN_QUESTION if _asks_about_town(batch, sheet, row, fault) else fault.code
    cause = causes.get((fault.key, code))
    if cause is None:
        cause = causes[fault.key, code] = Cause(fault.key, code, _column(sheet, fault.key))
    cell = Cell(batch.pk, row.sheet_no, row.number, fault.key)
    if cell in typed:
        cause.fixed += 1
        return
    town = row.town if fault.code in PLACE_CODES else ""
    group = (fault.key, code, fault.text, town, fault.likely, str(fault.can_type))
    value = values.get(group)
    if value is None:
        uid = salted_hmac("exchange.collecting.causes", repr(group)).hexdigest()[:20]
        value = values[group] = Value(uid, fault, town)
        cause.values.append(value)
    value.cells.append(cell)
    value.files.add(batch.ordinal)


def _asks_about_town(batch: Batch, sheet: type[Sheet] | None, row: WrongRow, fault: Fault) -> bool:
    is_only = len(row.faults) == 1 and (fault.key, fault.code) == ("name", "required")
    hinted = sheet is not None and bool(sheet.town_hint)
    return is_only and bool(row.town) and hinted and not batch.is_about_towns


def _column(sheet: type[Sheet] | None, key: str) -> Column | None:
    columns: Iterable[Any] = sheet.columns if sheet is not None else ()
    return next((column for column in columns if column.key == key), None)
