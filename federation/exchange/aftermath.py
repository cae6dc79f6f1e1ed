"""What a written import changed: records by their kind, as the change log tells it."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, Q

from federation.audit.models import Change
from federation.exchange.models import Batch


@dataclass(frozen=True)
class Changed:
    """How many records of a kind are new since an import, and how many say something else."""

    kind: str
    made: int
    updated: int


def changed_by(batch: Batch) -> list[Changed]:
    """Records written by ``batch``, the most first; in one question."""
    made = Count("pk", filter=Q(operation=Change.Operation.CREATE))
    updated = Count("pk", filter=Q(operation=Change.Operation.UPDATE))
    found: Any = Change.objects.filter(batch=batch.uid).values("model")
    counted = found.annotate(made=made, updated=updated).order_by("model")
    lines = [Changed(_kind(one["model"]), one["made"], one["updated"]) for one in counted]
    return sorted(lines, key=lambda line: -line.made - line.updated)


def _kind(label: str) -> str:
    model: Any = apps.get_model(label)
    return str(model._meta.verbose_name)
