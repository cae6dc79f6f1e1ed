"""The organisations of one count, in an order that lets numpy add them up."""

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date
from os.path import commonprefix
from typing import Any, TypeVar

import numpy as np
from django.db.models import QuerySet

from federation.access.tree import STEP, after, organisation_model
from federation.coverage.numbers import columns_of_numbers

T = TypeVar("T")
# Above this many, a range of the tree is read instead of a list of ids.
FEW = 200


class Units:
    """Organisations by (depth, path), counted as of one day, with what was read about them.

    ``ids``, ``parents`` (primary keys, -1 for a root), ``depths``, ``groups`` (kind group) and
    ``expected`` are arrays of the same length. ``limit`` is None when the whole tree is counted.
    """

    def __init__(self, on: date, rows: list[tuple[Any, ...]], *, is_whole: bool) -> None:
        columns = list(zip(*rows, strict=True)) or [()] * 7
        self.on, self.is_whole = on, is_whole
        self.ids = np.array(columns[0], dtype=np.int64)
        self.parents = np.array([-1 if up is None else up for up in columns[1]], dtype=np.int64)
        self.depths = np.array(columns[2], dtype=np.int64)
        self.paths: tuple[str, ...] = tuple(columns[3])
        self.groups = np.array(columns[4], dtype=object)
        self.expected = np.array(columns[5], dtype=bool)
        self.branches: tuple[int | None, ...] = tuple(columns[6])
        self._order = np.argsort(self.ids, kind="stable")
        self._sorted = self.ids[self._order]
        self._read: dict[Any, Any] = {}
        self._loaded: dict[Any, Any] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def as_of(self, on: date) -> "Units":
        """The same units for a count as of another day; records loaded are shared."""
        other = copy(self)
        other.on, other._read = on, {}
        return other

    def read(self, source: "Callable[[Units], T]") -> T:
        """What ``source`` says of these units on their day; once, however many indicators ask."""
        if source not in self._read:
            self._read[source] = source(self)
        return self._read[source]

    def load(self, source: "Callable[[Units], T]") -> T:
        """Records of all days as ``source`` reads them; once, however many days are counted."""
        if source not in self._loaded:
            self._loaded[source] = source(self)
        return self._loaded[source]

    def narrow(self, records: QuerySet, organisation: str = "organisation") -> QuerySet:
        """``records`` of these units (perhaps of some neighbours too, which ``table`` drops)."""
        if self.is_whole:
            return records
        if len(self) <= FEW:
            column = f"{organisation}_id" if organisation else "pk"
            return records.filter(**{f"{column}__in": self.ids.tolist()})
        shared = commonprefix(self.paths)
        root = shared[: len(shared) // STEP * STEP]
        column = f"{organisation}__path" if organisation else "path"
        return records.filter(**{f"{column}__gte": root, f"{column}__lt": after(root)})

    def positions(self, ids: np.ndarray) -> np.ndarray:
        """Where the organisations ``ids`` stand, -1 for those that are not of these units."""
        if not len(self):
            return np.full(len(ids), -1)
        place = np.minimum(np.searchsorted(self._sorted, ids), len(self) - 1)
        return np.where(self._sorted[place] == ids, self._order[place], -1)

    def table(self, rows: Iterable[tuple[int, ...]], width: int) -> np.ndarray:
        """Whole numbers by unit from ``(organisation_id, number × width)``, 0 where there is none.

        Of several rows of one organisation the last one stays. A queryset of numbers is read
        without a Python object per row.
        """
        if isinstance(rows, QuerySet):
            found = columns_of_numbers(rows, width + 1, is_large=self.is_whole).T
        else:
            found = np.array(list(rows), dtype=np.int64).reshape(-1, width + 1)
        table = np.zeros((len(self), width), dtype=np.int64)
        place = self.positions(found[:, 0])
        table[place[place >= 0]] = found[place >= 0, 1:]
        return table

    def records(self, rows: QuerySet, width: int) -> np.ndarray:
        """Whole numbers of ``values_list(organisation_id, number × width)``, a column each.

        The first column becomes the place of the organisation among these units; records of
        others are dropped.
        """
        found = columns_of_numbers(rows, width + 1, is_large=self.is_whole)
        found[0] = self.positions(found[0])
        is_mine = found[0] >= 0
        return found if is_mine.all() else found[:, is_mine]

    def tally(self, places: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        """How often each unit stands in ``places``, or the sum of its ``weights``."""
        return np.bincount(places, weights, minlength=len(self)).astype(np.int64)


COLUMNS = ("pk", "parent_id", "depth", "path", "kind_group", "is_expected", "branch_id")


def units_of(on: date, organisation_ids: Iterable[int] | None = None) -> Units:
    """The whole tree, or the organisations named, for a count as of ``on``."""
    wanted = None if organisation_ids is None else set(organisation_ids)
    nodes = organisation_model().objects.order_by("depth", "path")
    if wanted is not None and len(wanted) <= FEW:
        nodes = nodes.filter(pk__in=wanted)
    rows = list(nodes.values_list(*COLUMNS))
    if wanted is not None and len(wanted) > FEW:
        rows = [row for row in rows if row[0] in wanted]
    return Units(on, rows, is_whole=wanted is None)


def units_below(on: date, path: str) -> Units:
    """The subtree at ``path`` with its root, for a count as of ``on``; "" is the whole tree."""
    nodes = organisation_model().objects.order_by("depth", "path")
    if path:
        nodes = nodes.filter(path__gte=path, path__lt=after(path))
    return Units(on, list(nodes.values_list(*COLUMNS)), is_whole=not path)


def units_named(on: date, organisation_ids: Iterable[int]) -> Units:
    """Organisations known by their keys alone, for what stands behind a page of them; no query."""
    rows = [(pk, None, 0, "", "", True, None) for pk in organisation_ids]
    return Units(on, rows, is_whole=False)
