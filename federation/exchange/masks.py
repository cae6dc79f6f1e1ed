"""Masked cells that come back: opened by the companion beside them, where it still fits."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from federation.exchange.cleaners.dates import birth_date
from federation.exchange.cleaners.text import squash
from federation.exchange.declare import Column, Sheet
from federation.exchange.frames import Work
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
    does not read it among the cells of a rejected row either.
    """

    def __init__(self, sheet: type[Sheet], labels: Sequence[str]) -> None:
        self.sheet = sheet
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
        return opened

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
