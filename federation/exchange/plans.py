"""What a part sees of a workbook (Rows) and what it answers (verdicts, notes, creates, updates)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models

from federation.access.scope import Scope

# Verdicts of parts are joined by "or", so they are bits.
NEW, CHANGED, UNCHANGED, CONFLICT, DUPLICATE = 1, 2, 4, 8, 16
#: every ``change`` a row can carry in reports and pages
CHANGES = ("new", "changed", "unchanged", "conflict", "duplicate")
WRITES = frozenset({"new", "changed"})
#: key of an organisation → why its rows of a plan are not to be written
Held = Mapping[int, str]
NONE_HELD: Held = MappingProxyType({})
#: the code of a note: two rows of the file exclude each other, no record stands against this one
TWO_IN_FILE = "two_in_file"


def data_rows(counts: Mapping[str, Any]) -> int | None:
    """How many rows of a checked file hold data: its titles and headings do not; None before."""
    if "rejected" not in counts:
        return None
    return sum(counts.get(change, 0) for change in (*CHANGES, "rejected"))


def joined(bits: int) -> str:
    """The one word for what all parts found about a row."""
    if bits & CONFLICT:
        return "conflict"
    if bits & DUPLICATE:
        return "duplicate"
    if bits & CHANGED or bits & (NEW | UNCHANGED) == NEW | UNCHANGED:
        return "changed"
    return "new" if bits & NEW else "unchanged"


@dataclass
class Rows:
    """The accepted rows of a workbook, column by column; all sequences have ``count`` items.

    ``ceiling`` is what the batch may write; ``made`` lets parts of one sheet tell each other what
    they are about to create (a term for the chair's appointment).
    """

    count: int
    columns: Mapping[str, list[Any]]
    organisation_ids: list[int]
    as_of: date
    today: date
    ceiling: Scope
    batch: UUID
    made: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def column(self, key: str) -> list[Any]:
        """The values of a column; all blank when the workbook lacks it."""
        return self.columns.get(key) or [None] * self.count


class Verdict(NamedTuple):
    """What a part found about a row: one of the bits above."""

    row: int
    bits: int


class Verdicts(NamedTuple):
    """What a part found about every one of ``rows``."""

    rows: Sequence[int]
    bits: int


class Note(NamedTuple):
    """A warning about an accepted row, to be shown beside it.

    ``mark``: by what it is known again where somebody decides about it.
    """

    row: int
    code: str
    message: str
    mark: str = ""

    def told(self) -> dict[str, str]:
        """The note as plans keep it beside its row."""
        told = {"code": self.code, "message": self.message}
        return {**told, "mark": self.mark} if self.mark else told


class Create(NamedTuple):
    """A record to be made for ``rows``; ``values`` are plain, by attname (see ``audit.snapshot``).

    A foreign key may name a record of the same plan by the 32 hex digits of its uid. ``is_report``:
    written even where the row is a conflict, because it only repeats what was reported.
    """

    model: str
    rows: tuple[int, ...]
    organisation_id: int
    branch_id: int | None
    values: dict[str, Any]
    is_report: bool = False


class Creates(NamedTuple):
    """Records of one model to be made, column by column: many ``Create`` as one.

    ``rows``: for each record those it is made for. ``columns``: by attname a list with a plain
    value for each record, or the one that all of them bear; what is left out gets its default.
    """

    model: str
    rows: list[tuple[int, ...]]
    organisation_ids: list[int]
    branch_ids: list[int | None]
    columns: dict[str, Any]


class Update(NamedTuple):
    """Columns of a standing record to be changed for ``rows``, ``before`` → ``after``."""

    model: str
    rows: tuple[int, ...]
    organisation_id: int
    branch_id: int | None
    pk: int
    uid: UUID
    before: dict[str, Any]
    after: dict[str, Any]
    is_report: bool = False


@lru_cache(maxsize=64)
def defaults_of(label: str) -> dict[str, Any]:
    """Every column of a model but its key, with the value a new record gets unless told."""
    found = {}
    for column in apps.get_model(label)._meta.concrete_fields:
        if column.primary_key:
            continue
        default = column.default
        found[column.attname] = _plain_default(column, default)
    return found


def _plain_default(column: models.Field, default: Any) -> Any:
    if default is models.NOT_PROVIDED or callable(default):
        textual = isinstance(column, models.CharField | models.TextField)
        return "" if textual and not column.null else None
    return getattr(default, "value", default)


def whole(label: str, values: dict[str, Any]) -> tuple[Any, ...]:
    """``values`` completed to a whole row, in the order of ``defaults_of``. Raises KeyError."""
    defaults = defaults_of(label)
    row = {**defaults, **values}
    if len(row) != len(defaults):
        raise KeyError(f"{label}: {sorted(set(row) - set(defaults))}")
    return tuple(row.values())


def links_in(columns: Iterable[str]) -> list[str]:
    """Those of some columns that refer to records."""
    return [name for name in columns if name.endswith("_id")]
