"""The change log of a scope: what was changed by hand line by line, an import as one line."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from federation.access.scope import Scope
from federation.audit.models import Change, CreationBlock, CreationPlace
from federation.exchange.declare import sheets
from federation.exchange.models import Batch
from federation.registers.history import Line, lines, people_seen
from federation.registers.narrowing import covers_tree


@dataclass(frozen=True)
class Fold:
    """The changes of one import, or of taking it back: how many a reader may see, and by whom."""

    batch: Batch
    is_undone: bool
    count: int = 0
    actor_label: str = ""

    @property
    def at(self) -> datetime:
        """When it was written or taken back; only batches that have been are read."""
        moment: Any = self.batch.undone_at if self.is_undone else self.batch.applied_at
        return moment

    @property
    def title(self) -> str:
        """What was brought in."""
        sheet = sheets.get(self.batch.sheet)
        return str(sheet.title) if sheet is not None else self.batch.sheet

    @property
    def condition(self) -> Q:
        """Its changes: those of taking back bear the same batch and came after its writing."""
        own = Q(batch=self.batch.uid)
        if self.batch.undone_at is None:
            return own
        after = Q(at__gt=self.batch.applied_at)
        return own & (after if self.is_undone else ~after)


@dataclass(frozen=True)
class Mark:
    """Where a page ends: folds stand after the single changes of the same moment, as number 0."""

    at: datetime
    pk: int

    @classmethod
    def of(cls, entry: Change | Fold) -> "Mark":
        """The place of an entry."""
        return cls(entry.at, entry.pk if isinstance(entry, Change) else 0)

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """The mark of an address; None for anything else."""
        moment, _comma, number = text.partition(",")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        try:
            at = parse_datetime(moment)
            # An offset no engine knows, or one that leads before the first year, is no moment.
            return cls(at.astimezone(UTC), int(number)) if at and is_aware(at) else None
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{self.at.isoformat().replace('+00:00', 'Z')},{self.pk}"


def readable(scope: Scope) -> QuerySet[Change]:
    """Changes in ``scope``, those of personal records by the people's part of it."""
    found = Change.objects.filter(scope.condition("organisation__path"))
    if scope.people_paths != scope.paths:
        seen_people = scope.condition("organisation__path", personal=True)
        found = found.filter(seen_people | ~Q(model__in=labels(personal=True)))
    return found.select_related("organisation")


def made_in(scope: Scope) -> QuerySet[CreationPlace]:
    """The same of creations in blocks: by organisation, how many of which block."""
    found = CreationPlace.objects.filter(scope.condition("organisation__path"))
    if scope.people_paths != scope.paths:
        seen_people = scope.condition("organisation__path", personal=True)
        found = found.filter(seen_people | ~Q(block__model__in=labels(personal=True)))
    return found


def labels(*, personal: bool) -> list[str]:
    """Labels of the models that are about people, or of all others."""
    found = apps.get_models()
    return [m._meta.label for m in found if bool(getattr(m, "personal", False)) is personal]


def imports_in(scope: Scope) -> QuerySet[Batch]:
    """Written imports with a change that may be read in ``scope``."""
    written = Batch.objects.exclude(applied_at=None).select_related("organisation")
    if not covers_tree(scope):
        changed = readable(scope).exclude(batch=None).order_by().values("batch")
        made = made_in(scope).order_by().values("block__batch")
        return written.filter(Q(uid__in=changed) | Q(uid__in=made))
    # Of a whole city the index of batch and model answers; its changes are not looked through.
    kinds = labels(personal=False) + (labels(personal=True) if scope.people_paths else [])
    both: Any = (Change, CreationBlock)
    single, many = (
        Exists(kind.objects.filter(batch=OuterRef("uid"), model__in=kinds)) for kind in both
    )
    return written.filter(single | many)


def fold_of(scope: Scope, uid: Any, *, is_undone: bool) -> Fold | None:
    """One import of the log by its uid, None where ``scope`` shows nothing of it."""
    batch = imports_in(scope).filter(uid=uid).first()
    if batch is None or (is_undone and batch.undone_at is None):
        return None
    return next(iter(_counted([Fold(batch, is_undone)], scope)), None)


