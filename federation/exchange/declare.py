"""Sheets, columns and parts: what a table of the federation holds, and who owns which columns.

This module needs no app registry at import: declarations are read by discovery, queries come later.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar, cast

from federation.declarations import Registry
from federation.exchange.cleaners.base import Cleaner

P = TypeVar("P", bound="type[Part]")
F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True)
class Column:
    """One column of a sheet: the outside key, the printed heading, and what cleans its cells.

    ``group`` is the heading that stands above it in a two-level header; ``reference`` columns only
    say which organisation a row means and carry no value of their own; ``is_personal`` values never
    leave the encrypted plan; ``unit`` is what a bare number means ("元" or "万元"); ``pattern``
    is a regular expression for other ways of writing the heading, without spaces and punctuation.
    ``help``, ``example`` and ``width`` (characters) are for templates; left empty, they follow from
    the kind of value.
    """

    key: str
    heading: Any
    clean: Cleaner
    aliases: tuple[str, ...] = ()
    group: str | tuple[str, ...] | None = None
    required: bool = False
    reference: bool = False
    is_personal: bool = False
    unit: str | None = None
    pattern: str | None = None
    help: Any = ""
    example: str = ""
    width: int = 0

    @property
    def groups(self) -> tuple[str, ...]:
        """The headings that may stand above this column."""
        if self.group is None:
            return ()
        return (self.group,) if isinstance(self.group, str) else tuple(self.group)


@dataclass(frozen=True)
class RowCheck:
    """A rule over several columns of one row.

    ``find`` gets the cleaned columns and the day, and gives (position, field, code, parameters) for
    every row it finds fault with; ``rejects`` says whether such a row stays out or is only warned.
    """

    reads: tuple[str, ...]
    find: Callable[[Mapping[str, Sequence[Any]], Any], Iterable[tuple[int, str, str, dict]]]
    rejects: bool = False


class Sheet:
    """One kind of table. Subclasses are registered and hold only class attributes."""

    key: ClassVar[str]
    title: ClassVar[Any]
    columns: ClassVar[tuple[Column, ...]]
    #: "list": one row one record; "form": pages filled in label by label (a list is taken, too);
    #: "matrix": one row a unit, columns known by the headings above them together with their own
    layout: ClassVar[str] = "list"
    #: on a form the key whose label begins another person
    anchor: ClassVar[str] = ""
    #: whether rows name their unit; else all of them belong to the unit they are imported for
    names_units: ClassVar[bool] = True
    #: which kind group a row may mean; None: any level, by code or by the full name of the unit
    level: ClassVar[str | None] = None
    #: a row with a town but no village name means the town itself
    town_rows: ClassVar[bool] = False
    #: a regular expression: it does so in a sheet whose name or title matches (brackets left out)
    town_title: ClassVar[str | None] = None
    #: what to tell the clerk of such a row where it does not, as one sentence
    town_hint: ClassVar[Any] = ""
    #: keys of which at least one must be found in a header, per tuple
    needs: ClassVar[tuple[tuple[str, ...], ...]] = ()
    #: no two rows may agree in this column ("org_code": no two rows for one organisation)
    unique: ClassVar[str | None] = None
    #: beside the same ``unique`` value this column must agree, else the row is a conflict
    unique_name: ClassVar[str | None] = None
    row_checks: ClassVar[tuple[RowCheck, ...]] = ()
    #: a flag of Role that importing this table needs beside the grant
    only_flag: ClassVar[str] = ""
    #: the route (by the batch's uid) and name of the page that goes on from a written import
    next_route: ClassVar[str] = ""
    next_label: ClassVar[Any] = ""
    #: the route of the list, narrowed by ``organisation``, in which what was imported is seen
    register_route: ClassVar[str] = ""

    @classmethod
    def is_for(cls, user: Any) -> bool:
        """Whether ``user`` may import this table at all."""
        return not cls.only_flag or user.holds(cls.only_flag)

    @classmethod
    def further(cls, day: date) -> tuple[Column, ...]:
        """Optional columns that follow from records as they hold on ``day``; few queries."""
        return ()

    @classmethod
    def on(cls, day: date) -> "type[Sheet]":
        """The sheet as it is filled in for ``day``: with its further columns, where there are."""
        further = cls.further(day)
        return _widened(cls, further) if further else cls

    @classmethod
    def column(cls, key: str) -> Column:
        """The column of ``key``. Raises KeyError."""
        for column in cls.columns:
            if column.key == key:
                return column
        raise KeyError(key)


# One class for the same columns: what is worked out for a sheet is remembered by its class. The
# checker does not always see that a class can be hashed.
once_per_columns = cast(Callable[[F], F], lru_cache(maxsize=64))


@once_per_columns
def _widened(sheet: type[Sheet], further: tuple[Column, ...]) -> type[Sheet]:
    return type(sheet.__name__, (sheet,), {"columns": (*sheet.columns, *further)})


@dataclass(frozen=True)
class Follows:
    """The columns of a sheet that a field of a record follows from.

    The first of ``keys`` that is filled in the row; ``together``: all of them that are. With
    ``told_by`` a field of the record names the one column, itself or by ``named``.
    ``names_owner``: they only say which organisation the row means.
    """

    keys: tuple[str, ...] = ()
    together: bool = False
    told_by: str = ""
    named: Mapping[str, str] = field(default_factory=dict)
    names_owner: bool = False


class Part:
    """What one app makes of the rows of a sheet. ``reads`` names the columns it consumes.

    ``match(rows)`` finds the existing records of all rows in a fixed number of queries;
    ``plan(rows, found)`` yields verdicts, notes, creates and updates (``exchange.plans``). Neither
    writes. The plan is kept; when it is applied ``match`` runs again, and a row whose token is no
    longer the same is stale.
    """

    sheet: ClassVar[str]
    reads: ClassVar[tuple[str, ...]] = ()
    #: whence fields come, beyond what the giver of the sheet says: model label → attname → columns
    derives: ClassVar[Mapping[str, Mapping[str, Follows]]] = MappingProxyType({})
    #: the columns that ``match`` and ``tokens`` look at; None: any of them
    compares: ClassVar[tuple[str, ...] | None] = None

    def match(self, rows: Any) -> Any:
        """Existing records of all rows; few queries, however many rows."""
        raise NotImplementedError

    def tokens(self, rows: Any, found: Any) -> list[Any]:
        """Per row a tuple that changes whenever a record the plan of the row rests on does."""
        raise NotImplementedError

    def plan(self, rows: Any, found: Any) -> Any:
        """Planned verdicts, notes, creates and updates of the rows, one after the other."""
        raise NotImplementedError


@dataclass(frozen=True)
class Bearing:
    """What of an organisation rests on what, beyond the references between records.

    ``model`` is a label. Records that ``bears`` (that the organisation stands, its term) are not
    taken back while a later record of the organisation that ``rests`` on them stands.
    """

    model: str
    bears: bool = False
    rests: bool = False


@dataclass(frozen=True)
class Retirement:
    """What undo sets in a record of ``model`` that it cannot remove because others refer to it."""

    model: str
    values: Mapping[str, Any]


sheets: Registry[type[Sheet]] = Registry("sheets", key="key")
part_registry: Registry[type[Part]] = Registry("parts", key="part_key")
bearings: Registry[Bearing] = Registry("parts", key="model")
retirements: Registry[Retirement] = Registry("parts", key="model")


def sheet_on(key: str, day: date) -> type[Sheet] | None:
    """The sheet of ``key`` as it is filled in for ``day``; None when no app declares it."""
    found = sheets.get(key)
    return found.on(day) if found is not None else None


def part(sheet_key: str) -> Callable[[P], P]:
    """Declare a Part of a sheet: ``@part("villages")``, in ``<app>/parts.py``."""

    def declare(cls: P) -> P:
        cls.sheet = sheet_key
        cls.part_key = f"{sheet_key}.{cls.__module__}.{cls.__qualname__}"  # type: ignore[attr-defined]
        part_registry.register(cls)
        return cls

    return declare


def parts_of(sheet_key: str) -> list[type[Part]]:
    """The parts of one sheet, in the order of the installed apps."""
    return [cls for cls in part_registry if cls.sheet == sheet_key]
