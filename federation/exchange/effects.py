"""What rows of a plan change in standing records, in words: column, before and after."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from federation.exchange.masks import BIRTH_MASK
from federation.exchange.problems import WITHHELD
from federation.sealing.fields import SealedField
from federation.sealing.masking import hide_numbers, mask_id_number, mask_phone, mask_text

# A record that is changed: its model, the columns before, the columns after.
Change = tuple[Any, dict[str, Any], dict[str, Any]]
OWN_AFFAIR = ("batch", "from_report", "pinyin", "initials", "is_head", "branch_id", "user_id")


def told(key: str, value: Any) -> str:
    """A cell as a page may show it: numbers of identity cards and telephones masked."""
    if value == "":
        return ""
    if key == "id_number":
        return mask_id_number(str(value))
    if key.endswith("phone"):
        return mask_phone(str(value))
    if key in WITHHELD:
        return mask_text(str(value))
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return hide_numbers(str(value[1] if isinstance(value, list | tuple) else value))


def told_cells(values: Mapping[str, Any]) -> dict[str, str]:
    """The cells of a row that say something, each as ``told``.

    Beside an ID number the birth is withheld: it is what the mask of the number hides, and may
    come from a companion that nobody here has seen opened.
    """
    known = {key: told(key, value) for key, value in values.items() if value is not None}
    if values.get("id_number") and "birth" in known:
        known["birth"] = BIRTH_MASK
    return known


def told_effects(
    changes: list[Change], cells: dict[str, str], headings: dict[str, str]
) -> list[tuple[str, str, str]]:
    """Column, before and after, of (model, before, after) of records that one row changes."""
    return effects_of(changes, cells, headings, names_of(changes))


def effects_of(
    changes: list[Change], cells: dict[str, str], headings: dict[str, str], names: dict[Any, str]
) -> list[tuple[str, str, str]]:
    """The same, where what the records are called is known (``names_of``)."""
    told_of = []
    # Of whoever has a number beside her the birth is withheld here as in ``told_cells``.
    has_number = bool(cells.get(headings.get("id_number", "")))
    for model, *images in changes:
        for column in _told_of(model):
            if column.attname not in images[1]:
                continue
            # What the plan itself brings in stands in the cell that names it.
            cell = cells.get(headings.get(column.name, ""), gettext("本次新增"))
            old, new = (_text(column, image[column.attname], names, cell) for image in images)
            if column.attname == "birth_on" and has_number:
                old = new = BIRTH_MASK
            told_of.append((str(column.verbose_name), old, new))
    return told_of


def _told_of(model: Any) -> Iterator[Any]:
    """The columns whose change is for people."""
    for column in model._meta.concrete_fields:
        hidden = isinstance(column, SealedField) or column.attname in OWN_AFFAIR
        if not hidden and not column.attname.endswith(("_digest", "_precision")):
            yield column


def names_of(changes: Iterable[Change]) -> dict[Any, str]:
    """What the records are called that columns refer to; one query a model."""
    wanted: dict[Any, set[int]] = {}
    for model, *images in changes:
        for column in _told_of(model):
            if column.is_relation and column.attname in images[1]:
                keys = {image[column.attname] for image in images}
                known = wanted.setdefault(column.related_model, set())
                known.update(key for key in keys if isinstance(key, int))
    return {
        (model, record.pk): str(record)
        for model, keys in wanted.items()
        if keys
        for record in model._default_manager.filter(pk__in=keys)
    }


def _text(column: Any, value: Any, names: dict[Any, str], cell: str) -> str:
    if value is None or value == "":
        return "—"
    if not column.is_relation:
        return told("", value)
    return cell if isinstance(value, str) else names.get((column.related_model, value), "—")
