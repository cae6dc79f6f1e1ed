"""One organisation's figures as a leader's page shows them: read from the rollup, never counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.coverage.adding import Figure
from federation.coverage.declare import Indicator, Shape, catalogue
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


def target_of(targets: Targets, code: str, group: str) -> Decimal | None:
    """The target of an indicator for a group of kinds; the general one when it has none."""
    return targets.get((code, group), targets.get((code, "")))


@dataclass(frozen=True)
class Shown:
    """One figure of one organisation with everything that stands beside it."""

    indicator: type[Indicator]
    organisation: Any
    figure: Figure
    target: Decimal | None

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def label(self) -> str | Promise:
        return self.indicator.label

    @property
    def value(self) -> Decimal | None:
        """Percent, a count, or 元 for each of the denominator; None when it cannot be said."""
        figure = self.figure
        if self.indicator.shape == Shape.COUNT:
            return Decimal(figure.numerator) if figure.units else None
        if self.indicator.shape == Shape.CNY_EACH:
            return (
                Decimal(figure.numerator) / figure.denominator / 100 if figure.denominator else None
            )
        if self.indicator.shape == Shape.MEAN:
            return Decimal(figure.numerator) / figure.denominator if figure.denominator else None
        return percent_of(figure.numerator, figure.denominator)

    @property
    def text(self) -> str:
        """The value without its unit: "96.4", "37", "1.20"."""
        if self.value is None:
            return UNKNOWN
        if self.indicator.shape == Shape.COUNT:
            return thousands(int(self.value))
        if self.indicator.shape == Shape.CNY_EACH:
            return f"{self.value:.2f}"
        if self.indicator.shape == Shape.MEAN:
            return f"{self.value:.1f}"
        return str(self.value)

    @property
    def unit(self) -> Any:
        return self.indicator.unit if self.value is not None else ""

    @property
    def top(self) -> int:
        """The right end of the bar: 100 percent, or twice the target for money."""
        if self.indicator.shape == Shape.CNY_EACH:
            return int(2 * (self.target or 1))
        return 100

    @property
    def is_bad(self) -> bool:
        """On the wrong side of the target; a figure without a target is never bad."""
        return self.indicator.misses(self.value, self.target)

    @property
    def has_bar(self) -> bool:
        return self.indicator.shape not in (Shape.COUNT, Shape.MEAN)

    @property
    def fraction(self) -> str:
        """Numerator over denominator as words: "11,037 / 11,270"."""
        figure = self.figure
        if self.indicator.shape == Shape.COUNT:
            return _("%(all)s 个有届次的组织中") % {"all": thousands(figure.denominator)}
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


def shown_of(organisation: Any, figures: dict[str, Figure], targets: Targets) -> dict[str, Shown]:
    """The figures of ``organisation`` by code, the whole catalogue."""
    return {
        indicator.code: Shown(
            indicator,
            organisation,
            figures.get(indicator.code, Figure()),
            target_of(targets, indicator.code, group_of(indicator)),
        )
        for indicator in catalogue()
    }


def group_of(indicator: type[Indicator]) -> str:
    """The group whose target applies: the only one the indicator is about, else none."""
    return indicator.applies_to[0] if len(indicator.applies_to) == 1 else ""


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
