"""What the officers of the demonstration send in: which table, of whom, of which day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter

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


def reports(areas: Sequence[Area], today: date, whose: str) -> list[Report]:
    """Everything that is sent in, in the order of the days it holds for.

    ``areas``: the city by itself, then districts; ``whose``: what the titles call them together.
    """
    together = [
        Report(sheet, whose + title, as_of, today, tuple(areas))
        for sheet, title, as_of in sorted(_together(today), key=itemgetter(2))
    ]
    return together + [
        Report("committee", f"{area.unit.name}妇联执委花名册", today, today, (area,))
        for area in areas
    ]


def _together(today: date) -> Iterator[tuple[str, str, date]]:
    """Sheet, title and day of what all areas send in one workbook."""
    then = month_end_before(today, MONTHS_KEPT + 1)
    yield "villages", f"{then.year}年村（社区）基本情况", then
    yield "villages", "村（社区）基本情况", today
    for months in MONTHS_OF_HOMES:
        on = month_end_before(today, months)
        yield "homes", f"{on:%Y年%m月}妇女之家阵地台账", on
    for year in range(today.year - YEARS_KEPT, today.year + 1):
        on = min(today, date(year, 12, 31))
        yield "yearly", f"{year}年妇联经费预算安排情况", on
        yield "budgets", f"{year}年妇联经费台账", on
