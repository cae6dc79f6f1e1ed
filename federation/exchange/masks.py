"""Masked cells that come back: opened by the companion beside them, else by the register itself.

A companion stands for the number it was given out with. Where none does, the record that the row
means by its organisation and names is asked: its number, where the cell is the mask of it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from federation.exchange.cleaners.dates import birth_date
from federation.exchange.cleaners.text import squash
from federation.exchange.declare import Column, Sheet
from federation.exchange.frames import Work
from federation.exchange.holding import Ask, Behind, names_asked, row_of
from federation.exchange.stamps import COMPANION, LONGEST, names_in, open_companion
from federation.sealing.masking import mask_id_number, mask_phone

#: stands for a birth beside a masked ID number, of which it is what the mask hides
BIRTH_MASK = "****"
MASKS: Mapping[str, Callable[[str], str]] = {"id": mask_id_number, "phone": mask_phone}


def _mask_of(column: Column) -> Callable[[str], str] | None:
    if column.clean is birth_date:
        return lambda _birth: BIRTH_MASK
    return MASKS.get(column.clean.kind)


class Companions:
    """The hidden column of a table given out; ``labels``: the headings of the table.

    What it opens is cleaned and compared, but never put into the row: whoever cannot read a number
    does not read it among the cells of a rejected row either. ``ask`` asks the register for rows
    that no companion opens, once a frame.
    """

    def __init__(self, sheet: type[Sheet], labels: Sequence[str], ask: Ask) -> None:
        self.sheet, self.ask = sheet, ask
        self._named_by = names_asked(sheet.key)
        self._numbered = [c.key for c in sheet.columns if c.clean.kind in MASKS]
        self._asked: tuple[Work, dict[int, Mapping[str, str]]] | None = None
        wanted = squash(COMPANION)
        found = (index for index, label in enumerate(labels) if squash(label) == wanted)
        self.index = next(found, None)

    def kept(self, work: Work, position: int) -> dict[str, str]:
        """What stands in the column beside one row, to be kept with the row's other cells."""
        text = self._text(work, position)
        return {COMPANION: text} if 0 < len(text) <= LONGEST else {}

    def laid(self, cells: Mapping[str, Any]) -> dict[int, Any]:
        """Where what ``kept`` gave stands in a row that is checked again."""
        told = cells.get(COMPANION)
        return {self.index: told} if told and self.index is not None else {}

    def cells(self, work: Work, column: Column) -> list[Any]:
        """The cells of ``column``, each mask that its companion stands for replaced by it.

        A withheld birth that nothing stands for is left blank: it tells nothing.
        """
        cells, mask = work.cells[column.key], _mask_of(column)
        if mask is None:
            return cells
        opened = list(cells)
        for position, cell in enumerate(cells):
            if isinstance(cell, str) and "*" in cell:
                written = squash(cell)
                number = self._number(work, position, column.key)
                if number and mask(number) == written:
                    opened[position] = number
                elif column.clean is birth_date and written == BIRTH_MASK:
                    opened[position] = ""
                elif column.key in self._numbered:
                    stored = self._stored(work).get(position, {})
                    opened[position] = stored.get(column.key, cell)
        return opened

    def _stored(self, work: Work) -> dict[int, Mapping[str, str]]:
        """By position the numbers of the register that masked cells of a frame stand for."""
        if self._asked is None or self._asked[0] is not work:
            self._asked = (work, self._ask_for(work) if self._named_by else {})
        return self._asked[1]

    def _ask_for(self, work: Work) -> dict[int, Mapping[str, str]]:
        numbered = {key: work.cells[key] for key in self._numbered if key in work.cells}
        named = {key: work.cells[key] for key in self._named_by if key in work.cells}
        rows = {}
        for position, placed in enumerate(work.placed):
            told = {key: column[position] for key, column in numbered.items()}
            is_masked = any(isinstance(cell, str) and "*" in cell for cell in told.values())
            if is_masked and placed.row is not None:
                names = {key: column[position] for key, column in named.items()}
                rows[position] = row_of(placed.row, names, told)
        behind = Behind(list(rows.values()), self.ask)
        return {position: behind.numbers(row) for position, row in rows.items()}

    def _number(self, work: Work, position: int, key: str) -> str:
        place = work.placed[position].row
        companion = self._text(work, position)
        if place is None or not companion:
            return ""
        names = names_in(self.sheet, {key: cells[position] for key, cells in work.cells.items()})
        return open_companion(self.sheet.key, place.code, names, companion).get(key, "")

    def _text(self, work: Work, position: int) -> str:
        if self.index is None or self.index >= len(work.everything):
            return ""
        companion = work.everything[self.index][position]
        return companion if isinstance(companion, str) else ""
