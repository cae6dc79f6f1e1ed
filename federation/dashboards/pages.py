"""What a leader's page holds, assembled from two readings of the rollup."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from federation.coverage.declare import Shape
from federation.coverage.services import history, months_shown, stored_figures, targets
from federation.dashboards.areas import Area, band_names, band_of
from federation.dashboards.figures import (
    GROUPS,
    LEDGER,
    MEASURES,
    OTHERS,
    Shown,
    area_of,
    areas_of,
    family,
    shown_of,
)
from federation.dashboards.gaps import Gap, problems
from federation.dashboards.outlines import outlines_of
from federation.dashboards.trends import SPARK, Chart, Trend, trend_of

RANKED = 10
# More lines than these cannot be told apart.
MOST_LINES = 4


@dataclass
class Overview:
    """The leader's page of one organisation: its own figures and a row for each one below."""

    organisation: Any
    measure: str
    own: dict[str, Shown]
    rows: list[dict[str, Shown]]
    as_of: Any
    trends: dict[str, Trend] = field(default_factory=dict)
    #: the values of the measure in the last months, by organisation
    sparks: dict[int, list[Decimal | None]] = field(default_factory=dict)
    is_top_first: bool = False

    @property
    def ledger(self) -> list[Trend]:
        return [self.trends[code] for code in LEDGER if code in self.trends]

    @property
    def groups(self) -> list[tuple[str | Promise, list[Trend]]]:
        """The whole catalogue in groups, each figure with its months."""
        families = [*GROUPS, *sorted({family(code) for code in self.own} - set(GROUPS))]
        found = [
            (
                GROUPS.get(name, OTHERS),
                [t for code, t in self.trends.items() if family(code) == name],
            )
            for name in families
        ]
        return [(label, trends) for label, trends in found if trends]

    @cached_property
    def chart(self) -> Chart:
        """The shares of the ledger, which have one axis in common."""
        shares = [t for t in self.ledger if t.latest.indicator.shape == Shape.SHARE]
        return Chart(shares[:MOST_LINES])

    @property
    def problems(self) -> list[Gap]:
        return problems(self.own, self.rows)

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
    def bands(self) -> list[tuple[str, int]]:
        """How many places stand in each band, the highest first."""
        counted = [band_of(area.share) for area in self.areas]
        return [(name, counted.count(n)) for n, name in enumerate(band_names()) if n][::-1]

    @property
    def low_count(self) -> int:
        return sum(area.is_low for area in self.areas)

    @property
    def table(self) -> list[tuple[Shown, list[Decimal | None], list[Shown]]]:
        """A line for each place below: the measure, its last months, the rest of its group."""
        ordered = sorted(self.rows, key=lambda row: _rank(row[self.measure]))
        leads = [(row[self.measure], self._others(row)) for row in ordered]
        return [(lead, self.sparks.get(lead.organisation.pk, []), rest) for lead, rest in leads]

    @property
    def footer(self) -> tuple[Shown, list[Decimal | None], list[Shown]]:
        return self.lead, self.trends[self.measure].spark, self._others(self.own)

    @property
    def other_labels(self) -> list[Any]:
        return [shown.label for shown in self._others(self.own)]

    @property
    def measures(self) -> list[tuple[str, str | Promise, bool]]:
        return [(code, name, code == self.measure) for code, name in MEASURES.items()]

    @property
    def measure_name(self) -> str:
        return str(MEASURES[self.measure])

    @property
    def group(self) -> str | Promise:
        """What the figures of the table have in common."""
        return GROUPS.get(family(self.measure), OTHERS)

    def _others(self, row: dict[str, Shown]) -> list[Shown]:
        same = family(self.measure)
        return [s for code, s in row.items() if family(code) == same and code != self.measure]


def _rank(shown: Shown) -> tuple[bool, Any, str]:
    area = area_of(shown)
    return area.share is None, area.share or 0, area.code


def overview_of(organisation: Any, children: Sequence[Any], measure: str) -> Overview:
    """The page of ``organisation`` with its ``children``; five queries, however many they are."""
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
    page.trends = trends_of(organisation, page.own)
    page.sparks = sparks_of(page.rows, page.measure)
    return page


def trends_of(organisation: Any, own: dict[str, Shown]) -> dict[str, Trend]:
    """The months of these figures of one organisation; two queries."""
    past = history([organisation.pk], own).get(organisation.pk, {})
    months = months_shown()
    return {code: trend_of(shown, past.get(code, {}), months) for code, shown in own.items()}


def sparks_of(rows: list[dict[str, Shown]], measure: str) -> dict[int, list[Decimal | None]]:
    """The values of ``measure`` in the last months by organisation; one query."""
    leads = {row[measure].organisation.pk: row[measure] for row in rows}
    past = history(leads, [measure], months=SPARK) if leads else {}
    return {
        pk: [lead.of(figure).value for figure in past.get(pk, {}).get(measure, {}).values()]
        for pk, lead in leads.items()
    }


def figure_of(organisation: Any, code: str) -> tuple[Shown, Any]:
    """One figure of ``organisation`` without its target, and its day; one query."""
    row = stored_figures([organisation.pk]).get(organisation.pk)
    shown = shown_of(organisation, row.total if row else {}, {})
    return shown[code], row.as_of if row else None
