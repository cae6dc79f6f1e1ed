"""One place on a map or tile chart: its figure, its band, its words."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from federation.writing import UNKNOWN, cny, percent_of, thousands

# Fixed, not quantiles, so that one quarter compares with the next. Lower edges, in percent.
EDGES = (Decimal(85), Decimal(90), Decimal(95), Decimal(98))
# For figures that are far from whole almost everywhere: with the others all would look alike.
WIDE_EDGES = (Decimal(50), Decimal(70), Decimal(85), Decimal(95))


def band_names(edges: tuple[Decimal, ...] = EDGES) -> list[str]:
    """What the bands 0 (nothing known) to 5 are called."""
    between = [f"{low}—{high}%" for low, high in pairwise(edges)]
    lowest = _("低于 %(edge)s%%") % {"edge": edges[0]}
    highest = _("%(edge)s%% 以上") % {"edge": edges[-1]}
    return [_("没有数据"), lowest, *between, highest]


def band_of(share: Decimal | None, edges: tuple[Decimal, ...] = EDGES) -> int:
    """1 (low) to 5 (high) by fixed edges, 0 where nothing is known."""
    if share is None:
        return 0
    return 1 + sum(share >= edge for edge in edges)


@dataclass(frozen=True)
class Area:
    """An organisation with one figure, as a shape, a tile or a row of the ranking.

    ``numerator`` and ``denominator`` are integers as stored (money in 分); ``target`` is in
    percent, or in 分 per unit of the denominator when ``is_money``.
    """

    code: str
    name: str
    href: str
    indicator: str
    numerator: int | None
    denominator: int | None
    target: Decimal | int | None = None
    is_money: bool = False
    edges: tuple[Decimal, ...] = EDGES

    @property
    def value(self) -> Decimal | None:
        """Percent, or whole 分 per unit, cut as on tiles; None without a denominator."""
        if not self.is_money:
            return percent_of(self.numerator, self.denominator)
        if self.numerator is None or not self.denominator:
            return None
        return (Decimal(self.numerator) / self.denominator).quantize(Decimal(1), ROUND_DOWN)

    @property
    def share(self) -> Decimal | None:
        """What the colour shows: the percentage, for money the part of the target reached."""
        if not self.is_money or self.value is None:
            return self.value
        return self.value * 100 / self.target if self.target else None

    @property
    def band(self) -> int:
        return band_of(self.share, self.edges)

    @property
    def is_low(self) -> bool:
        """Below the target; an unknown figure is not."""
        return self.value is not None and self.target is not None and self.value < self.target

    @property
    def text(self) -> str:
        """The figure with its unit: "96.4%", "1.20 元", "—"."""
        if self.value is None:
            return UNKNOWN
        if self.is_money:
            return _("%(yuan)s 元") % {"yuan": cny(int(self.value))}
        return f"{self.value}%"

    @property
    def fraction(self) -> str:
        """Numerator over denominator, empty for money."""
        if self.is_money or self.denominator is None:
            return ""
        return f"{thousands(self.numerator)}/{thousands(self.denominator)}"

    @property
    def verdict(self) -> str:
        """Whether the target is met, in a word that does not need the colour."""
        if self.value is None:
            return _("没有数据")
        if self.target is None:
            return ""
        return _("未达标") if self.is_low else _("达标")

    @property
    def words(self) -> str:
        """Figure, fraction and verdict as one phrase for readers."""
        return "，".join(part for part in (self.text, self.fraction, self.verdict) if part)
