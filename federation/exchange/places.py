"""Names of places as they are kept and as staff write them, ready to be looked up."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from federation.exchange.cleaners.text import squash
from federation.exchange.options import SEEDS

VILLAGE, TOWN, DISTRICT, CITY = "village", "town", "district", "city"
_COMMUNITY = re.compile(r"^(.+?)(社区居民委员会|社区居委会|居民委员会|居委会|社区)$")
_VILLAGE = re.compile(r"^(.+?)(村村民委员会|村民委员会|村村委会|村委会|村)$")
_FEDERATIONS = ("妇女联合会", "妇联")
_FEDERATION = re.compile(rf"({'|'.join(_FEDERATIONS)})$")
_OFFICE = re.compile(r"(人民政府|街道办事处|办事处|街道办|政府|党工委|党委)$")
_PEOPLES = "|".join(seed.label for seed in SEEDS["ethnic"])
_TOWN_KIND = re.compile(rf"(街道|镇|(?:{_PEOPLES})*乡|地区|开发区|管委会)$")
_DISTRICT_KIND = re.compile(r"(?:[\u4e00-\u9fff]{2,8}族)?(自治县|自治州|新区|市|区|县|省|盟|旗)$")


class PlaceRow(NamedTuple):
    """One organisation, as the tree keeps it. ``aliases`` are former names and codes."""

    id: int
    code: str
    name: str
    aliases: tuple[str, ...]
    kind_group: str
    path: str
    parent_code: str | None


def plain_name(text: str) -> str:
    """A place name without spaces, invisible marks and the federation's own suffix."""
    bare = squash(text).strip("'\"“”‘’")
    return (_FEDERATION.sub("", bare) or bare) if bare.endswith(_FEDERATIONS) else bare


def village_key(name: str) -> tuple[str, str]:
    """(stem, kind): "c" for a community, "v" for a village, "" when the name does not say."""
    for kind, pattern in (("c", _COMMUNITY), ("v", _VILLAGE)):
        found = pattern.match(name)
        if found:
            return found.group(1), kind
    return name, ""


def spoken_name(name: str) -> str:
    """How people say it: 诗仙社区 for 诗仙社区居民委员会; other names as they are."""
    stem, kind = village_key(name)
    return stem + {"c": "社区", "v": "村"}.get(kind, "")


def town_stem(name: str) -> str:
    """天城 for 天城街道; the name itself when nothing is left."""
    return _TOWN_KIND.sub("", name) or name


def office_to_town(name: str) -> str:
    """天城街道 for 天城街道办事处, 李河镇 for 李河镇人民政府."""
    bare = _OFFICE.sub("", name)
    if bare != name and name.endswith(("街道办事处", "街道办")):
        bare += "街道"
    return bare or name


def district_forms(name: str) -> Iterator[str]:
    """The ways a city or district stands before another name: 万州区, 万州."""
    yield name
    short = _DISTRICT_KIND.sub("", name)
    if len(short) >= 2 and short != name:
        yield short


def spellings(row: PlaceRow) -> list[tuple[str, str, str]]:
    """Name and former names of a village as they are compared: whole, stem and kind."""
    texts = map(plain_name, (row.name, *row.aliases))
    return [(text, *village_key(text)) for text in texts]


class NameIndex:
    """Organisations by every way their names are written; most exact first."""

    def __init__(self, rows: Iterable[PlaceRow] = ()) -> None:
        self.exact: dict[str, list[PlaceRow]] = {}
        self.keyed: dict[tuple[str, str], list[PlaceRow]] = {}
        self.stems: dict[str, list[PlaceRow]] = {}
        for row in rows:
            self.add(row)

    def add(self, row: PlaceRow) -> None:
        """Learn the name and former names of a village."""
        for text, stem, kind in spellings(row):
            _learn(self.exact, text, row)
            if kind:
                _learn(self.keyed, (stem, kind), row)
            _learn(self.stems, stem, row)

    def find(self, text: str) -> tuple[list[PlaceRow], bool]:
        """Rows that ``text`` can mean, and whether its kind had to be guessed."""
        found = self.exact.get(text)
        if found:
            return found, False
        stem, kind = village_key(text)
        if kind:
            # 先锋社区村民委员会 is a village by its kind and 先锋社区 in everybody's mouth.
            spoken = self.stems.get(text, []) if kind == "c" else []
            return self.keyed.get((stem, kind)) or spoken, False
        return self.stems.get(text, []), True


def _learn(index: dict[Any, list[PlaceRow]], key: Any, row: PlaceRow) -> None:
    rows = index.get(key)
    if rows is None:
        index[key] = [row]
    elif rows[-1] is not row:
        # All names of a place are learned in one go: only the last one can be the same.
        rows.append(row)


class TownsVillages:
    """The villages of each town by their names: an index of those towns that are asked for."""

    def __init__(self, by_town: Mapping[str, Sequence[PlaceRow]]) -> None:
        self._rows, self._made = by_town, dict[str, NameIndex]()

    def get(self, code: str) -> NameIndex | None:
        """The villages of the town with this code; None where it has none."""
        if code not in self._made and code in self._rows:
            self._made[code] = NameIndex(self._rows[code])
        return self._made.get(code)


