"""Changes of a record as lines for people: field by field, old and new, sealed values masked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from federation.access.scope import Scope
from federation.audit.images import Images
from federation.audit.models import Change
from federation.sealing.boxes import CannotOpen
from federation.sealing.fields import SealedModel
from federation.writing import UNKNOWN

# Columns that serve the machine: their change says nothing to a person.
SILENT = frozenset(
    ("id", "uid", "version", "path", "depth", "branch_id", "kind_group", "pinyin", "initials",
     "name_backwards", "batch", "identity", "is_head", "user_id")
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One field that changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One change with its differences, ready to show."""

    change: Change
    subject: str
    differences: list[Difference]


def field_of(model: Any, attname: str) -> Any:
    """The field whose column is ``attname``, None when the model has lost it."""
    for field in model._meta.concrete_fields:
        if attname in (field.attname, field.name):
            return field
    return None


def field_label(model: Any, attname: str) -> str:
    """What the field is called on pages."""
    field = field_of(model, attname)
    return str(field.verbose_name) if field is not None else attname


def is_silent(model: Any, attname: str) -> bool:
    """Whether the column is not for people: machine columns, ciphertexts, digests, precisions."""
    field = field_of(model, attname)
    return (
        attname in SILENT
        or attname in getattr(model, "silent_columns", ())
        or field is None
        or isinstance(field, models.BinaryField)
        or attname.endswith("_precision")
    )


def shown_value(instance: Any, name: str) -> str:
    """A field of a record in words; sealed columns as their masks."""
    if isinstance(instance, SealedModel) and name in instance.sealed_columns:
        return getattr(instance, f"{name}_masked") or UNKNOWN
    try:
        field = instance._meta.get_field(name)
    except FieldDoesNotExist:
        return UNKNOWN
    return _words(field, getattr(instance, field.attname), {})


def _words(field: Any, value: Any, names: dict[tuple[Any, Any], str]) -> str:
    if value is None or value == "":
        return UNKNOWN
    if field.attname in getattr(field.model, "told_by_month", ()):
        return str(value)[:7]
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if field.remote_field is not None:
        return names.get((field.related_model, value)) or _named(field.related_model, value)
    if hasattr(field, "in_words"):
        return str(field.in_words(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def words_of(record: Any, attnames: Iterable[str]) -> dict[str, str]:
    """What stands in some columns of a record, in words; one query for each model they name."""
    model = type(record)
    fields = {name: field_of(model, name) for name in attnames}
    related = {name: field for name, field in fields.items() if field.remote_field is not None}
    values = {name: getattr(record, field.attname) for name, field in related.items()}
    names = _names([(model, values, {})])
    return {
        name: _words(field, values[name], names) if name in related else shown_value(record, name)
        for name, field in fields.items()
    }


def _named(model: Any, key: Any) -> str:
    found = model._default_manager.filter(pk=key).first()
    return UNKNOWN if found is None else str(found)


def sees_people_of(record: Any, scope: Scope) -> bool:
    """Whether ``scope``, in which ``record`` was found, lets the people named in it be seen."""
    if getattr(record, "personal", False):
        return True
    place = record
    for step in filter(None, getattr(record, "scope_path", "").split("__")):
        place = getattr(place, step, None)
    return scope.covers_people(getattr(place, "path", ""))


def people_seen(scope: Scope) -> Callable[[Change], bool]:
    """For each change, whether ``scope`` lets people be seen where it stands."""
    return lambda change: (
        change.organisation is not None and scope.covers_people(change.organisation.path)
    )


def lines(changes: list[Change], *, sees_people: Callable[[Change], bool]) -> list[Line]:
    """The changes opened, each field in words; related records are named in one query a model.

    Of those for which ``sees_people`` says no the ``personal_columns`` are left out.
    """
    images = Images(changes)
    opened = [(change, *_opened(change, images, sees_people(change))) for change in changes]
    names = _names([(apps.get_model(change.model), old, new) for change, old, new in opened])
    return [line_of(change, before, after, names) for change, before, after in opened]


def line_of(change: Change, before: dict[str, Any], after: dict[str, Any], names: Any) -> Line:
    """One change with the kind of record it is about."""
    model = apps.get_model(change.model)
    kind = str(model._meta.verbose_name)
    return Line(change, kind, _differences(model, before, after, names))


def differing(
    changes: list[tuple[str, dict[str, Any], dict[str, Any]]],
) -> list[list[Difference]]:
    """The fields of images (model, before, after) in words; names in one query a model."""
    models = [(apps.get_model(label), before, after) for label, before, after in changes]
    names = _names(models)
    return [_differences(*one, names) for one in models]


def _opened(
    change: Change, images: Images, sees_people: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        before, after = images.of(change)
    except CannotOpen:
        return {}, {}
    hidden = () if sees_people else getattr(apps.get_model(change.model), "personal_columns", ())
    before, after = (
        {name: value for name, value in (values or {}).items() if name not in hidden}
        for values in (before, after)
    )
    return before, after


def _names(opened: list[tuple[Any, dict[str, Any], dict[str, Any]]]) -> dict[Any, str]:
    """What the records are called that are named in (model, values before, values after)."""
    wanted: dict[Any, set[Any]] = {}
    for model, before, after in opened:
        for field in model._meta.concrete_fields:
            if field.remote_field is not None and not is_silent(model, field.attname):
                keys = {before.get(field.attname), after.get(field.attname)} - {None}
                wanted.setdefault(field.related_model, set()).update(keys)
    return {
        (model, found.pk): str(found)
        for model, keys in wanted.items()
        if keys
        for found in model._default_manager.filter(pk__in=keys)
    }


def _differences(
    model: Any, before: dict[str, Any], after: dict[str, Any], names: dict[Any, str]
) -> list[Difference]:
    found = []
    for attname in dict.fromkeys([*before, *after]):
        if is_silent(model, attname):
            continue
        field = field_of(model, attname)
        old, new = before.get(attname), after.get(attname)
        if old in (None, "") and new in (None, "", False):
            continue
        found.append(
            Difference(
                str(field.verbose_name),
                _written(field, old, before, names),
                _written(field, new, after, names),
            )
        )
    return found


def _written(field: Any, value: Any, values: dict[str, Any], names: dict[Any, str]) -> str:
    """The value in words, a date no more exact than it was written."""
    precision = values.get(field.name.removesuffix("_on") + "_precision")
    if value and precision in ("year", "month") and parse_date(str(value)):
        return str(value)[: 4 if precision == "year" else 7]
    return _words(field, value, names)
