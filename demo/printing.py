"""Workbooks made beside the imports: invention and printing take one core, imports the other.

Nothing here needs the database, so it can run in a process of its own.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context

from demo.people import IdNumbers
from demo.rosters import Member, roster, unit_roster
from demo.units import Unit
from demo.villages import Place, village
from demo.workbooks import roster_workbook

#: workbooks that may wait to be imported
AHEAD = 3


@dataclass(frozen=True)
class Area:
    """What one officer collects: a unit, the towns below it and their villages.

    ``share``: the share of ID numbers that is hers (``IdNumbers``).
    """

    unit: Unit
    share: int
    towns: tuple[Unit, ...] = ()
    villages: dict[str, tuple[Place, ...]] = field(default_factory=dict)


def rosters_of(area: Area, today: date) -> tuple[list[Member], list[Member], list[Member]]:
    """The committees of an area: its villages', its towns', its own."""
    numbers = IdNumbers(area.share)
    of_villages: list[Member] = []
    of_towns: list[Member] = []
    for town in area.towns:
        places = area.villages.get(town.code, ())
        members = roster((village(place, today) for place in places), numbers, today)
        of_villages += members
        of_towns += unit_roster(town, members, numbers, today)
    return of_villages, of_towns, unit_roster(area.unit, of_towns, numbers, today)


def roster_book(area: Area, today: date) -> bytes:
    """The workbook of sheet ``committee`` of an area."""
    return roster_workbook(area.unit.name, *rosters_of(area, today))


def roster_books(areas: Iterable[Area], today: date) -> Iterator[tuple[Area, bytes]]:
    """The workbooks of all areas, made in another process, a few ahead of who takes them."""
    waiting: list[tuple[Area, Future[bytes]]] = []
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as printer:
        for area in areas:
            waiting.append((area, printer.submit(roster_book, area, today)))
            if len(waiting) > AHEAD:
                first, book = waiting.pop(0)
                yield first, book.result()
        for area, book in waiting:
            yield area, book.result()
