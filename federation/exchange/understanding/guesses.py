"""What a column may be by what stands in it: asked of the cleaners and of the tree of places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from federation.exchange.cleaners.base import CellContext, Cleaner, CleaningError
from federation.exchange.cleaners.text import as_text, is_blank
from federation.exchange.declare import Column, Sheet
from federation.exchange.options import OptionLists
from federation.exchange.places import Places, plain_name
from federation.exchange.understanding.header import heading_key

#: how much a kind of value says when cells fit it; plain text says nothing
_TELLING: Mapping[str, int] = {
    "id": 6,
    "uscc": 6,
    "phone": 5,
    "option": 4,
    "reference": 4,
    "date": 3,
    "boolean": 2,
    "money": 1,
    "integer": 1,
    "decimal": 1,
}
_MOST_CELLS = 60
_MOST_COLUMNS = 30
_FEWEST = 3
_SHARE, _SURE = 0.6, 0.8
_MOST_OFFERED = 2
_SAMPLES, _LONGEST_SAMPLE = 3, 20


class Alternative(NamedTuple):
    """A column of the sheet that the cells of a column fit; ``share`` of them do."""

    key: str
    share: float


@dataclass(frozen=True)
class Contents:
    """Asks what cells may be: the option lists, the places and the day of a check."""

    sheet: type[Sheet]
    options: OptionLists
    places: Places
    today: date

    def may_be(self, cells: Sequence[Any], label: str, taken: set[str]) -> list[Alternative]:
        """The columns not ``taken`` that most of the cells fit, the likeliest first."""
        distinct = _distinct(cells)
        if len(distinct) < _FEWEST:
            return []
        found = []
        for column in self.sheet.columns:
            weight = _TELLING.get(column.clean.kind, 0)
            if not weight or column.key in taken:
                continue
            share = self._share(column, distinct)
            if share >= _SHARE:
                alike = len(set(heading_key(label)) & set(heading_key(str(column.heading))))
                found.append(((-weight, -alike, -share), Alternative(column.key, share)))
        best = min((rank[0] for rank, _one in found), default=0)
        return [one for rank, one in sorted(found) if rank[0] == best][:_MOST_OFFERED]

    def surely(self, cells: Sequence[Any], taken: set[str]) -> str | None:
        """The one column of options or villages that nearly all cells fit; None when unsure."""
        kinds = {column.key: column.clean.kind for column in self.sheet.columns}
        found = self.may_be(cells, "", taken)
        if len(found) != 1 or found[0].share < _SURE:
            return None
        return found[0].key if kinds[found[0].key] in ("option", "reference") else None

    def _share(self, column: Column, cells: Sequence[Any]) -> float:
        if column.clean.kind == "reference":
            fits = sum(self._is_place(column.key, plain_name(as_text(cell))) for cell in cells)
        else:
            context = CellContext(self.today, column.unit, self.options)
            fits = sum(_fits(column.clean, cell, context) for cell in cells)
        return fits / len(cells)

    def _is_place(self, key: str, text: str) -> bool:
        places = self.places
        if key == "code":
            return text in places.by_code
        if key == "town":
            return any(map(places.known_towns.find, places.shortened(text)))
        return any(
            places.names.exact.get(form) or (_has_kind(form) and places.names.find(form)[0])
            for form in places.shortened(text)
        )


def _has_kind(name: str) -> bool:
    return name.endswith(("村", "社区", "委会"))


def _fits(cleaner: Cleaner, cell: Any, context: CellContext) -> bool:
    try:
        return cleaner.one(cell, context) is not None
    except CleaningError:
        return False


def _distinct(cells: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(cell for cell in cells if not is_blank(cell)))[:_MOST_CELLS]


def samples(cells: Sequence[Any]) -> list[str]:
    """The first three values of a column, on one line each."""
    found = (" ".join(as_text(cell).split()) for cell in cells if not is_blank(cell))
    return [text[:_LONGEST_SAMPLE] for _n, text in zip(range(_SAMPLES), found, strict=False)]


def column_of(rows: Sequence[Sequence[Any]], index: int) -> list[Any]:
    """What stands in one column of rows."""
    return [row[index] for row in rows if index < len(row)]


def is_worth_a_look(looked_at: int) -> bool:
    """A few columns without a heading are looked into; a table of hundreds is not."""
    return looked_at < _MOST_COLUMNS
