"""Holding the stored figures against a full count."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.db import transaction

from federation.coverage.adding import WIDTH, count_own, figure_names
from federation.coverage.models import CoverageRow, Layout
from federation.coverage.packing import Stored, stack
from federation.coverage.periods import counting_day, current_period
from federation.coverage.units import Units, units_of


@dataclass(frozen=True)
class Difference:
    """An organisation whose stored row is not what it should be.

    ``own``: codes whose own part is not what a recount gives; ``total``: codes whose total is not
    the stored own part plus the children's stored totals.
    """

    organisation_id: int
    own: list[str] = field(default_factory=list)
    total: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Stored:
    own: np.ndarray
    total: np.ndarray
    days: np.ndarray  # ordinals; 0 where no row stands
    names: list[str]


@transaction.atomic
def verify(period: str | None = None) -> list[Difference]:
    """The organisations whose stored row differs, in tree order; nothing is written.

    Of a frozen month that is what a restatement would change: records dated back, units moved.
    Each row is counted as of its own day, so that time alone makes no difference. An organisation
    without a row differs when it has anything to count. Raises BadPeriod.
    """
    period = period or current_period()
    latest = counting_day(period)
    units = units_of(latest)
    stored = _read(units, period)
    own = _recount(units, stored, latest)
    wrong_own = own != stored.own
    wrong_total = stored.total != stored.own + _children(units, stored.total)
    return [
        Difference(
            int(units.ids[at]),
            _codes(stored.names, wrong_own[at]),
            _codes(stored.names, wrong_total[at]),
        )
        for at in np.flatnonzero(wrong_own.any(axis=1) | wrong_total.any(axis=1))
    ]


def _read(units: Units, period: str) -> _Stored:
    """The stored numbers aligned to ``units``, in today's order of columns.

    Rows made by other rules are compared in the columns that did not change since.
    """
    layouts = dict(Layout.objects.values_list("fingerprint", "figures"))
    by_layout: dict[str, list[tuple[int, date, Stored, Stored]]] = {}
    rows = CoverageRow.objects.filter(period=period)
    for pk, as_of, layout, own, total in rows.values_list(
        "organisation_id", "as_of", "layout", "own", "total"
    ):
        by_layout.setdefault(layout, []).append((pk, as_of, own, total))
    names = [
        name for name in figure_names() if all(name in layouts[layout] for layout in by_layout)
    ]
    blank = np.zeros((len(units), len(names) * WIDTH), dtype=np.int64)
    found = _Stored(blank, blank.copy(), np.zeros(len(units), dtype=np.int64), names)
    for layout, written in by_layout.items():
        _place(found, units, layouts[layout], written)
    return found


def _place(
    found: _Stored,
    units: Units,
    names: list[str],
    written: list[tuple[int, date, Stored, Stored]],
) -> None:
    """Put rows of one layout where their organisations stand."""
    place = units.positions(np.array([row[0] for row in written], dtype=np.int64))
    keep = place >= 0
    columns, width = _columns(names, found.names), len(names) * WIDTH
    found.own[place[keep]] = stack([row[2] for row in written], width)[keep][:, columns]
    found.total[place[keep]] = stack([row[3] for row in written], width)[keep][:, columns]
    found.days[place[keep]] = np.array([row[1].toordinal() for row in written])[keep]


def _columns(names: list[str], wanted: list[str]) -> np.ndarray:
    starts = np.array([names.index(name) * WIDTH for name in wanted], dtype=np.int64)
    return (starts[:, None] + np.arange(WIDTH)).ravel()


def _recount(units: Units, stored: _Stored, latest: date) -> np.ndarray:
    """Own parts as they should stand, every row as of its own day."""
    columns = _columns(figure_names(), stored.names)
    own = np.zeros_like(stored.own)
    for day in np.unique(stored.days):
        on = date.fromordinal(int(day)) if day else latest
        mine = stored.days == day
        own[mine] = count_own(units.as_of(on))[mine][:, columns]
    return own


def _children(units: Units, total: np.ndarray) -> np.ndarray:
    sums = np.zeros_like(total)
    parents = units.positions(units.parents)
    np.add.at(sums, parents[parents >= 0], total[parents >= 0])
    return sums


def _codes(names: list[str], wrong: np.ndarray) -> list[str]:
    hit = np.atleast_1d(wrong.reshape(-1, WIDTH).any(axis=1))
    return [name.partition("@")[0] for name, is_wrong in zip(names, hit, strict=True) if is_wrong]
