"""What a cell that nobody could place or find in its list may have meant: from the clerk's scope.

Offered to be taken by hand, never taken by itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from federation.access.tree import after, organisation_model
from federation.exchange.cleaners.choices import Option, option_key
from federation.exchange.cleaners.numbers import YesNo
from federation.exchange.declare import Column, Sheet
from federation.exchange.models import Batch, Collection
from federation.exchange.options import OptionLists
from federation.exchange.places import TOWN, VILLAGE, plain_name, spoken_name
from federation.exchange.planning import lists

#: problems that a choice from the scope or the list may solve, with the column they stand in
PLACE_CODES = {
    "unknown_village": "name",
    "ambiguous_village": "name",
    "village_not_in_town": "name",
    "unknown_town": "town",
}
OPTION_CODE = "unknown_option"
MOST = 4
_NEAR = 0.4


@dataclass(frozen=True)
class _Place:
    name: str
    town: str


class Offers:
    """Candidates for the cells of one page of rows; the tree is read once, when first needed."""

    def __init__(self, batch: Batch | Collection, sheet: type[Sheet] | None = None) -> None:
        self.batch, self.sheet = batch, sheet
        self._villages: list[_Place] | None = None
        self._towns: list[str] = []
        self._lists: OptionLists | None = None

    def options(self, column: Column) -> list[str]:
        """The labels of a column's list, in the order in which they are kept; 是 and 否."""
        if isinstance(column.clean, YesNo):
            return list(column.clean.choices({}))
        if not isinstance(column.clean, Option):
            return []
        if self._lists is None:
            self._lists = lists()
        found = self._lists.get(column.clean.list_key, {}).values()
        return [label for _code, label in sorted(set(found))]

    def near_options(self, column: Column, written: str) -> list[str]:
        """The labels nearest to what is written."""
        labels = self.options(column)
        whole = {option_key(label): label for label in labels}
        near = get_close_matches(option_key(written), whole, n=MOST, cutoff=0.4)
        return [whole[key] for key in near]

    def places(self, key: str, written: str, town: str) -> list[str]:
        """Names of towns or villages of the scope, the nearest first, as a cell may hold them."""
        self._read()
        text = spoken_name(plain_name(written))
        if key == "town":
            return _nearest(text, self._towns)
        beside = [one for one in self._villages or [] if town and _is_of(one.town, town)]
        found = beside or self._villages or []
        near = _nearest(text, {one.name for one in found})
        # Without a town beside it a name says where it lies, so that it is sure.
        return [
            one.name if beside else one.town + one.name
            for name in near
            for one in found
            if one.name == name
        ][: MOST + 2]

    def _read(self) -> None:
        if self._villages is not None:
            return
        root = self.batch.organisation.path
        below = organisation_model().objects.filter(path__gte=root, path__lt=after(root))
        towns: dict[int, str] = {}
        villages = []
        columns = ("id", "name", "kind_group", "parent_id")
        above = self.batch.organisation.parent
        if above is not None and above.kind_group == TOWN:
            towns[above.pk] = plain_name(above.name)
        for pk, name, group, parent in below.order_by("path").values_list(*columns):
            if group == TOWN:
                towns[pk] = plain_name(name)
            elif group == VILLAGE:
                villages.append(_Place(spoken_name(plain_name(name)), towns.get(parent, "")))
        self._villages, self._towns = villages, list(towns.values())


def among(offers: Sequence[str], likely: str) -> str:
    """What was probably meant, in the words in which it is offered among others."""
    names = (likely, spoken_name(likely))
    behind_town = tuple(mark + name for mark in "镇乡道" for name in names)
    same = [one for one in offers if one in names]
    same += [one for one in offers if one.endswith(behind_town)]
    return same[0] if same else likely


def _is_of(town: str, written: str) -> bool:
    return bool(town) and plain_name(written) in (town, town.rstrip("镇乡街道"))


def _nearest(text: str, names: Iterable[str]) -> list[str]:
    """The names most like ``text``; those that share no character with it are not looked at."""
    letters = set(text) - set("村社区")
    alike = [name for name in names if letters & set(name)]
    marked = [(SequenceMatcher(None, text, name).ratio(), name) for name in alike]
    return [name for share, name in sorted(marked, reverse=True)[:MOST] if share >= _NEAR]
