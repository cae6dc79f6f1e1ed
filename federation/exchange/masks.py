"""Masked cells that come back: opened by the companion beside them, where it still fits."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from federation.exchange.cleaners.text import squash
from federation.exchange.declare import Column, Sheet
from federation.exchange.frames import Work
from federation.exchange.stamps import COMPANION, names_in, open_companion
from federation.sealing.masking import mask_id_number, mask_phone

MASKS: Mapping[str, Callable[[str], str]] = {"id": mask_id_number, "phone": mask_phone}


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

    def cells(self, work: Work, column: Column) -> list[Any]:
        """The cells of ``column``, each mask that its companion stands for replaced by it."""
        cells, mask = work.cells[column.key], MASKS.get(column.clean.kind)
        if self.index is None or mask is None or self.index >= len(work.everything):
            return cells
        companions = work.everything[self.index]
        opened = list(cells)
        for position, cell in enumerate(cells):
            if isinstance(cell, str) and "*" in cell and isinstance(companions[position], str):
                number = self._number(work, position, companions[position], column.key)
                if number and mask(number) == squash(cell):
                    opened[position] = number
        return opened

    def _number(self, work: Work, position: int, companion: str, key: str) -> str:
        place = work.placed[position].row
        if place is None:
            return ""
        names = names_in(self.sheet, {key: cells[position] for key, cells in work.cells.items()})
        return open_companion(self.sheet.key, place.code, names, companion).get(key, "")
