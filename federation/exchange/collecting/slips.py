"""The slip a village gets back: what came in about it, what of it is still wrong, in plain words.

It tells of no row but the village's own. Numbers of people are masked for everybody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from federation.exchange.cleaners.text import as_text
from federation.exchange.collecting.causes import Cell
from federation.exchange.collecting.desk import Desk
from federation.exchange.collecting.findings import LONGEST, Fault, LeftRow, WrongRow
from federation.exchange.collecting.received import (
    OK,
    held_back,
    lines_of,
    spots_of,
    twice_of,
)
from federation.exchange.giving.book import StreamingBook, TableSpec
from federation.exchange.models import Batch, RowEdit

#: slips that one page prints, those with something to say first
MOST = 200
# Its sentence names the worksheet of another row, perhaps of another village.
_NAMES_ANOTHER = "duplicate_in_file"


@dataclass
class Wrong:
    """One thing that is still wrong: in which file and cell, what stands there, what to do."""

    file: str
    where: str
    seen: str
    message: str


@dataclass
class Part:
    """What came in in one table. ``files``: by name, or by number for who may not see names."""

    title: str
    good: int
    is_written: bool
    files: list[str]
    wrong: list[Wrong] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_missing(self) -> bool:
        """Whether nothing came."""
        return not self.good and not self.wrong


@dataclass
class Slip:
    """Everything about one village."""

    unit: Any
    parts: list[Part]

    @property
    def count(self) -> int:
        """How many things are wrong."""
        return sum(len(part.wrong) for part in self.parts)

    @property
    def missing(self) -> list[str]:
        """The tables that did not come."""
        return [part.title for part in self.parts if part.is_missing]


def slips_of(desk: Desk, *, only_open: bool) -> list[Slip]:
    """The slips of all villages; ``only_open``: of those for which something is left to do."""
    lines = lines_of(desk, spots_of(desk))
    wanted = [one.unit for one in lines if not only_open or OK not in one.states]
    maker = _Maker(desk, {unit.pk for unit in wanted[:MOST]})
    return [maker.slip(unit) for unit in wanted[:MOST]]


def slip_of(desk: Desk, unit: Any, *, with_names: bool) -> Slip:
    """The slip of one village; ``with_names``: whether files and worksheets may be named."""
    return _Maker(desk, {unit.pk}, with_names=with_names).slip(unit)


class _Maker:
    """Goes through the findings once and keeps what is about the wanted units."""

    def __init__(self, desk: Desk, wanted: set[int], *, with_names: bool = True) -> None:
        self.desk, self.with_names = desk, with_names
        self.parts: dict[tuple[int, str], Part] = {
            (unit, key): Part(str(sheet.title), 0, False, [])
            for unit in wanted
            for key, sheet in desk.sheets.items()
        }
        self.twice = twice_of(desk)
        edits = RowEdit.objects.filter(batch__in=[batch.pk for batch in desk.known])
        self.typed = {Cell(e.batch_id, e.sheet_no, e.row_no, e.key): e for e in edits}
        for batch in desk.known:
            self._take(batch)
        for twice in self.twice:
            for unit in twice.units if twice.chosen is None else ():
                part = self.parts.get((unit, twice.sheet))
                if part is not None:
                    part.notes.append(self._twice_words(twice.files))

    def _take(self, batch: Batch) -> None:
        found, name = self.desk.found.get(batch.pk), self._name(batch)
        held = held_back(self.twice, batch)
        for unit, (good, _written) in found.rows.items() if found else ():
            part = self.parts.get((unit, batch.sheet))
            if part is not None and unit not in held:
                part.good += good
                part.is_written = part.is_written or batch.state == Batch.State.APPLIED
                part.files.append(name)
        for row in found.wrong if found else ():
            part = self.parts.get((row.organisation_id, batch.sheet))
            if part is not None:
                part.wrong += [self._wrong(batch, row, fault) for fault in row.faults]
        for left in found.left if found else ():
            part = self.parts.get((left.organisation_id, batch.sheet))
            # Why nothing of a file counts that another came instead of is told once, not by row.
            if part is not None and left.organisation_id not in held:
                part.good -= 1
                part.wrong.append(Wrong(name, self._line(left), "", left.why))

    def _name(self, batch: Batch) -> str:
        if self.with_names:
            return batch.file_name
        return _("第 {number} 份文件").format(number=batch.ordinal)

    def _wrong(self, batch: Batch, row: WrongRow, fault: Fault) -> Wrong:
        file, message, seen = self._name(batch), fault.message, fault.seen
        edit = self.typed.get(Cell(batch.pk, row.sheet_no, row.number, fault.key))
        if edit is not None and as_text(edit.reveal("value"))[:LONGEST] == fault.text:
            # What was typed at the desk is not what the village wrote.
            words = _("{seen}（收表时改填的，原表里不是这样）")
            seen = words.format(seen=seen or _("（空）"))
        if fault.code == _NAMES_ANOTHER and not self.with_names:
            message = _("与同一份文件里的另一行重复，请只留一行。")
        return Wrong(file, self._line(row, fault.cell), seen, message)

    def _line(self, row: WrongRow | LeftRow, cell: str = "") -> str:
        where = cell or _("第 {row} 行").format(row=row.number)
        if self.with_names:
            return _("工作表“{sheet}” {where}").format(sheet=row.name, where=where)
        return _("第 {number} 张工作表 {where}").format(number=row.sheet_no + 1, where=where)

    def _twice_words(self, files: Iterable[int]) -> str:
        numbers = "、".join(map(str, files))
        words = _("第 {numbers} 份文件都填了这种表，内容只能用一份，请告诉街道（乡镇）用哪一份。")
        return words.format(numbers=numbers)

    def slip(self, unit: Any) -> Slip:
        """The slip of one of the wanted units."""
        return Slip(unit, [self.parts[unit.pk, key] for key in self.desk.sheets])


def book_of(slip: Slip) -> Iterator[bytes]:
    """A slip as a workbook: what came in, and what is wrong, each on a sheet of its own."""
    came = [
        [part.title, state_words(part), part.good, len(part.wrong), "、".join(part.files)]
        for part in slip.parts
    ]
    wrong = [
        [part.title, one.file, one.where, one.seen, one.message]
        for part in slip.parts
        for one in part.wrong
    ]
    wrong += [[part.title, "", "", "", note] for part in slip.parts for note in part.notes]
    received = [_("表"), _("情况"), _("收到的行"), _("要改的"), _("文件")]
    faulty = [_("表"), _("文件"), _("在哪里"), _("现在的内容"), _("哪里不对，怎么改")]
    return iter(
        StreamingBook(
            [
                TableSpec(_("收到的表"), received, came, (24, 12, 12, 12, 48)),
                TableSpec(_("要改的地方"), faulty, wrong, (24, 32, 28, 24, 64)),
            ]
        )
    )


def state_words(part: Part) -> str:
    """Whether a table came, in one word."""
    if part.is_missing:
        return _("没有收到")
    if part.wrong or part.notes:
        return _("有要改的")
    return _("已写入") if part.is_written else _("已收到")
