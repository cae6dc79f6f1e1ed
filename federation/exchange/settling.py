"""Words that the rules do not know and people settled: placed and cleaned as they decided.

Only where the rules find nothing: a village that is founded under the name later wins over what
was decided before. Whatever a decision settles carries a doubt that names it.
"""

from collections.abc import Mapping
from typing import Any

from federation.exchange.cleaners.base import CellContext, CleaningError, Doubt, Memo
from federation.exchange.cleaners.choices import Choice, Option, option_key
from federation.exchange.cleaners.text import as_text, is_blank
from federation.exchange.declare import Column
from federation.exchange.places import TOWN, PlaceRow, Places, plain_name, spoken_name
from federation.exchange.placing import Placement, Placer
from federation.exchange.reading import Frame
from federation.exchange.setting import Decisions

#: faults of a place that a decision settles, with the column in which they stand
PLACE_FAULTS = {"unknown_village": "name", "unknown_town": "town"}
OPTION_FAULT = "unknown_option"


def is_rememberable(column: Column) -> bool:
    """Whether a word of ``column`` may be settled once for all: never what says who somebody is."""
    if column.is_personal or column.clean.kind in ("id", "phone", "name"):
        return False
    return column.key in PLACE_FAULTS.values() or isinstance(column.clean, Option)


def written_key(column: Column, text: str) -> str:
    """How words of ``column`` are compared."""
    return option_key(text) if isinstance(column.clean, Option) else plain_name(text)


def called(place: PlaceRow) -> str:
    """How people call a place: 诗仙社区."""
    return spoken_name(plain_name(place.name))


class SettlingPlacer(Placer):
    """A Placer that knows what was decided about names it cannot place."""

    def __init__(self, places: Places, *, decisions: Decisions, **rest: Any) -> None:
        super().__init__(places, **rest)
        self.decided = decisions.places

    def __missing__(self, key: tuple[Any, Any, Any]) -> Placement:
        placed = super().__missing__(key)
        if self.decided and placed.row is None:
            placed = self[key] = self._settled(key, placed)
        return placed

    def _settled(self, key: tuple[Any, Any, Any], placed: Placement) -> Placement:
        column, why, _params = placed.faults[0]
        if PLACE_FAULTS.get(why) != column:
            return placed
        code, town, name = key
        raw = as_text(town if column == "town" else name)
        meant = self.places.by_code.get(self.decided.get((column, plain_name(raw)), ""))
        if meant is None or not self.places.covers(meant):
            return placed
        doubt = (column, "by_decision", {"raw": raw, "found": called(meant)})
        if column == "town":
            found = self[code, meant.name, name] if meant.kind_group == TOWN else placed
        else:
            found = Placement(meant) if self._fits(meant, town) else placed
        return Placement(found.row, found.faults, (doubt, *found.doubts)) if found.row else placed

    def _fits(self, meant: PlaceRow, town: Any) -> bool:
        """Whether a row of this table, with this town beside the name, may mean the place."""
        if self.level and meant.kind_group != self.level:
            return False
        own = self.places.town_of(meant)
        if is_blank(town):
            return self.town is None or own == self.town
        forms = self.places.shortened(plain_name(as_text(town)))
        return any(own in self.places.known_towns.find(form) for form in forms)


def settling_memo(column: Column, context: CellContext, decisions: Decisions) -> Memo:
    """The memory of a column's distinct cells; words that were settled are taken as decided."""
    cleaner = column.clean
    if not (isinstance(cleaner, Option) and decisions.options) or column.is_personal:
        return cleaner.memo(context)
    list_key = cleaner.list_key

    def clean(cell: Any) -> Any:
        try:
            return cleaner.any_cell(cell, context)
        except CleaningError as problem:
            raw = as_text(cell)
            code = decisions.options.get((list_key, option_key(raw)))
            known = context.options.get(list_key, {}).values()
            label = next((label for own, label in known if own == code), None)
            if problem.code != OPTION_FAULT or code is None or label is None:
                raise
            return Doubt(Choice(code, label), "by_decision", {"raw": raw, "found": label})

    return Memo(clean)


def retype(
    frame: Frame,
    columns: Mapping[str, int],
    edits: Mapping[tuple[int, int], Mapping[str, str]],
    number: int,
) -> None:
    """Put what people typed for table ``number`` in place of the cells of a frame."""
    for (table, row), cells in edits.items():
        if table != number or not frame.first < row <= frame.first + frame.count:
            continue
        for index, text in ((columns[key], cells[key]) for key in cells if key in columns):
            while len(frame.columns) <= index:
                frame.columns.append([""] * frame.count)
            frame.columns[index][row - 1 - frame.first] = text
