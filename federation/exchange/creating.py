"""Records that a plan brings in, column by column: which are wanted, and whom they refer to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any, Self

from django.db import models

from federation.audit.services import MadeRecords
from federation.bulk.ahead import Statement
from federation.bulk.services import WINDOW, insertion
from federation.exchange import plans


def windows(blocks: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """The records of a part of a plan, as many at a time as one statement writes."""
    waiting: list[Any] = []
    for block in blocks:
        waiting += block
        if len(waiting) >= WINDOW:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def wide_windows(blocks: Iterable[list[Sequence[Any]]], count: int) -> Iterator[list[list[Any]]]:
    """The same of ``count`` records in blocks that are columns.

    Of several windows the first is a small one: while it is made ready the database waits.
    """
    waiting: list[list[Any]] = []
    most = WINDOW if count <= WINDOW else WINDOW // 4
    for block in blocks:
        waiting = waiting or [[] for _column in block]
        for column, more in zip(waiting, block, strict=True):
            column += more
        if len(waiting[0]) >= most:
            yield waiting
            waiting, most = [], WINDOW
    if waiting:
        yield waiting


def referred_to(referring: Iterable[type[models.Model]]) -> set[Any]:
    """Models that a column of one of these models refers to."""
    columns = (column for model in referring for column in model._meta.concrete_fields)
    return {column.related_model for column in columns if column.is_relation}


@dataclass(frozen=True)
class Made:
    """New records of one model, column by column: their keys, their rows, what is written.

    ``rows``: for each record, the rows of the plan it is made for.
    """

    model: type[models.Model]
    keys: Sequence[int]
    rows: Sequence[Sequence[int]]
    owners: Sequence[int]
    branches: Sequence[int | None]
    reports: Sequence[bool]
    names: list[str]
    columns: list[Sequence[Any]]

    @classmethod
    def of(cls, model: type[models.Model], columns: Sequence[Sequence[Any]]) -> Self:
        """The records of a part ``create:`` as a plan keeps them, as yet without keys."""
        rows, owners, branches, reports, *values = columns
        names = list(plans.defaults_of(model._meta.label))
        return cls(model, (), rows, owners, branches, reports, names, values)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def uids(self) -> Sequence[str]:
        """Each record's uid, 32 hexadecimal digits."""
        return self.columns[self.names.index("uid")]

    def resolved(self, keys: Mapping[str, int]) -> tuple[Self, list[int]]:
        """The same with references to records of this plan, named by uid, as keys; and the lost.

        The lost are the numbers of records that refer to one which was not made.
        """
        columns, lost = list(self.columns), set[int]()
        related = {f.attname for f in self.model._meta.concrete_fields if f.is_relation}
        for place, name in enumerate(self.names):
            if name in related and str in set(map(type, columns[place])):
                found = [keys.get(value, value) for value in columns[place]]
                lost.update(at for at, value in enumerate(found) if isinstance(value, str))
                columns[place] = found
        return replace(self, columns=columns), sorted(lost)

    def only(self, stay: Sequence[bool]) -> Self:
        """Those for which ``stay`` says so."""
        if all(stay):
            return self
        taken = ("keys", "rows", "owners", "branches", "reports")
        told: dict[str, Any] = {name: list(compress(getattr(self, name), stay)) for name in taken}
        return replace(self, columns=[list(compress(c, stay)) for c in self.columns], **told)

    def without(self, lost: Iterable[int]) -> Self:
        """The others."""
        gone = set(lost)
        return self.only([number not in gone for number in range(len(self))])

    def keyed(self, keys: Sequence[int]) -> Self:
        """The same, each with its key."""
        return replace(self, keys=keys)

    def insertion(self) -> Statement:
        """What writes them, made ready."""
        return insertion(self.model, ["id", *self.names], [self.keys, *self.columns])

    def as_recorded(self) -> MadeRecords:
        """What the change log keeps of them."""
        names, columns = ["id", *self.names], [list(self.keys), *self.columns]
        return MadeRecords(
            self.model._meta.label, self.uids, self.owners, self.branches, names, columns
        )
