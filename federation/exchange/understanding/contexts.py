"""Which town or village a whole table is about, when its rows do not say: its name or its title."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from federation.exchange.cleaners.text import squash
from federation.exchange.places import PlaceRow, Places, plain_name
from federation.exchange.placing import town_of_sheet

# A name begins where nothing stands before it, or the name of a town or district ends.
_BEGINS = re.compile(r"(^|[^\u4e00-\u9fff]|[镇乡道区县市处])$")
_KINDS = {"c": "社区", "v": "村"}


class Context(NamedTuple):
    """The one town, and the one village, that a table as a whole is about; None where unsure."""

    town: PlaceRow | None = None
    village: PlaceRow | None = None

    @property
    def codes(self) -> tuple[str, str]:
        """Their codes; empty where unsure."""
        return self.town.code if self.town else "", self.village.code if self.village else ""


def place_of_sheet(places: Places, sheet_name: str, lines: Sequence[str]) -> Context:
    """What the name of a sheet, or else a line above its table, says its rows are about."""
    town = town_of_sheet(places, sheet_name, list(lines))
    village = _village_named(places, sheet_name, town) or _village_told(places, lines, town)
    return Context(town, village)


def _village_named(places: Places, sheet_name: str, town: PlaceRow | None) -> PlaceRow | None:
    """The one village that a sheet is called by; a town of that name comes first."""
    for form in places.shortened(plain_name(sheet_name)):
        towns, rest = places.known_towns.at_start(form)
        if not towns and places.known_towns.find(form):
            return None
        town = towns[0] if len(towns) == 1 else town
        index = places.in_town.get(town.code) if town else places.names
        found = index.find(rest)[0] if index and len(rest) > 1 else []
        if len(found) == 1:
            return found[0]
    return None


def _village_told(places: Places, lines: Sequence[str], town: PlaceRow | None) -> PlaceRow | None:
    """The one village whose whole name, with its kind, stands in a line above the table."""
    index = places.in_town.get(town.code) if town else places.names
    text = "\n".join(map(squash, lines))
    if index is None or not text:
        return None
    named: dict[str, list[PlaceRow]] = {}
    for name, rows in index.exact.items():
        if name in text:
            named[name] = rows
    for (stem, kind), rows in index.keyed.items():
        if (name := stem + _KINDS[kind]) in text:
            named.setdefault(name, rows)
    whole = [name for name in _longest(named) if _begins(name, text)]
    found = {row.code: row for name in whole for row in named[name]}
    return next(iter(found.values())) if len(found) == 1 else None


def _longest(names: dict[str, list[PlaceRow]]) -> Iterator[str]:
    """Names that are no part of another name found: 青龙村, not 龙村."""
    return (name for name in names if not any(name in other and name != other for other in names))


def _begins(name: str, text: str) -> bool:
    before = text[: text.index(name)]
    return bool(_BEGINS.search(before.rpartition("\n")[2]))
