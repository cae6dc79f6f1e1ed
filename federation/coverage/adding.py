"""Counting own parts and adding them up the tree; figures as they are read from stored rows."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np

from federation.coverage.declare import PARTS, catalogue
from federation.coverage.packing import Stored, unpack
from federation.coverage.units import Units

WIDTH = len(PARTS)


@dataclass(frozen=True)
class Figure:
    """One indicator of one organisation; money in 分.

    ``counted``, ``reported`` and ``unknown`` are units known from records, from reports, not known.
    """

    numerator: int = 0
    denominator: int = 0
    counted: int = 0
    reported: int = 0
    unknown: int = 0

    @property
    def units(self) -> int:
        """All units the indicator asks of."""
        return self.counted + self.reported + self.unknown


def figure_names() -> list[str]:
    """The stored columns in order, with the version of the rule: ``["ORG-02@1", …]``."""
    return [f"{indicator.code}@{indicator.version}" for indicator in catalogue()]


def fingerprint(names: list[str]) -> str:
    """A short name of an order of columns."""
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()[:16]


def count_own(units: Units) -> np.ndarray:
    """The own parts of ``units``: one row each, five numbers per indicator."""
    indicators = catalogue()
    own = np.empty((len(units), len(indicators), WIDTH), dtype=np.int64)
    for place, indicator in enumerate(indicators):
        own[:, place] = indicator().of(units)
    return own.reshape(len(units), -1)


def add_up(units: Units, total: np.ndarray) -> None:
    """Turn own parts into totals: to each those of everything below, for the whole tree.

    Siblings stand side by side in (depth, path) order, so a level is one slice and its families
    are runs in it. In place, for the table of a nation is gigabytes.
    """
    parents = units.positions(units.parents)
    for depth in np.unique(units.depths)[::-1]:
        first, end = np.searchsorted(units.depths, [depth, depth + 1])
        families = parents[first:end]
        starts = np.flatnonzero(np.r_[True, families[1:] != families[:-1]])
        sums = np.add.reduceat(total[first:end], starts, axis=0)
        has_parent = families[starts] >= 0
        np.add.at(total, families[starts][has_parent], sums[has_parent])


def figures_in(stored: Stored, names: list[str]) -> dict[str, Figure]:
    """The figures of one stored row by code."""
    numbers = unpack(stored).reshape(-1, WIDTH).tolist()
    codes = [name.partition("@")[0] for name in names]
    return {code: Figure(*parts) for code, parts in zip(codes, numbers, strict=True)}


def column_of(code: str, names: list[str]) -> int | None:
    """Where the numbers of ``code`` begin in a stored row, None where it was not counted."""
    codes = [name.partition("@")[0] for name in names]
    return codes.index(code) * WIDTH if code in codes else None


def figure_in(stored: Stored, column: int | None) -> Figure:
    """The one figure that begins at ``column``."""
    if column is None:
        return Figure()
    return Figure(*unpack(stored)[column : column + WIDTH].tolist())
