"""Givers: records as rows of the table they could have come from, the inverse of its parts."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple, TypeVar
from uuid import UUID

from django.db import models

from federation.access.scope import Scope
from federation.access.tree import ancestors, organisation_model
from federation.declarations import Registry
from federation.exchange.cleaners.choices import Choice
from federation.exchange.cleaners.dates import PartialDate
from federation.exchange.places import TOWN, VILLAGE
from federation.sealing.boxes import unseal
from federation.sealing.fields import place_of

G = TypeVar("G", bound="type[Giver]")


class SealedCell(NamedTuple):
    """A number as it is stored: opened only for who may, or to be sealed again beside its mask.

    ``model`` and ``uid``: the record whose ``column`` it is.
    """

    model: type[models.Model]
    column: str
    uid: UUID
    box: bytes
    mask: str

    def opened(self) -> str:
        """The number. Raises CannotOpen."""
        return unseal(place_of(self.model, self.column, self.uid.hex), self.box).decode()


class GivenRow(NamedTuple):
    """One row: whose it is, cleaned values (or SealedCell) by column, and the records it tells of.

    ``records``: label, uid and version of each.
    """

    organisation_id: int
    values: dict[str, Any]
    records: tuple[tuple[str, UUID, int], ...] = ()


class Giver:
    """The rows of one sheet, made of what stands in the register.

    ``fields`` is the only place that links columns with fields: model label → attname → column key
    (of a ``ReportedFact``: its key).
    """

    sheet: ClassVar[str]
    fields: ClassVar[Mapping[str, Mapping[str, str]]]

    def day(self, scope: Scope, today: date) -> date:
        """As of which day the table is best given: what a report said belongs to its day."""
        return today

    def rows(self, scope: Scope, day: date, *, to_fill: bool) -> Iterator[GivenRow]:
        """The rows of ``scope`` as of ``day``, in the order of the tree.

        ``to_fill``: for somebody to complete; then also what the table cannot take in yet.
        """
        raise NotImplementedError


givers: Registry[type[Giver]] = Registry("parts", key="sheet")


def giver(sheet_key: str) -> Callable[[G], G]:
    """Declare the Giver of a sheet: ``@giver("committee")``, in ``<app>/parts/giving.py``."""

    def declare(cls: G) -> G:
        cls.sheet = sheet_key
        givers.register(cls)
        return cls

    return declare


class Unit(NamedTuple):
    """An organisation as the reference columns of a table name it."""

    code: str
    town: str
    name: str
    path: str


def units_of(scope: Scope) -> dict[int, Unit]:
    """The organisations of ``scope`` by key, by their full names: those agree with the codes."""
    tree = organisation_model()
    columns = ("pk", "code", "name", "kind_group", "path")
    above = {path for root in scope.paths for path in ancestors(root)}
    rows = [*tree.objects.filter(path__in=above).values_list(*columns)]
    rows += tree.objects.in_scope(scope).order_by("path").values_list(*columns)
    towns = {path: name for _pk, _code, name, group, path in rows if group == TOWN}
    return {pk: _unit(towns, *told) for pk, *told in rows}


def _unit(towns: Mapping[str, str], code: str, name: str, group: str, path: str) -> Unit:
    if path in towns:
        return Unit(code, name, "", path)
    above = reversed(ancestors(path)) if group == VILLAGE else ()
    town = next((towns[one] for one in above if one in towns), "")
    return Unit(code, town, name, path)


# Values of records in the terms of cleaners


def choice(label: str) -> Choice | None:
    """The answer that is stored as its label."""
    return Choice("", label) if label else None


def partial(day: date | None, precision: str) -> PartialDate | None:
    """A date as exactly as it is known; None when it is not."""
    if day is None or precision == "unknown":
        return None
    return PartialDate(day, precision or "day")


def sealed_cell(
    model: type[models.Model], column: str, uid: UUID, box: Any, mask: str
) -> SealedCell | None:
    """A sealed column of a record; None where nothing is sealed."""
    return SealedCell(model, column, uid, bytes(box), mask) if box else None
