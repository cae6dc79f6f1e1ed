"""Village by table: what came in, what of it is wrong, what is missing, what came twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from federation.access.tree import after, organisation_model
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange import lanes
from federation.exchange.collecting.desk import Desk
from federation.exchange.models import Batch
from federation.exchange.places import TOWN, VILLAGE

#: towns that are asked for one by one; of more the whole subtree is listed
_MOST_TOWNS = 40
OK, WRONG, TWICE, MISSING = "ok", "wrong", "twice", "missing"


@dataclass
class Spot:
    """What came in about one unit in one table; ``files``: ordinals of the files with good rows."""

    good: int = 0
    wrong: int = 0
    files: list[int] = field(default_factory=list)
    is_twice: bool = False

    @property
    def state(self) -> str:
        """The one word for it."""
        if self.is_twice:
            return TWICE
        if self.wrong:
            return WRONG
        return OK if self.good else MISSING


@dataclass
class Line:
    """A unit and what came in about it, table by table."""

    unit: Any
    spots: list[Spot]

    @property
    def states(self) -> set[str]:
        """What can be said of its tables; that all came in order is said of no other."""
        found = {spot.state for spot in self.spots}
        return found if found == {OK} else found - {OK}


@dataclass
class Twice:
    """Several files with rows of the same table about the same units.

    ``chosen``: the ordinal of the one that counts, 0 for all of them, None where nobody chose.
    """

    sheet: str
    files: tuple[int, ...]
    units: list[int]
    chosen: int | None = None
    can_be_both: bool = True

    @property
    def uid(self) -> str:
        """How it is called in forms."""
        return "-".join([self.sheet, *map(str, self.files)])


def spots_of(desk: Desk) -> dict[tuple[int, str], Spot]:
    """(unit, table) → what came in; rows of which nobody knows the unit are left out."""
    spots: dict[tuple[int, str], Spot] = {}
    for batch in desk.known:
        told = desk.found.get(batch.pk)
        if told is None:
            continue
        for unit, (good, _written) in told.rows.items():
            spot = spots.setdefault((unit, batch.sheet), Spot())
            spot.good += good
            spot.files.append(batch.ordinal)
        for row in told.wrong:
            if row.organisation_id:
                spots.setdefault((row.organisation_id, batch.sheet), Spot()).wrong += 1
    for twice in twice_of(desk):
        for unit in twice.units if twice.chosen is None else ():
            spots[unit, twice.sheet].is_twice = True
    return spots


def twice_of(desk: Desk) -> list[Twice]:
    """What came in more than once among the files that wait to be written, or were written."""
    files: dict[tuple[str, int], list[int]] = {}
    for batch in desk.known:
        told = desk.found.get(batch.pk)
        for unit in told.rows if told else ():
            files.setdefault((batch.sheet, unit), []).append(batch.ordinal)
    found: dict[tuple[Any, ...], Twice] = {}
    chosen = desk.collection.chosen
    for (sheet, unit), ordinals in files.items():
        if len(ordinals) > 1:
            choice = chosen.get(chosen_key(sheet, unit))
            choice = choice if choice == 0 or choice in ordinals else None
            group = (sheet, tuple(ordinals), choice)
            declared = desk.sheets.get(sheet)
            both = declared is not None and declared.unique != "org_code"
            found.setdefault(group, Twice(*group[:2], [], choice, both)).units.append(unit)
    return list(found.values())


def chosen_key(sheet: str, unit: int) -> str:
    """Where a collection keeps which file counts for a unit."""
    return f"{sheet}|{unit}"


def units_of(pks: Iterable[int]) -> dict[int, Any]:
    """Key → organisation."""
    tree, found = organisation_model().objects, {}
    for block in in_blocks(sorted(set(pks))):
        found.update({unit.pk: unit for unit in keyed(tree.all(), "id", block)})
    return found


def lines_of(desk: Desk, spots: dict[tuple[int, str], Spot]) -> list[Line]:
    """The villages of the towns that the files are about, and whatever else they are about."""
    touched = {unit for unit, _sheet in spots}
    units = units_of(touched)
    units |= {unit.pk: unit for unit in _villages(desk, units)}
    kinds = list(desk.sheets)
    ordered = sorted(units.values(), key=lambda unit: unit.path)
    villages = [unit for unit in ordered if unit.kind_group == VILLAGE or unit.pk in touched]
    return [Line(u, [spots.get((u.pk, kind), Spot()) for kind in kinds]) for u in villages]


def _villages(desk: Desk, touched: dict[int, Any]) -> Iterable[Any]:
    """The villages beside those that something came in about."""
    tree, whole = organisation_model().objects, desk.collection.organisation
    towns = [path for path in lanes.keys_of(touched) if path.startswith(whole.path)]
    if whole.kind_group in (TOWN, VILLAGE) or len(towns) > _MOST_TOWNS:
        towns = [whole.path]
    inside = Q(pk__in=[])
    for path in towns:
        inside |= Q(path__gte=path, path__lt=after(path))
    return tree.filter(inside, kind_group=VILLAGE)


def held_back(found: Iterable[Twice], batch: Batch) -> dict[int, int | None]:
    """Of what came twice, the units whose rows of ``batch`` do not count.

    With the ordinal of the file that does, or None where nobody said yet which one.
    """
    held: dict[int, int | None] = {}
    for twice in found:
        is_hers = twice.sheet == batch.sheet and batch.ordinal in twice.files
        if is_hers and twice.chosen not in (0, batch.ordinal):
            held.update(dict.fromkeys(twice.units, twice.chosen))
    return held
