"""The cells of a whole worksheet, a merged range standing as one of them."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from federation.exchange.reading import Frame
from federation.exchange.understanding.mapping import letter

#: cells that merged ranges may cover in all: beyond it a file is no page that people fill in
_MOST_MERGED = 200_000


class Box(NamedTuple):
    """A cell or merged range, counted from 0; ``text`` where only a part of it is meant."""

    top: int
    left: int
    bottom: int
    right: int
    text: str | None = None

    @property
    def address(self) -> str:
        """The A1 address of its first cell."""
        return f"{letter(self.left)}{self.top + 1}"


class Cells:
    """Cells by row and column, counted from 0."""

    def __init__(self, merges: Sequence[tuple[int, int, int, int]]) -> None:
        self.rows: list[list[Any]] = []
        self._merged: dict[tuple[int, int], Box] = {}
        self._starts: set[int] = set()
        self._spread(merges)

    def _spread(self, merges: Sequence[tuple[int, int, int, int]]) -> None:
        left = _MOST_MERGED
        for top, first, bottom, last in merges:
            left -= (bottom - top + 1) * (last - first + 1)
            if left < 0:
                return
            box = Box(top, first, bottom, last)
            for row in range(top, bottom + 1):
                for column in range(first, last + 1):
                    self._merged[row, column] = box

    def add(self, frame: Frame) -> None:
        """Add the rows of a frame."""
        columns = frame.columns
        self.rows += [
            list(row) for row in (zip(*columns, strict=True) if columns else [()] * frame.count)
        ]

    @property
    def height(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def box(self, row: int, column: int) -> Box | None:
        """The cell or merged range at a place; None beyond the worksheet."""
        if row >= self.height or column >= len(self.rows[row]):
            return None
        return self._merged.get((row, column)) or Box(row, column, row, column)

    def row(self, row: int) -> Iterator[Box]:
        """The cells of a row from left to right, a merged range once."""
        column = 0
        while (found := self.box(row, column)) is not None:
            yield found
            column = max(found.right, column) + 1

    def at(self, box: Box) -> Any:
        """What stands in a cell."""
        if box.text is not None:
            return box.text
        if box.top >= self.height or box.left >= len(self.rows[box.top]):
            return ""
        return self.rows[box.top][box.left]
