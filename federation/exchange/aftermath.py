"""What a written import changed: records by their kind, as the change log tells it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, Sum

from federation.audit.models import Change, CreationBlock
from federation.exchange.models import Batch


@dataclass(frozen=True)
class Changed:
    """How many records of a kind are new since an import, and how many say something else."""

    kind: str
    made: int
    updated: int


def changed_by(batch: Batch) -> list[Changed]:
    """Records written by ``batch``, the most first; in two questions."""
    made, updated = (Count("pk", filter=Q(operation=done)) for done in ("create", "update"))
    single: Any = Change.objects.filter(batch=batch.uid).order_by().values("model")
    many: Any = CreationBlock.objects.filter(batch=batch.uid).order_by().values("model")
    new, changed = Counter[str](), Counter[str]()
    for told in single.annotate(made=made, updated=updated):
        new[told["model"]] += told["made"]
        changed[told["model"]] += told["updated"]
    for told in many.annotate(made=Sum("count")):
        new[told["model"]] += told["made"]
    models = sorted({*new, *changed})
    lines = [Changed(_kind(model), new[model], changed[model]) for model in models]
    return sorted(lines, key=lambda line: -line.made - line.updated)


def _kind(label: str) -> str:
    model: Any = apps.get_model(label)
    return str(model._meta.verbose_name)
