"""What the officers of the demonstration send in: which table, of whom, of which day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.units import Unit
from demo.villages import Place

#: month ends before this one for which figures are worked out
MONTHS_KEPT = 24
YEARS_KEPT = 2
#: how many months ago homes were listed: each list is evidence for a year
MONTHS_OF_HOMES = (MONTHS_KEPT + 1, 13, 2)


@dataclass(frozen=True)
class Area:
    """What one officer collects: a unit, the towns below it and their villages.

    ``share``: the share of ID numbers that is hers (``IdNumbers``). ``villages``: by town.
    """

    unit: Unit
    share: int
    towns: tuple[Unit, ...] = ()
    villages: dict[str, tuple[Place, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """One workbook: the sheet it is for, its title, the day its rows hold for, what it covers."""

    sheet: str
    title: str
    as_of: date
    today: date
    areas: tuple[Area, ...]

    @property
    def file_name(self) -> str:
        """The name under which it is imported."""
        return f"{self.title}.xlsx"

    @property
    def then(self) -> date:
        """The day of the earliest report."""
        return month_end_before(self.today, MONTHS_KEPT + 1)


def month_end_before(day: date, months: int) -> date:
    """The last day of the month ``months`` before that of ``day``."""
    year, month = divmod(day.year * 12 + day.month - months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def reports(areas: Sequence[Area], today: date) -> list[Report]:
    """Everything that is sent in, in the order of the days it holds for.

    ``areas``: the city by itself, then its districts.
    """
    found = [*_of_villages(areas, today), *_of_homes(areas, today), *_of_money(areas, today)]
    return sorted(found, key=_day) + [
        Report("committee", f"{area.unit.name}妇联执委花名册", today, today, (area,))
        for area in areas
    ]


def _day(report: Report) -> date:
    return report.as_of


def _of_villages(areas: Sequence[Area], today: date) -> Iterator[Report]:
    then = month_end_before(today, MONTHS_KEPT + 1)
    yield Report("villages", f"{then.year}年村（社区）基本情况", then, today, tuple(areas))
    yield Report("villages", "全市村（社区）基本情况", today, today, tuple(areas))


def _of_homes(areas: Sequence[Area], today: date) -> Iterator[Report]:
    for months in MONTHS_OF_HOMES:
        on = month_end_before(today, months)
        yield Report("homes", f"{on:%Y年%m月}妇女之家阵地台账", on, today, tuple(areas))


def _of_money(areas: Sequence[Area], today: date) -> Iterator[Report]:
    for year in range(today.year - YEARS_KEPT, today.year + 1):
        on = min(today, date(year, 12, 31))
        yield Report("yearly", f"{year}年妇联经费预算安排情况", on, today, tuple(areas))
        yield Report("budgets", f"{year}年妇联经费台账", on, today, tuple(areas))
