"""The page of one indicator: what it says, how it is made, how it went, what it should reach."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.coverage.declare import Direction, Indicator, Shape, indicators
from federation.coverage.models import Target
from federation.coverage.services import Figure, stored_figures
from federation.dashboards.figures import GROUPS, OTHERS, Shown, Targets, family, target_of
from federation.dashboards.pages import RANKED, trends_of
from federation.dashboards.trends import Chart, Trend, month_words
from federation.registers.scopebar import LEVELS
from federation.writing import cny, thousands

WAYS = {
    Direction.UP: gettext_lazy("越高越好"),
    Direction.DOWN: gettext_lazy("越低越好"),
    Direction.BAND: gettext_lazy("接近目标为好"),
    Direction.NEITHER: gettext_lazy("只作说明，不评好坏"),
}
EVERY_LEVEL = gettext_lazy("各层级")
EVERY_YEAR = gettext_lazy("每年")


@dataclass(frozen=True)
class TargetLine:
    """One stored target in words."""

    level: str | Promise
    year: str | Promise
    value: str
    source: str


@dataclass(frozen=True)
class Version:
    """One version of the rule and the months it counted."""

    number: int
    months: str
    is_in_force: bool


@dataclass
class About:
    """One figure of one organisation with everything there is to say of it."""

    shown: Shown
    below: list[Shown]
    trend: Trend
    targets: list[Target]
    as_of: Any

    @property
    def indicator(self) -> type[Indicator]:
        return self.shown.indicator

    @property
    def organisation(self) -> Any:
        return self.shown.organisation

    @property
    def group(self) -> str | Promise:
        return GROUPS.get(family(self.shown.code), OTHERS)

    @property
    def way(self) -> str | Promise:
        return WAYS[self.indicator.direction]

    @property
    def is_judged(self) -> bool:
        """Whether the figure can meet its target at all."""
        return self.indicator.direction != Direction.NEITHER

    @property
    def numerator(self) -> str:
        """The numerator as written: money in 元."""
        figure = self.shown.figure
        is_money = self.indicator.shape == Shape.CNY_EACH
        return cny(figure.numerator) if is_money else thousands(figure.numerator)

    @property
    def denominator(self) -> str:
        return thousands(self.shown.figure.denominator)

    @cached_property
    def chart(self) -> Chart:
        return Chart([self.trend])

    @property
    def ranking(self) -> list[Shown]:
        """The places below that are farthest behind; those without data are left out."""
        known = [one for one in self.below if one.value is not None]
        worst_is_high = self.indicator.direction == Direction.DOWN
        known.sort(key=lambda one: one.organisation.code)
        known.sort(key=lambda one: one.value or 0, reverse=worst_is_high)
        return known[:RANKED]

    @property
    def silent(self) -> int:
        """How many places below have no figure: they show "—" and are no 0 %."""
        return sum(one.value is None for one in self.below)

    @property
    def target_lines(self) -> list[TargetLine]:
        """Every stored target of the indicator, the general one first."""
        ordered = sorted(self.targets, key=lambda row: (row.kind_group, row.year or 0))
        return [self._line(row) for row in ordered]

    def _line(self, row: Target) -> TargetLine:
        year = _("%(year)s年") % {"year": row.year} if row.year else EVERY_YEAR
        level = LEVELS.get(row.kind_group, EVERY_LEVEL)
        return TargetLine(level, year, f"{row.value.normalize():f}", row.source)

    @property
    def source(self) -> str:
        """Where the target in force comes from."""
        rows = [row for row in self.targets if row.kind_group in ("", self.organisation.kind_group)]
        rows.sort(key=lambda row: (bool(row.kind_group), row.year or 0))
        return rows[-1].source if rows else ""

    @property
    def versions(self) -> list[Version]:
        """The versions of the rule that counted the months shown, the newest first."""
        spans: dict[int, list[str]] = {self.indicator.version: []}
        for point in self.trend.known:
            number = point.rule or self.indicator.version
            spans.setdefault(number, []).append(point.month.period)
        return [
            Version(number, _span(months), number == self.indicator.version)
            for number, months in sorted(spans.items(), reverse=True)
        ]


def _span(months: list[str]) -> str:
    if not months:
        return ""
    if len(months) == 1:
        return month_words(months[0])
    return f"{month_words(months[0])}—{month_words(months[-1])}"


def about(organisation: Any, children: Sequence[Any], indicator: type[Indicator]) -> About:
    """The page of ``indicator`` for ``organisation``; four queries, however many are below."""
    stored = stored_figures([organisation.pk, *(child.pk for child in children)])
    here = stored.get(organisation.pk)
    code = indicator.code
    day = here.as_of if here else timezone.localdate()
    rows = list(Target.objects.filter(indicator=code))
    wanted = in_force(rows, day.year)

    def shown(place: Any, which: type[Indicator] = indicator) -> Shown:
        row = stored.get(place.pk)
        figure = row.total.get(which.code, Figure()) if row else Figure()
        return Shown(which, place, figure, target_of(wanted, which.code, place.kind_group))

    own = shown(organisation)
    second = indicators.get(indicator.beside[0])
    if second is not None:
        own = replace(own, beside=shown(organisation, second))
    trend = trends_of(organisation, {code: own})[code]
    return About(own, [shown(child) for child in children], trend, rows, here and here.as_of)


def in_force(rows: list[Target], year: int) -> Targets:
    """The targets of ``year`` among ``rows``; one of the year wins over one for every year."""
    valid = [row for row in rows if row.year in (None, year)]
    ordered = sorted(valid, key=lambda row: row.year or 0)
    return {(row.indicator, row.kind_group): row.value for row in ordered}
