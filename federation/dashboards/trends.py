"""How figures went over the months: values, the change to the last month, one spoken finding."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from federation.coverage.adding import Figure
from federation.coverage.services import Month
from federation.dashboards.figures import Shown

#: months drawn in the small bars beside a figure
SPARK = 8


def month_words(period: str) -> str:
    """``2026-06`` as 2026年6月."""
    year, month = period.split("-")
    return _("%(year)s年%(month)s月") % {"year": year, "month": int(month)}


@dataclass(frozen=True)
class Point:
    """One month of one figure."""

    month: Month
    shown: Shown | None

    @property
    def value(self) -> Decimal | None:
        return self.shown.value if self.shown else None

    @property
    def text(self) -> str:
        return self.shown.text if self.shown else "—"

    @property
    def rule(self) -> int | None:
        """The version of the rule that made the figure, None while the month is open."""
        code = self.shown.code if self.shown else ""
        return (self.month.rules or {}).get(code)


@dataclass(frozen=True)
class Trend:
    """One figure of one organisation, the oldest month first."""

    latest: Shown
    points: list[Point]

    @property
    def label(self) -> str | Promise:
        return self.latest.label

    @property
    def short(self) -> str | Promise:
        """The name at the end of the line."""
        return self.latest.measure_name

    @cached_property
    def known(self) -> list[Point]:
        """The months of which something is known."""
        return [point for point in self.points if point.value is not None]

    @property
    def spark(self) -> list[Decimal | None]:
        """The last months, None where nothing is known."""
        return [point.value for point in self.points[-SPARK:]]

    @property
    def change(self) -> Decimal | None:
        """The value of the newest month minus that of the month before it, None without one."""
        if len(self.points) < 2:
            return None
        before, now = self.points[-2].value, self.points[-1].value
        return None if before is None or now is None else now - before

    @property
    def finding(self) -> str:
        """From where to where the figure went, as one sentence for readers."""
        if len(self.known) < 2:
            return _("%(label)s还没有可比的月份。") % {"label": self.label}
        first, last = self.known[0], self.known[-1]
        return _("%(label)s由%(from)s的 %(old)s%(unit)s 到%(until)s的 %(new)s%(unit)s。") % {
            "label": self.label,
            "from": month_words(first.month.period),
            "old": first.text,
            "until": month_words(last.month.period),
            "new": last.text,
            "unit": self.latest.indicator.unit,
        }

    @property
    def turns(self) -> list[Point]:
        """The months from which another version of the rule counts."""
        found, version = [], None
        for point in self.known:
            if version is not None and point.rule is not None and point.rule != version:
                found.append(point)
            version = point.rule or version
        return found


@dataclass(frozen=True)
class Line:
    """A row of the table behind a chart: one month of several figures."""

    month: Month
    points: list[Point]
    #: which version of the rule begins here, empty where none does
    turn: str = ""

    @property
    def words(self) -> str:
        return month_words(self.month.period)


@dataclass(frozen=True)
class Chart:
    """Up to four figures over the same months, as lines and as a table."""

    trends: list[Trend]

    @property
    def is_drawn(self) -> bool:
        """Whether there is more than one month to draw."""
        return any(len(trend.known) > 1 for trend in self.trends)

    @property
    def lines(self) -> list[Line]:
        """The table, the newest month first."""
        rows = zip(*(trend.points for trend in self.trends), strict=True)
        return [Line(row[0].month, list(row), self._turn(row[0])) for row in rows][::-1]

    def _turn(self, point: Point) -> str:
        """Where several figures share the page, each has its own page to tell of its rule."""
        if len(self.trends) > 1 or point not in self.trends[0].turns:
            return ""
        return _("第 %(version)s 版起") % {"version": point.rule}

    @property
    def finding(self) -> str:
        return "".join(trend.finding for trend in self.trends)

    @property
    def computed_later(self) -> str:
        """Which months were worked out afterwards, empty where none was."""
        later = [p.month.period for p in self.trends[0].known if p.month.is_computed_later]
        if not later:
            return ""
        return _("%(first)s至%(last)s为补算：事后按登记的日期算出，表格里标“补算”。") % {
            "first": month_words(later[0]),
            "last": month_words(later[-1]),
        }

    @property
    def unit(self) -> Any:
        return self.trends[0].latest.indicator.unit


def trend_of(shown: Shown, past: dict[str, Figure], months: Sequence[Month]) -> Trend:
    """The figure ``shown`` over ``months``; the newest is what the page shows beside it."""

    def point(month: Month) -> Point:
        figure = past.get(month.period)
        return Point(month, shown.of(figure) if figure else None)

    return Trend(shown, [point(month) for month in months])
