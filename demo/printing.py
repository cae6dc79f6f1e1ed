"""Workbooks made beside the imports: invention and printing take one core, imports the other.

Nothing here needs the database, so it can run in a process of its own.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

from demo.homes import Home, homes_of_unit, homes_of_village
from demo.money import Budget, Line, arranged_by_unit, arranged_by_village, budget, lines
from demo.people import IdNumbers
from demo.reports import Area, Report
from demo.rosters import Member, roster, unit_roster
from demo.units import Unit
from demo.villages import Village, reported_before, village
from demo.workbooks import (
    homes_workbook,
    ledger_workbook,
    roster_workbook,
    villages_workbook,
    yearly_workbook,
)

#: workbooks that may wait to be imported
AHEAD = 3
Where = tuple[str, str, str]


def printed(reports: Iterable[Report]) -> Iterator[tuple[Report, bytes]]:
    """The workbooks of all reports, made in another process, a few ahead of who takes them."""
    waiting: list[tuple[Report, Future[bytes]]] = []
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as printer:
        for report in reports:
            waiting.append((report, printer.submit(book_of, report)))
            if len(waiting) > AHEAD:
                first, book = waiting.pop(0)
                yield first, book.result()
        for report, book in waiting:
            yield report, book.result()


def book_of(report: Report) -> bytes:
    """The workbook of a report."""
    year = report.as_of.year
    if report.sheet == "committee":
        return roster_workbook(report.areas[0].unit.name, *rosters_of(report))
    if report.sheet == "homes":
        return homes_workbook(homes_of(report))
    if report.sheet == "budgets":
        return ledger_workbook(year, ledger_of(report))
    if report.sheet == "yearly":
        return yearly_workbook(year, budgets_of(report))
    return villages_workbook(villages_of(report))


def villages_of(report: Report) -> Iterator[Village]:
    """What the villages of a report say, today or years ago."""
    now = (one for area in report.areas for one in villages_in(area, report.today))
    if report.as_of == report.today:
        return now
    return (reported_before(one, report.as_of, report.today) for one in now)


def villages_in(area: Area, today: date, town: str | None = None) -> Iterator[Village]:
    """What the villages of an area, or of one of its towns, report ``today``."""
    towns = area.villages if town is None else {town: area.villages.get(town, ())}
    return (village(place, today) for places in towns.values() for place in places)


def rosters_of(report: Report) -> tuple[list[Member], list[Member], list[Member]]:
    """The committees of an area: its villages', its towns', its own."""
    area, today = report.areas[0], report.today
    numbers = IdNumbers(area.share)
    of_villages: list[Member] = []
    of_towns: list[Member] = []
    for town in area.towns:
        members = roster(villages_in(area, today, town.code), numbers, today)
        of_villages += members
        of_towns += unit_roster(town, members, numbers, today)
    return of_villages, of_towns, unit_roster(area.unit, of_towns, numbers, today)


def homes_of(report: Report) -> Iterator[Home]:
    """The places that stood on the day of a report."""
    on, today = report.as_of, report.today
    for area in report.areas:
        for unit in (area.unit, *area.towns):
            yield from homes_of_unit(unit, on, today)
        for one in villages_in(area, today):
            yield from homes_of_village(one, on, today, report.then)


def ledger_of(report: Report) -> Iterator[Line]:
    """What came in during the year of a report."""
    for where, _women, arranged, _is_unit in _arranged(report):
        yield from lines(where, arranged, report.as_of.year, report.today)


def budgets_of(report: Report) -> Iterator[Budget]:
    """The rows of the yearly table, from above downwards."""
    for where, women, arranged, is_unit in _arranged(report):
        year, today = report.as_of.year, report.today
        yield budget(where, women, arranged, year, today, is_unit=is_unit)


def _arranged(report: Report) -> Iterator[tuple[Where, int | None, int | None, bool]]:
    """Per unit and village: where, women, what was arranged in the year, whether it is a unit."""
    year, today = report.as_of.year, report.today
    for area in report.areas:
        below = {code: list(villages_in(area, today, code)) for code in area.villages}
        women = {code: sum(one.women or 0 for one in found) for code, found in below.items()}
        yield _of_unit(area.unit, sum(women.values()), year, today)
        for town in area.towns:
            yield _of_unit(town, women.get(town.code, 0), year, today)
            for one in below.get(town.code, ()):
                where = (one.place.code, one.place.town, one.place.name)
                yield where, one.women, arranged_by_village(one, year, today), False


def _of_unit(unit: Unit, women: int, year: int, today: date) -> tuple[Where, int, int, bool]:
    where = (unit.code, unit.name, "") if unit.is_town else (unit.code, "", unit.name)
    return where, women, arranged_by_unit(unit, women, year, today), True
