"""One organisation's figures as a leader's page shows them: read from the rollup, never counted."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.coverage.adding import Figure
from federation.coverage.declare import Direction, Indicator, Shape, catalogue
from federation.dashboards.areas import Area
from federation.writing import UNKNOWN, cny, percent_of, thousands

Targets = dict[tuple[str, str], Decimal]
# The first is the lead figure of the ledger; the rest stand beside it in this order.
LEDGER = ("ORG-02", "POS-01", "ORG-13", "TEAM-01", "FUND-01")
MEASURES = {
    "ORG-02": gettext_lazy("组织覆盖"),
    "POS-01": gettext_lazy("妇女之家"),
    "ORG-13": gettext_lazy("执委达标"),
    "TEAM-01": gettext_lazy("村主席进两委"),
    "TEAM-02": gettext_lazy("社区主席进两委"),
    "FUND-01": gettext_lazy("人均经费"),
}


# Figures are shown in groups by the beginning of their code; other beginnings stand last.
GROUPS = {
    "ORG": gettext_lazy("组织"),
    "TEAM": gettext_lazy("队伍"),
    "POS": gettext_lazy("阵地"),
    "FUND": gettext_lazy("经费"),
}
OTHERS = gettext_lazy("其他")


def family(code: str) -> str:
    """The beginning of a code that names its group: ``ORG`` of ``ORG-02``."""
    return code.partition("-")[0]


def target_of(targets: Targets, code: str, group: str) -> Decimal | None:
    """The target of an indicator for the level judged; the general one when it has none."""
    return targets.get((code, group), targets.get((code, "")))


@dataclass(frozen=True)
class Shown:
    """One figure of one organisation with everything that stands beside it."""

    indicator: type[Indicator]
    organisation: Any
    figure: Figure
    target: Decimal | None
    #: the second figure that its indicator wants beside it
    beside: "Shown | None" = None

    def of(self, figure: Figure) -> "Shown":
        """The same figure of another month, alone."""
        return replace(self, figure=figure, beside=None)

    @property
    def beside_name(self) -> Any:
        """What the second figure is called in one word."""
        return self.indicator.beside[1]

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def label(self) -> str | Promise:
        return self.indicator.label

    @property
    def measure_name(self) -> str | Promise:
        """The short name, where there is one: at the end of a line, on a map."""
        return MEASURES.get(self.code, self.indicator.label)

    @property
    def value(self) -> Decimal | None:
        """Percent, a count, a mean or 元 for each of the denominator; None when it is not known."""
        figure, shape = self.figure, self.indicator.shape
        if shape == Shape.COUNT:
            return Decimal(figure.numerator) if figure.units else None
        if shape == Shape.SHARE:
            if not figure.counted + figure.reported:
                # Nobody has told anything: that is no share of nought.
                return None
            return percent_of(figure.numerator, figure.denominator)
        if not figure.denominator:
            return None
        each = Decimal(figure.numerator) / figure.denominator
        if shape == Shape.MEAN:
            return each.quantize(Decimal("0.1"), ROUND_HALF_UP)
        return (each / 100).quantize(Decimal("0.01"), ROUND_DOWN)

    @property
    def text(self) -> str:
        """The value without its unit: "96.4", "37", "1.20"."""
        if self.value is None:
            return UNKNOWN
        if self.indicator.shape == Shape.COUNT:
            return thousands(int(self.value))
        return str(self.value)

    @property
    def unit(self) -> Any:
        return self.indicator.unit if self.value is not None else ""

    @property
    def top(self) -> int:
        """The right end of the bar: 100 percent, or twice the target."""
        return 100 if self.indicator.shape == Shape.SHARE else int(2 * (self.target or 1)) or 1

    @property
    def is_bad(self) -> bool:
        """On the wrong side of the target; a figure without a target is never bad."""
        return self.indicator.misses(self.value, self.target)

    @property
    def distance(self) -> Decimal | None:
        """How far the value is from the target, None when either is not known."""
        if self.value is None or self.target is None:
            return None
        return abs(self.value - self.target)

    @property
    def bettering(self) -> int:
        """1 where more is better, -1 where less is, 0 where neither can be said."""
        return {Direction.UP: 1, Direction.DOWN: -1}.get(self.indicator.direction, 0)

    @property
    def has_bar(self) -> bool:
        is_each = self.indicator.shape in (Shape.CNY_EACH, Shape.MEAN)
        return self.indicator.shape == Shape.SHARE or is_each and self.target is not None

    @property
    def fraction(self) -> str:
        """Numerator over denominator as words: "11,037 / 11,270"."""
        figure = self.figure
        if not figure.units and not figure.denominator:
            return _("不适用")
        if self.indicator.shape == Shape.COUNT:
            return _("%(all)s 个有届次的组织中") % {"all": thousands(figure.denominator)}
        if self.indicator.shape == Shape.MEAN:
            return f"{thousands(figure.numerator)} ÷ {thousands(figure.denominator)}"
        if self.indicator.shape == Shape.CNY_EACH:
            return _("%(yuan)s 元 ÷ %(women)s 人") % {
                "yuan": cny(figure.numerator),
                "women": thousands(figure.denominator),
            }
        return f"{thousands(figure.numerator)} / {thousands(figure.denominator)}"

    @property
    def target_text(self) -> str:
        if self.target is None:
            return ""
        number = f"{self.target.normalize():f}"
        if self.indicator.shape == Shape.SHARE:
            return _("目标 %(number)s%%") % {"number": number}
        return _("目标 %(number)s %(unit)s") % {"number": number, "unit": self.indicator.unit}

    @property
    def known(self) -> str:
        """How the units behind the figure are known: counted, only reported, unknown."""
        figure = self.figure
        return _("登记 %(counted)s · 仅上报 %(reported)s · 无数据 %(unknown)s") % {
            "counted": thousands(figure.counted),
            "reported": thousands(figure.reported),
            "unknown": thousands(figure.unknown),
        }

    @property
    def rows_url(self) -> str:
        return reverse("dashboards:rows", args=[self.organisation.code, self.code])

    @property
    def about_url(self) -> str:
        return reverse("dashboards:indicator", args=[self.organisation.code, self.code])


def shown_of(organisation: Any, figures: dict[str, Figure], targets: Targets) -> dict[str, Shown]:
    """The figures of ``organisation`` by code, the whole catalogue."""
    alone = {
        indicator.code: Shown(
            indicator,
            organisation,
            figures.get(indicator.code, Figure()),
            target_of(targets, indicator.code, organisation.kind_group),
        )
        for indicator in catalogue()
    }
    return {
        code: replace(shown, beside=alone.get(shown.indicator.beside[0]))
        for code, shown in alone.items()
    }


def areas_of(rows: Iterable[dict[str, Shown]], measure: str) -> list[Area]:
    """One area for every organisation's figure of ``measure``, linked to its own page."""
    return [area_of(row[measure]) for row in rows]


def area_of(shown: Shown) -> Area:
    """A figure as a place on the map."""
    is_money = shown.indicator.shape == Shape.CNY_EACH
    target = shown.target
    return Area(
        code=shown.organisation.code,
        name=str(shown.organisation),
        href=reverse("dashboards:area", args=[shown.organisation.code]),
        indicator=shown.code,
        numerator=shown.figure.numerator,
        denominator=shown.figure.denominator,
        target=target * 100 if is_money and target is not None else target,
        is_money=is_money,
    )
