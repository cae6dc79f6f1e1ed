"""What people enter in a record: a value and the columns that are set together with it.

A number stands in three columns (sealed, digest, mask), a date beside its precision, a name beside
what it is found by. Columns that serve the machine alone are nobody's entry.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.apps import apps

from federation.exchange.effects import OWN_AFFAIR
from federation.exchange.plans import defaults_of
from federation.sealing.fields import SealedField

_MACHINE = frozenset(
    (*OWN_AFFAIR, "id", "uid", "version", "name_backwards", "path", "depth", "kind_group")
)
# By what a value is found, or what follows from it.
_FOLLOWING = {"name": ("pinyin", "initials", "name_backwards"), "post_id": ("is_head",)}
_SHADOWS = ("_digest", "_masked", "_precision")

Columns = Mapping[str, Any]


class Value(NamedTuple):
    """One value of a model: the column that pages show, all that are set with it, and those by
    which two of them differ. A number differs by its digest: ciphertexts always do."""

    shown: str
    columns: tuple[str, ...]
    decisive: tuple[str, ...]

    def told(self, image: Columns) -> tuple[Any, ...]:
        """What decides about the value in an image of its record."""
        return tuple(image.get(column) for column in self.decisive)

    def label(self, model: str) -> str:
        """What people call it."""
        fields = apps.get_model(model)._meta.concrete_fields
        return next(str(one.verbose_name) for one in fields if one.attname == self.shown)

    def differs(self, before: Columns, after: Columns) -> bool:
        """Whether a change from ``before`` to ``after`` changed the value."""
        return any(
            column in after and before.get(column) != after[column] for column in self.decisive
        )


@lru_cache(maxsize=64)
def values_of(label: str) -> tuple[Value, ...]:
    """The values of a model that people enter. Raises LookupError for a model that is gone."""
    model = apps.get_model(label)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    hidden = {*_MACHINE, *getattr(model, "silent_columns", ())}
    found: list[Value] = []
    for name, field in fields.items():
        if isinstance(field, SealedField):
            found += _number(name, fields)
        elif name not in hidden and not _is_shadow(name, fields):
            found.append(_plain(name, fields))
    return tuple(found)


def _number(name: str, fields: Columns) -> Iterator[Value]:
    digest, mask = f"{name}_digest", f"{name}_masked"
    if mask in fields:
        columns = tuple(column for column in (name, digest, mask) if column in fields)
        yield Value(mask, columns, (digest if digest in fields else mask,))


def _plain(name: str, fields: Columns) -> Value:
    precision = f"{name.removesuffix('_on')}_precision"
    own = (name, precision) if name.endswith("_on") and precision in fields else (name,)
    following = (column for column in _FOLLOWING.get(name, ()) if column in fields)
    return Value(name, (*own, *following), own)


def _is_shadow(name: str, fields: Columns) -> bool:
    """Whether a column only stands beside another: the digest of a number, a date's precision."""
    for ending in _SHADOWS:
        base = name.removesuffix(ending)
        if base != name and (base in fields or f"{base}_on" in fields):
            return True
    return False


def value_of(label: str, shown: str) -> Value | None:
    """The value that pages show by the column ``shown``; None when the model has lost it."""
    return next((value for value in values_of(label) if value.shown == shown), None)


def changed_values(label: str, before: Columns, after: Columns) -> Iterator[Value]:
    """The values that a change from ``before`` to ``after`` changed."""
    return (value for value in values_of(label) if value.differs(before, after))


def entered_values(label: str, before: Columns | None, after: Columns | None) -> Iterator[Value]:
    """The values that somebody entered by a change: of a new record, those she filled."""
    if after is None:
        return
    if before is not None:
        yield from changed_values(label, before, after)
        return
    defaults = defaults_of(label)
    for value in values_of(label):
        first = value.decisive[0]
        if after.get(first) not in (None, "", defaults[first]):
            yield value
