"""Which columns of a table the fields of records follow from, as givers and parts declare it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.apps import apps

from federation.exchange.declare import Follows, parts_of, sheets
from federation.exchange.giving.givers import givers

#: model label → attname → the columns
Links = Mapping[str, Mapping[str, Follows]]
OWNER = "organisation_id"


@lru_cache(maxsize=64)
def links_of(sheet_key: str) -> Links:
    """What a sheet fills: of its giver, and beyond that of its parts."""
    found: dict[str, dict[str, Follows]] = {}
    giver = givers.get(sheet_key)
    for label, fields in (giver.fields if giver else {}).items():
        for attname, key in fields.items():
            _add(found, label, attname, Follows((key,)))
    for part in parts_of(sheet_key):
        for label, derived in part.derives.items():
            for attname, follows in derived.items():
                _add(found, label, attname, follows)
    for label, told in found.items():
        known = {field.attname for field in apps.get_model(label)._meta.concrete_fields}
        found[label] = {name: follows for name, follows in told.items() if name in known}
        if OWNER in known:
            found[label].setdefault(OWNER, _whose(sheet_key))
    return found


def _add(found: dict[str, dict[str, Follows]], label: str, attname: str, new: Follows) -> None:
    told = found.setdefault(label, {})
    standing = told.get(attname)
    is_plain = standing and not (new.told_by or new.together)
    keys = (*(standing.keys if standing and is_plain else ()), *new.keys)
    told[attname] = replace(new, keys=tuple(dict.fromkeys(keys)))


def _whose(sheet_key: str) -> Follows:
    """The columns that name the organisation of a row."""
    sheet = sheets.get(sheet_key)
    columns = sheet.columns if sheet is not None else ()
    return Follows(tuple(one.key for one in columns if one.reference), names_owner=True)


def noted_keys(sheet_key: str, kept: Iterable[str]) -> list[str]:
    """The columns of which must be known, row by row, whether they were filled."""
    told = {
        key
        for fields in links_of(sheet_key).values()
        for follows in fields.values()
        if not (follows.told_by or follows.names_owner)
        for key in follows.keys
    }
    return [key for key in kept if key in told]


def keys_for(follows: Follows, record: Any, filled: Iterable[str]) -> list[str]:
    """The columns of a row that gave a field of ``record`` its value; none where none did.

    ``filled``: the noted columns that were filled in the row. Of those that only name the
    organisation nobody notes it: all that the table has told it together.
    """
    if follows.told_by:
        told = str(getattr(record, follows.told_by, ""))
        return [follows.named.get(told, told)]
    if follows.names_owner:
        return list(follows.keys)
    told_in = set(filled)
    found = [key for key in follows.keys if key in told_in]
    return found if follows.together else found[:1]
