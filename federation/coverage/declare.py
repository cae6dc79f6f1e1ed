"""Declare an indicator: one class in ``<app>/indicators.py`` of the app that owns the records.

A declaration counts the organisations' *own* parts, all at once; the platform adds them up the
tree, stores them, checks them at night and shows them. Nothing here knows a domain.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np

from federation.coverage.units import Units
from federation.declarations import Registry

PARTS = ("numerator", "denominator", "counted", "reported", "unknown")


class Shape(StrEnum):
    """How a figure is shown."""

    SHARE = "share"  # numerator in percent of denominator
    COUNT = "count"  # the numerator; the denominator says among how many
    CNY_EACH = "cny_each"  # 分 per unit of the denominator, written in 元
    MEAN = "mean"  # numerator per unit of the denominator, to one decimal (人, 岁)


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    BAND = "band"  # near the target, ``tolerance`` away from it at most
    NEITHER = "neither"  # told for information, never judged


class Own:
    """The own parts of one indicator: five columns of whole numbers aligned to ``units``.

    Money in 分. ``counted``, ``reported`` and ``unknown`` are units, exclusive of each other: known
    from records, known from a report only, not known.
    """

    def __init__(
        self, *, numerator: Any, denominator: Any, counted: Any, reported: Any, unknown: Any
    ) -> None:
        columns = (numerator, denominator, counted, reported, unknown)
        self.columns = np.stack([np.asarray(column).astype(np.int64) for column in columns], axis=1)


@dataclass(frozen=True)
class Evidence:
    """What stands behind one organisation's part: the value in words, where from, as of when."""

    value: str
    source: str
    dated: date | None = None
    is_person: bool = False  # tells of one human: only for readers who may see people


class Indicator:
    """One figure of the catalogue. Subclasses fill the nouns and ``own``."""

    code: ClassVar[str]
    label: ClassVar[Any]
    #: raised when the rule changes: stored figures name the rule that made them
    version: ClassVar[int] = 1
    shape: ClassVar[Shape] = Shape.SHARE
    unit: ClassVar[Any] = "%"
    direction: ClassVar[Direction] = Direction.UP
    #: how far from its target a figure of direction BAND may be, in its own unit
    tolerance: ClassVar[Decimal] = Decimal(0)
    #: groups of kinds that have an own part; empty: every group
    applies_to: ClassVar[tuple[str, ...]] = ()
    #: labels of the models whose changes move the figure
    counts: ClassVar[tuple[str, ...]] = ()
    #: what the numerator and the denominator are, in words for pages
    numerator_is: ClassVar[Any]
    denominator_is: ClassVar[Any]
    #: what is left out and what happens without data, in words for pages
    rule: ClassVar[Any]
    source: ClassVar[Any]
    #: the code of a second figure that stands beside this one, and what it is called there
    beside: ClassVar[tuple[str, Any]] = ("", "")

    @classmethod
    def misses(cls, value: Decimal | None, target: Decimal | None) -> bool:
        """Whether ``value`` is on the wrong side of ``target``; without either it never is."""
        if value is None or target is None:
            return False
        return {
            Direction.UP: value < target,
            Direction.DOWN: value > target,
            Direction.BAND: abs(value - target) > cls.tolerance,
            Direction.NEITHER: False,
        }[cls.direction]

    def own(self, units: Units) -> Own:
        """The own parts of ``units`` as of ``units.on``; no query per organisation."""
        raise NotImplementedError(self.code)

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        """What stands behind the parts of a page of organisations; a fixed number of queries."""
        raise NotImplementedError(self.code)

    def applies(self, units: Units) -> np.ndarray:
        """Which units have an own part: the expected ones of the groups it applies to."""
        if not self.applies_to:
            return units.expected
        return units.expected & np.isin(units.groups, self.applies_to)

    def of(self, units: Units) -> np.ndarray:
        """``own`` of the units that have an own part, nothing of the others."""
        return self.own(units).columns * self.applies(units)[:, None]


indicators: Registry[type[Indicator]] = Registry("indicators", key="code")


def catalogue() -> list[type[Indicator]]:
    """All indicators by code: the order in which stored numbers stand."""
    return sorted(indicators, key=lambda indicator: indicator.code)