class TownIndex:
    """Towns by full name and by stem."""

    def __init__(self, rows: Iterable[PlaceRow] = ()) -> None:
        self.exact: dict[str, list[PlaceRow]] = {}
        self.stems: dict[str, list[PlaceRow]] = {}
        for row in rows:
            for name in (row.name, *row.aliases):
                text = plain_name(name)
                _learn(self.exact, text, row)
                _learn(self.stems, town_stem(text), row)
        self.longest = max(map(len, self.exact), default=0)

    def find(self, text: str) -> list[PlaceRow]:
        """Towns that ``text`` can mean. A stem counts only where no kind was written."""
        return self.named(text) or self.stems.get(text, [])

    def named(self, text: str) -> list[PlaceRow]:
        """Towns whose full name, or that of their office, ``text`` is."""
        for candidate in (text, office_to_town(text)):
            if candidate in self.exact:
                return self.exact[candidate]
        return []

    def at_start(self, text: str) -> tuple[list[PlaceRow], str]:
        """The towns whose full name begins ``text``, and what follows it."""
        for length in range(min(self.longest, len(text) - 1), 1, -1):
            found = self.exact.get(text[:length])
            if found:
                return found, text[length:].removeprefix("办事处")
        return [], text


class Places:
    """All organisations an upload may name; ``scope_paths`` are the subtrees its sender may write.

    ``rows``: every organisation of the installation, or at least the scopes and their ancestors.
    ``towns`` are what a row may be about; ``known_towns`` also those above the scopes, which stand
    beside the villages in every table and which no row is about.
    """

    def __init__(self, rows: Iterable[PlaceRow], scope_paths: Iterable[str]) -> None:
        self.scope_paths = tuple(scope_paths)
        self.by_code: dict[str, PlaceRow] = {}
        for row in rows:
            self.by_code[row.code] = row
        for row in list(self.by_code.values()):
            for alias in row.aliases:
                if alias.isascii() and alias not in self.by_code:
                    self.by_code[alias] = row
        inside = [
            row for code, row in self.by_code.items() if code == row.code and self.covers(row)
        ]
        self.roots = [row for row in inside if row.path in self.scope_paths]
        self.villages = [row for row in inside if row.kind_group == VILLAGE]
        towns = [row for row in inside if row.kind_group == TOWN]
        self.towns = TownIndex(towns)
        self._town_of: dict[str, PlaceRow | None] = {}
        self.units: dict[str, list[PlaceRow]] = {}
        for row in inside:
            if row.kind_group not in (TOWN, VILLAGE):
                for name in (row.name, *row.aliases):
                    for form in district_forms(plain_name(name)):
                        _learn(self.units, form, row)
        self.known_towns = TownIndex([*towns, *self._towns_above()])
        self.upper = self._names_above(inside)
        self._lengths = sorted({len(name) for name in self.upper if name}, reverse=True)

    # Most files name one town, and few a village without its town or code.
    @cached_property
    def names(self) -> NameIndex:
        """All villages by their names."""
        return NameIndex(self.villages)

    @cached_property
    def in_town(self) -> TownsVillages:
        """The villages of each town by their names; those of no town under an empty code."""
        found: dict[str, list[PlaceRow]] = {}
        for row in self.villages:
            town = self.town_of(row)
            found.setdefault(town.code if town else "", []).append(row)
        return TownsVillages(found)

    def covers(self, row: PlaceRow) -> bool:
        """Whether the sender may write this organisation."""
        return row.path.startswith(self.scope_paths)

    def town_of(self, row: PlaceRow) -> PlaceRow | None:
        """The town a village belongs to, or None."""
        parent = row.parent_code or ""
        if parent not in self._town_of:
            above = self.by_code.get(parent)
            while above is not None and above.kind_group != TOWN:
                above = self.by_code.get(above.parent_code or "")
            self._town_of[parent] = above
        return self._town_of[parent]

    def scope_name(self) -> str:
        """How the sender's scope is called in a sentence."""
        return "、".join(row.name for row in self.roots[:3]) or "您的管理范围"

    def shortened(self, text: str) -> list[str]:
        """``text`` as it stands, then without the names of province, city, district before it.

        Each step is kept: 江北城街道 is a town, though 江北 is a district.
        """
        forms = [text]
        for _ in range(3):
            # The longest of them; nothing is taken away where it is all there is.
            length = next((n for n in self._lengths if text[:n] in self.upper), 0)
            if not length or length >= len(text):
                break
            text = text[length:]
            forms.append(text)
        return forms

    def _towns_above(self) -> list[PlaceRow]:
        above = {town.code: town for town in map(self.town_of, self.roots) if town}
        return [town for town in above.values() if not self.covers(town)]

    def _names_above(self, inside: list[PlaceRow]) -> frozenset[str]:
        rows = [row for row in inside if row.kind_group in (CITY, DISTRICT)]
        for root in self.roots:
            above = self.by_code.get(root.parent_code or "")
            while above is not None:
                rows.append(above)
                above = self.by_code.get(above.parent_code or "")
            rows.append(root)
        named = [row for row in rows if row.kind_group not in (TOWN, VILLAGE)]
        return frozenset(form for row in named for form in district_forms(plain_name(row.name)))