def log_page(scope: Scope, before: str, size: int) -> tuple[list[Line | Fold], str]:
    """The newest entries before a mark, and the mark to go on from ("" at the end).

    The number of queries depends neither on the entries nor on how much was imported.
    """
    mark = Mark.read(before)
    single = readable(scope).filter(batch=None).order_by("-at", "-pk")
    if mark is not None:
        single = single.filter(Q(at__lt=mark.at) | Q(at=mark.at, pk__lt=mark.pk))
    found: list[Change | Fold] = [*single[: size + 1], *_folds(imports_in(scope), mark, size + 1)]
    found.sort(key=lambda entry: (Mark.of(entry).at, Mark.of(entry).pk), reverse=True)
    shown = found[:size]
    older = str(Mark.of(shown[-1])) if len(found) > size else ""
    return _told(shown, scope), older


def _told(shown: list[Change | Fold], scope: Scope) -> list[Line | Fold]:
    """The entries in their order, changes as lines and imports with their counts."""
    changes = [entry for entry in shown if isinstance(entry, Change)]
    folds = [entry for entry in shown if isinstance(entry, Fold)]
    told: dict[Any, Line | Fold] = {
        line.change.pk: line for line in lines(changes, sees_people=people_seen(scope))
    }
    told |= {(fold.batch.pk, fold.is_undone): fold for fold in _counted(folds, scope)}
    keys = [e.pk if isinstance(e, Change) else (e.batch.pk, e.is_undone) for e in shown]
    return [told[key] for key in keys if key in told]


def _folds(written: QuerySet[Batch], mark: Mark | None, most: int) -> list[Fold]:
    found = []
    for column in ("applied_at", "undone_at"):
        batches = written.exclude(**{column: None}).order_by(f"-{column}")
        if mark is not None:
            until = "lte" if mark.pk else "lt"
            batches = batches.filter(**{f"{column}__{until}": mark.at})
        found += [Fold(batch, column == "undone_at") for batch in batches[:most]]
    return found


def _counted(folds: Iterable[Fold], scope: Scope) -> list[Fold]:
    """The folds with their counts, without those of which ``scope`` shows nothing; two queries.

    What an import wrote is known by model from the day itself; the rest is counted.
    """
    found = {fold: _known(fold, scope) for fold in folds}
    asked = [fold for fold, known in found.items() if known is None]
    if asked:
        wanted: dict[str, Any] = {}
        for number, fold in enumerate(asked):
            wanted[f"count{number}"] = Count("pk", filter=fold.condition)
            wanted[f"who{number}"] = Max("actor_label", filter=fold.condition)
        uids = {fold.batch.uid for fold in asked}
        counts = readable(scope).filter(batch__in=uids).aggregate(**wanted)
        made = _made_by(uids, scope)
        for number, fold in enumerate(asked):
            more, label = made.get(fold.batch.uid, (0, "")) if not fold.is_undone else (0, "")
            count, who = counts[f"count{number}"] + more, counts[f"who{number}"] or label
            found[fold] = replace(fold, count=count, actor_label=who)
    return [fold for fold in found.values() if fold is not None and fold.count]


def _made_by(uids: Iterable[Any], scope: Scope) -> dict[Any, tuple[int, str]]:
    """By batch, how many records it made in blocks that ``scope`` shows, and who wrote them."""
    places: Any = made_in(scope).filter(block__batch__in=uids).order_by().values("block__batch")
    told = places.annotate(made=Sum("count"), who=Max("block__actor_label"))
    return {one["block__batch"]: (one["made"], one["who"]) for one in told}


def _known(fold: Fold, scope: Scope) -> Fold | None:
    """The fold by what its batch remembers, None when the changes themselves must be asked."""
    path, written = fold.batch.organisation.path, fold.batch.counts.get("written")
    in_part = any(root.startswith(path) for root in scope.people_paths)
    sees_people = scope.covers_people(path)
    if fold.is_undone or not written or not scope.covers(path) or (in_part and not sees_people):
        return None
    personal = () if sees_people else labels(personal=True)
    count = sum(number for label, number in written.items() if label not in personal)
    return replace(fold, count=count, actor_label=fold.batch.actor_label)
