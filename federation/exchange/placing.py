"""Which organisation a row means, from its code, its town and its name; never by guessing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from federation.exchange.cleaners.base import Likely
from federation.exchange.cleaners.text import NO_VALUE, as_text, is_blank, is_error, squash
from federation.exchange.places import (
    TOWN,
    PlaceRow,
    Places,
    plain_name,
    village_key,
)
from federation.exchange.problems import suggestion
from federation.exchange.suggesting import Suggester

_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+")
# 乡镇本级 in the column of the villages: the row is about the town itself.
_OWN_LEVEL = re.compile(r"(乡镇街道|乡镇|镇街|街镇|镇乡|街道|乡|镇)?本级")
_MOST_NAMES = 3_000
_PADDING = {12: (9, 6, 4, 2), 9: (6,), 6: (4, 2)}

Fault = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Placement:
    """What a reference means: the organisation, or what is wrong with which column."""

    row: PlaceRow | None
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


def wrong(field: str, code: str, **params: Any) -> Placement:
    """A reference that means nothing."""
    return Placement(None, ((field, code, params),))


def _hint(near: str | None) -> dict[str, Any]:
    """What a sentence and a page say of the name that was probably meant."""
    return {"hint": suggestion(near), "likely": Likely(near, "near")} if near else {"hint": ""}


def bare_code(raw: str) -> str:
    """A code as the tree keeps it: without what programs and people put around and into it."""
    if raw.isascii() and raw.isdigit():
        return raw
    text = squash(raw).strip("'`‘’\"")
    text = re.sub(r"\.0+$", "", text)
    return text.replace("-", "") if re.fullmatch(r"[\d-]+", text) else text


def codes_meant(raw: str) -> list[str]:
    """The codes that a cell can mean, the longest first: many are filled up with zeros."""
    text = bare_code(raw)
    shorter = (n for n in _PADDING.get(len(text), ()) if not text[n:].strip("0"))
    return [text, *(text[:length] for length in shorter)]


class Placer(dict[tuple[Any, Any, Any], Placement]):
    """Resolves (code, town, name) cells; each distinct combination once.

    ``level``: the kind group a row must mean; None: any, towns and districts by code or by their
    full name. ``town``: the town that the name or title of the sheet gives, used only where the
    sheet has no town column. ``town_rows``: a row without a village name means its town; where it
    does not, ``town_hint`` tells the clerk how to say that the town itself is meant. ``village``:
    what all rows are about, given only where the sheet has no column that names villages.
    ``home``: whose all rows are, where the table names no units at all.
    """

    def __init__(
        self,
        places: Places,
        *,
        level: str | None,
        town: PlaceRow | None = None,
        town_rows: bool = False,
        town_hint: str = "",
        village: PlaceRow | None = None,
        home: PlaceRow | None = None,
        suggester: Suggester | None = None,
    ) -> None:
        super().__init__()
        self.places, self.level, self.town, self.village = places, level, town, village
        self.home = home
        self.town_rows, self.town_hint = town_rows, town_hint
        self.suggester = suggester or Suggester()
        self.scope = places.scope_name()
        self._found_towns: dict[str, list[PlaceRow]] = {}

    def __missing__(self, key: tuple[Any, Any, Any]) -> Placement:
        placed = self[key] = self._place(*key)
        return placed

    def _place(self, code: Any, town: Any, name: Any) -> Placement:
        if self.home is not None:
            return Placement(self.home)
        for field, cell in (("code", code), ("town", town), ("name", name)):
            if cell is NO_VALUE:
                return wrong(field, "formula_no_value")
            if is_error(cell):
                return wrong(field, "cell_error", raw=cell)
        town_text = "" if is_blank(town) else plain_name(as_text(town))
        name_text = "" if is_blank(name) else plain_name(as_text(name))
        if not is_blank(code):
            return self._by_code(as_text(code), town_text, name_text)
        if town_text and self.level is None and _OWN_LEVEL.fullmatch(name_text):
            return self._town_itself(town_text)
        if not name_text:
            return self._without_name(town_text)
        return self._by_name(town_text, name_text, as_text(name))

    # by code

    def _by_code(self, raw: str, town: str, name: str) -> Placement:
        text = bare_code(raw)
        if _SCIENTIFIC.fullmatch(text):
            return wrong("code", "code_lost_digits")
        row = self.places.by_code.get(text)
        if row is None:
            row = next(filter(None, map(self.places.by_code.get, codes_meant(raw))), None)
        if row is None:
            return wrong("code", "unknown_code", raw=raw)
        if not self.places.covers(row):
            return wrong("code", "out_of_scope", raw=raw)
        if self.level and row.kind_group != self.level:
            return wrong("code", "wrong_level", raw=raw)
        if not self._agrees(row, town, name):
            return wrong("code", "code_name_mismatch")
        return Placement(row)

    def _agrees(self, row: PlaceRow, town: str, name: str) -> bool:
        own_town = row if row.kind_group == TOWN else self.places.town_of(row)
        own_name = plain_name(row.name)
        if own_town is None:
            return all(not text or row in self._units(text) for text in (town, name))
        if town and own_town not in self._towns(town):
            return False
        # 石角社区村民委员会 is 石角社区 to its people, though another village beside it is so too.
        if not name or name in (own_name, village_key(own_name)[0]):
            return True
        if row.kind_group == TOWN:
            return row in self._towns(name)
        index = self.places.in_town.get(own_town.code)
        return index is not None and any(row in index.find(form)[0] for form in self._forms(name))

    def _forms(self, name: str) -> list[str]:
        """The name, and what is left of it without the names of district and town before it."""
        forms = self.places.shortened(name)
        return forms + [self.places.known_towns.at_start(form)[1] for form in forms]

    # by name

    def _without_name(self, town: str) -> Placement:
        if self.village is not None:
            return self._village_of_all(self.village, town)
        if not self.town_rows or not (town or self.town):
            return wrong("name", "required", hint=self.town_hint if town or self.town else "")
        return self._town_itself(town)

    def _village_of_all(self, village: PlaceRow, town: str) -> Placement:
        if town and self.places.town_of(village) not in self._towns(town):
            return wrong("town", "village_not_in_town", raw=village.name)
        return Placement(village)

    def _town_itself(self, town: str) -> Placement:
        known = self._towns(town) if town else [self.town] if self.town else []
        towns = [row for row in known if self.places.covers(row)]
        if len(towns) == 1:
            return Placement(towns[0])
        if known and not towns:
            return wrong("town", "out_of_scope", raw=town)
        return (
            self._unknown_town(town)
            if not towns
            else wrong("town", "ambiguous_village", raw=town, scope=self.scope)
        )

    def _towns(self, text: str) -> list[PlaceRow]:
        """Towns that the cell beside a name can mean, though only a village of them be hers."""
        if text not in self._found_towns:
            found = map(self.places.known_towns.find, self.places.shortened(text))
            self._found_towns[text] = next(filter(None, found), [])
        return self._found_towns[text]

    def _by_name(self, town: str, name: str, raw: str) -> Placement:
        if town:
            towns = self._towns(town)
            if not towns:
                return self._unknown_town(town)
        else:
            towns = [self.town] if self.town else []
        found, guessed = self._villages(name, towns)
        above = self._above(name, towns) if self.level is None and (guessed or not found) else []
        if len(above) == 1 and not found:
            return Placement(above[0])
        found = found + above
        if len(found) == 1:
            doubt = ("name", "suffix_added", {"raw": raw, "found": found[0].name})
            return Placement(found[0], (), (doubt,) if guessed else ())
        if found:
            return wrong("name", "ambiguous_village", raw=raw, scope=self.scope)
        if towns and self._villages(name, [])[0]:
            return wrong("name", "village_not_in_town", raw=raw)
        hint = _hint(self._near_village(name, towns))
        return wrong("name", "unknown_village", raw=raw, scope=self.scope, **hint)

    def _above(self, name: str, towns: list[PlaceRow]) -> list[PlaceRow]:
        """What is no village but bears exactly this name: a town, else a district or the like."""
        for form in self.places.shortened(name):
            found = self.places.towns.named(form)
            if found:
                return [town for town in found if not towns or town in towns]
        return [] if towns else self._units(name)

    def _units(self, text: str) -> list[PlaceRow]:
        """Units above or beside the towns that are called ``text``."""
        units = self.places.units
        return next((units[form] for form in self.places.shortened(text) if form in units), [])

    def _villages(self, name: str, towns: list[PlaceRow]) -> tuple[list[PlaceRow], bool]:
        """Villages of ``towns`` (or of the whole scope) that the name can mean."""
        for form in self.places.shortened(name):
            found, guessed = self._in(form, towns)
            if found:
                return found, guessed
            named, rest = self.places.known_towns.at_start(form)
            both = [town for town in named if not towns or town in towns]
            found, guessed = self._in(rest, both) if both else ([], False)
            if found:
                return found, guessed
        return [], False

    def _in(self, name: str, towns: list[PlaceRow]) -> tuple[list[PlaceRow], bool]:
        if not towns:
            return self.places.names.find(name)
        found: list[PlaceRow] = []
        guessed = False
        for town in towns:
            index = self.places.in_town.get(town.code)
            rows, unsure = index.find(name) if index else ([], False)
            found += rows
            guessed = guessed or (bool(rows) and unsure)
        return found, guessed

    # what to say

    def _unknown_town(self, town: str) -> Placement:
        near = self.suggester.near(town, self.places.known_towns.exact, "towns")
        return wrong("town", "unknown_town", raw=town, scope=self.scope, **_hint(near))

    def _near_village(self, name: str, towns: list[PlaceRow]) -> str | None:
        """The nearest name in the towns that the row may mean, else among the first of all."""
        names = [n for town in towns for n in self._names_in(town)]
        among = "/".join(town.code for town in towns) if names else "villages"
        return self.suggester.near(name, names or self._first_names(), among)

    def _names_in(self, town: PlaceRow) -> list[str]:
        index = self.places.in_town.get(town.code)
        return list(index.exact) if index else []

    def _first_names(self) -> Iterator[str]:
        return islice(self.places.names.exact, _MOST_NAMES)


def is_about_towns(pattern: str | None, texts: list[str]) -> bool:
    """Whether the name of a sheet or a line above its table says, by ``pattern``, that its rows
    without a village are about the towns themselves."""
    bare = (re.sub(r"[（）()【】〔〕\s]", "", text) for text in texts)
    return pattern is not None and any(re.search(pattern, text) for text in bare)


def town_of_sheet(places: Places, sheet_name: str, lines: list[str]) -> PlaceRow | None:
    """The one town that the sheet's name, or else a line above its table, names; None if unsure."""
    forms = places.shortened(plain_name(sheet_name))
    found = next(filter(None, map(places.towns.find, forms)), [])
    if len(found) == 1:
        return found[0]
    text = "\n".join(map(squash, lines))
    named = {
        row.code: row for name, rows in places.towns.exact.items() if name in text for row in rows
    }
    return next(iter(named.values())) if len(named) == 1 else None
