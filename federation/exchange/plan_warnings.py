"""What a plan as a whole must be asked about: a field that very many of its rows would change."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db.models import Field, Model

from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.declare import Sheet
from federation.exchange.effects import OWN_AFFAIR, told
from federation.exchange.plans import Update
from federation.exchange.problems import sentence
from federation.exchange.rows import RowWarning
from federation.exchange.understanding.header import recognise
from federation.sealing.fields import SealedField
from federation.sealing.masking import hide_numbers

SHARE, FEWEST = 0.3, 10
MASS_CHANGE = "mass_change"
_EXAMPLES = 3
_SHADOWS = ("_digest", "_precision", "_masked")

Example = tuple[Any, Any]


class _Line(NamedTuple):
    """A line of a report that is corrected, and its text before and after."""

    uid: UUID
    rows: tuple[int, ...]
    texts: Example


class FieldChanges:
    """Counts, while a plan is made, how many rows change which column of which records."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], set[int]] = {}
        self._examples: dict[tuple[str, str], list[Example]] = {}
        self._reports: dict[str, list[_Line]] = {}

    def watched(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items of a part as they come, every update counted on its way."""
        for item in items:
            if type(item) is Update:
                self._take(item)
            yield item

    def _take(self, update: Update) -> None:
        if update.is_report:
            texts = (update.before.get("text"), update.after.get("text"))
            line = _Line(update.uid, update.rows, texts)
            self._reports.setdefault(update.model, []).append(line)
            return
        for attname, after in update.after.items():
            if _is_own_affair(attname):
                continue
            before = update.before.get(attname)
            if before != after:
                self._count((update.model, attname), update.rows, (before, after))

    def _count(self, key: tuple[str, str], rows: Iterable[int], example: Example) -> None:
        self._rows.setdefault(key, set()).update(rows)
        examples = self._examples.setdefault(key, [])
        if len(examples) < _EXAMPLES and example not in examples:
            examples.append(example)

    def warnings(self, accepted: int, sheet: type[Sheet]) -> list[RowWarning]:
        """A warning for every field that 30 % or more of the accepted rows would change."""
        self._read_reports(accepted)
        found = []
        for key, rows in self._rows.items():
            if len(rows) >= max(FEWEST, SHARE * accepted):
                label = _label(*key, sheet)
                if label:
                    found.append(self._warning(key, label, len(rows), accepted))
        return found

    def _read_reports(self, accepted: int) -> None:
        """Lines of a report are told apart by the column they come from, which each keeps."""
        for label, lines in self._reports.items():
            if len(lines) < max(FEWEST, SHARE * accepted) or _field(label, "key") is None:
                continue
            keys = _keys_of(apps.get_model(label), [line.uid for line in lines])
            for line in lines:
                self._count((label, keys.get(line.uid, "")), line.rows, line.texts)

    def _warning(self, key: tuple[str, str], label: str, count: int, accepted: int) -> RowWarning:
        shown = "，".join(
            f"{_shown(before)} → {_shown(after)}"
            for before, after in self._examples[key]
            if _is_plain(before) and _is_plain(after)
        )
        message = sentence(
            "mass_change" if shown and not _is_sealed(*key) else "mass_change_sealed",
            count=count,
            share=round(100 * count / accepted),
            label=label,
            examples=shown,
        )
        return RowWarning(MASS_CHANGE, message)


class NotLookedAt(Exception):
    """A plan that changes a field of very many rows, and nobody said that she looked at it."""


def must_be_looked_at(head: Mapping[str, Any]) -> bool:
    """Whether a plan is written only after somebody says that she looked at it.

    ``head``: the plan's own facts (``contents.kept_head``).
    """
    return any(warning["code"] == MASS_CHANGE for warning in head.get("warnings", ()))


def _keys_of(model: type[Model], uids: list[UUID]) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    for block in in_blocks(uids):
        lines = keyed(model._default_manager.all(), "uid", block)
        found.update(lines.values_list("uid", "key"))
    return found


def _field(label: str, attname: str) -> "Field[Any, Any] | None":
    for field in apps.get_model(label)._meta.concrete_fields:
        if field.attname == attname:
            return field
    return None


def _label(label: str, attname: str, sheet: type[Sheet]) -> str:
    """What people call a column that the table itself tells; empty for what follows from it."""
    field = _field(label, attname)
    if field is not None:
        name = str(field.verbose_name)
        return name if recognise((name,), sheet) else ""
    known = {column.key: str(column.heading) for column in sheet.columns}
    return known.get(attname, "")


@lru_cache(maxsize=1024)
def _is_own_affair(attname: str) -> bool:
    """Whether a column follows from others, or is nothing that people are told."""
    return attname in OWN_AFFAIR or attname.endswith(_SHADOWS)


def _is_sealed(label: str, attname: str) -> bool:
    field = _field(label, attname)
    return isinstance(field, SealedField) or (field is not None and field.is_relation)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _shown(value: Any) -> str:
    return hide_numbers(told("", "—" if value in (None, "") else value))[:20]
