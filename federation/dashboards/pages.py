"""What a leader's page holds, assembled from two readings of the rollup."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.coverage.declare import Direction, Shape
from federation.coverage.services import stored_figures, targets
from federation.dashboards.areas import BAND_NAMES, Area, band_of
from federation.dashboards.figures import LEDGER, MEASURES, Shown, area_of, areas_of, shown_of
from federation.dashboards.outlines import outlines_of

RANKED = 10
# What needs a hand, which figure counts it, and whether the numerator or what is missing from it.
PROBLEMS = (
    ("ORG-08", gettext_lazy("换届逾期"), "calendar-x", "bad", True),
    ("ORG-02", gettext_lazy("未建妇联"), "building-community", "bad", False),
    ("ORG-13", gettext_lazy("执委不足"), "users-minus", "warn", False),
    ("POS-01", gettext_lazy("无妇女之家"), "home-off", "warn", False),
)


@dataclass(frozen=True)
class Problem:
    """How many units below need one kind of hand, and where most of them are."""

    label: str | Promise
    icon: str
    kind: str
    count: int
    worst: str
    shown: Shown

    @property
    def url(self) -> str:
        which = "in" if self.shown.indicator.direction == Direction.DOWN else "out"
        return f"{self.shown.rows_url}?which={which}"


@dataclass
class Overview:
    """The leader's page of one organisation: its own figures and a row for each one below."""

    organisation: Any
    measure: str
    own: dict[str, Shown]
    rows: list[dict[str, Shown]]
    as_of: Any
    problems: list[Problem] = field(default_factory=list)
    is_top_first: bool = False

    @property
    def ledger(self) -> list[Shown]:
        return [self.own[code] for code in LEDGER]

    @property
    def all_own(self) -> list[Shown]:
        return list(self.own.values())

    @property
    def lead(self) -> Shown:
        return self.own[self.measure]

    @property
    def areas(self) -> list[Area]:
        return areas_of(self.rows, self.measure)

    @property
    def outlines(self) -> dict[str, Any] | None:
        """The map below this organisation, None where only tiles can be drawn."""
        return outlines_of(self.organisation.code)

    @property
    def ranking(self) -> list[tuple[int, Area]]:
        """Places with their rank, the lowest value first; those without data are left out."""
        known = [area for area in self.areas if area.value is not None]
        ordered = sorted(known, key=lambda area: (-(area.share or 0), area.code))
        return list(enumerate(ordered, start=1))[::-1]

    @property
    def ranked(self) -> list[tuple[int, Area]]:
        """The end of the ranking that is asked for: the last ten, or the first."""
        ordered = self.ranking[::-1] if self.is_top_first else self.ranking
        return ordered[:RANKED]

    @property
    def tick(self) -> Any:
        """Where the target stands on the bars of the ranking; money is drawn as part of it."""
        if self.lead.target is None:
            return None
        return 100 if self.lead.indicator.shape == Shape.CNY_EACH else self.lead.target

    @property
    def hatch(self) -> str:
        """What hatching means here, empty without a target."""
        return _("未达%(target)s") % {"target": self.lead.target_text} if self.lead.target else ""

    @property
    def bands(self) -> list[tuple[str | Promise, int]]:
        """How many places stand in each band, the highest first."""
        counted = [band_of(area.share) for area in self.areas]
        return [(BAND_NAMES[n], counted.count(n)) for n in range(5, 0, -1)]

    @property
    def low_count(self) -> int:
        return sum(area.is_low for area in self.areas)

    @property
    def table(self) -> list[tuple[Shown, list[Shown]]]:
        """A line for each place below: the measure first, then the other figures."""
        ordered = sorted(self.rows, key=lambda row: _rank(row[self.measure]))
        return [(row[self.measure], self._others(row)) for row in ordered]

    @property
    def footer(self) -> tuple[Shown, list[Shown]]:
        return self.lead, self._others(self.own)

    @property
    def other_labels(self) -> list[Any]:
        return [shown.label for shown in self._others(self.own)]

    @property
    def measures(self) -> list[tuple[str, str | Promise, bool]]:
        return [(code, name, code == self.measure) for code, name in MEASURES.items()]

    @property
    def measure_name(self) -> str:
        return str(MEASURES[self.measure])

    def _others(self, row: dict[str, Shown]) -> list[Shown]:
        return [shown for code, shown in row.items() if code != self.measure]


def _rank(shown: Shown) -> tuple[bool, Any, str]:
    area = area_of(shown)
    return area.share is None, area.share or 0, area.code


def overview_of(organisation: Any, children: Sequence[Any], measure: str) -> Overview:
    """The page of ``organisation`` with its ``children``; two queries, however many they are."""
    stored = stored_figures([organisation.pk, *(child.pk for child in children)])
    here = stored.get(organisation.pk)
    wanted = targets(here.as_of.year) if here else {}

    def shown(place: Any) -> dict[str, Shown]:
        row = stored.get(place.pk)
        return shown_of(place, row.total if row else {}, wanted)

    page = Overview(
        organisation,
        measure if measure in MEASURES else LEDGER[0],
        shown(organisation),
        [shown(child) for child in children],
        here.as_of if here else None,
    )
    page.problems = [_problem(page, *kind) for kind in PROBLEMS]
    return page


def figure_of(organisation: Any, code: str) -> tuple[Shown, Any]:
    """One figure of ``organisation`` without its target, and its day; one query."""
    row = stored_figures([organisation.pk]).get(organisation.pk)
    shown = shown_of(organisation, row.total if row else {}, {})
    return shown[code], row.as_of if row else None


def _problem(
    page: Overview, code: str, label: str | Promise, icon: str, kind: str, is_numerator: bool
) -> Problem:
    def amount(shown: Shown) -> int:
        if is_numerator:
            return shown.figure.numerator
        # Units without data are no problem that is known: they are counted apart.
        return shown.figure.denominator - shown.figure.numerator - shown.figure.unknown

    worst = max((row[code] for row in page.rows), key=amount, default=None)
    words = ""
    if worst is not None and amount(worst) > 0:
        words = _("最多在%(place)s，%(count)s 个") % {
            "place": worst.organisation,
            "count": amount(worst),
        }
    return Problem(label, icon, kind, amount(page.own[code]), words, page.own[code])
