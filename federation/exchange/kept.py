"""Records that undoing an import left as they were: kept with the plan, shown with reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse

from federation.access.scope import Grant
from federation.access.tree import organisation_model
from federation.exchange import chunks
from federation.exchange.models import Batch
from federation.exchange.undo_result import KeptRecord

PART = "kept"
PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    """A record that stayed: its kind and, where the viewer may see it, its name and its unit."""

    kind: str
    name: str
    organisation: str
    url: str
    reason: str


@dataclass(frozen=True)
class Page:
    """Up to 50 of ``total`` lines; ``number`` counts from 1."""

    lines: list[Line]
    number: int
    pages: int
    total: int


def keep(batch: Batch, kept: list[KeptRecord]) -> None:
    """Keep what undoing ``batch`` left, instead of what it left before; in the transaction."""
    batch.chunks.filter(part=PART).delete()
    told = [[one.model, one.kind, one.uid.hex, one.organisation_id, one.reason] for one in kept]
    chunks.append(batch, PART, told)


def page(batch: Batch, user: Any, number: int) -> Page:
    """One page of what stayed, as ``user`` may see it; a page beyond the last is the last."""
    total = chunks.size_of(batch, PART)
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    shown = chunks.some_records(batch, PART, (number - 1) * PER_PAGE, PER_PAGE)
    scope = user.scope(Grant.VIEW)
    tree = organisation_model().objects.in_scope(scope)
    units = tree.in_bulk({row[3] for row in shown if row[3] is not None})
    # Who has lost her post is in no list any more; she was imported for a unit of the viewer's.
    seen = {pk for pk, unit in units.items() if scope.covers_people(unit.path)}
    names = record_names((row[0], row[2]) for row in shown if row[3] in seen)
    lines = [
        Line(
            kind,
            names.get((label, uid), ""),
            str(units.get(owner, "")),
            _address(units.get(owner)),
            reason,
        )
        for label, kind, uid, owner, reason in shown
    ]
    return Page(lines, number, pages, total)


def _address(organisation: Any) -> str:
    if organisation is None:
        return ""
    return reverse("orgs:organisation_detail", args=[organisation.code])


def record_names(records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What records are called, by model and the 32 digits of their uid; one query a model."""
    wanted: dict[str, list[str]] = {}
    for label, uid in records:
        wanted.setdefault(label, []).append(uid)
    names = {}
    for label, uids in wanted.items():
        model: Any = apps.get_model(label)
        columns = _naming(model)
        if columns:
            found = model._base_manager.filter(uid__in=uids)
            for uid, *texts in found.values_list("uid", *columns):
                names[label, uid.hex] = " ".join(str(text) for text in texts if text)
    return names


def _naming(model: Any) -> list[str]:
    """The columns that name a record: its own name, else those of the records it joins."""
    if any(column.name == "name" for column in model._meta.concrete_fields):
        return ["name"]
    joined = [
        column
        for column in model._meta.concrete_fields
        if column.is_relation and column.name not in ("organisation", "branch")
    ]
    return [
        f"{column.name}__name"
        for column in joined
        if any(one.name == "name" for one in column.related_model._meta.concrete_fields)
    ]
