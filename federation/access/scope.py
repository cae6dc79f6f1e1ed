"""Who may see what: one function answers for lists, details, counts, exports, API and jobs."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from django.db import models
from django.db.models import Q

from federation.access.tree import after


class Grant(StrEnum):
    """What a role may do with the records of its part of the tree."""

    VIEW = "view"
    CAPTURE = "capture"
    IMPORT = "import"
    EXPORT = "export"
    SENSITIVE = "sensitive"


@dataclass(frozen=True)
class Scope:
    """The subtrees in which somebody holds one grant. Empty: nothing is visible.

    ``paths`` are roots of subtrees; ``people_paths`` those of them whose role may see people.
    A model that is ``personal`` is filtered by the second, every other by the first.
    """

    grant: Grant = Grant.VIEW
    paths: tuple[str, ...] = ()
    people_paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.paths)

    def covers(self, path: str) -> bool:
        """Whether the organisation at ``path`` is inside."""
        return any(path.startswith(root) for root in self.paths)

    def covers_people(self, path: str) -> bool:
        """Whether people of the organisation at ``path`` may be seen."""
        return any(path.startswith(root) for root in self.people_paths)

    def of_people(self) -> "Scope":
        """The part in which people may be seen."""
        return Scope(self.grant, self.people_paths, self.people_paths)

    def condition(self, column: str, *, personal: bool = False) -> Q:
        """The filter on ``column`` (the lookup path of an organisation's ``path``)."""
        roots = self.people_paths if personal else self.paths
        found = Q(pk__in=[])
        for root in roots:
            found |= Q(**{f"{column}__gte": root, f"{column}__lt": after(root)})
        return found


EVERYWHERE = ("",)


def whole_tree(grant: Grant) -> Scope:
    """The scope of the machine itself (nightly jobs, set-up). Never built from a request."""
    return Scope(grant, EVERYWHERE, EVERYWHERE)


class ScopedQuerySet(models.QuerySet):
    """Records that belong to an organisation, found by the model's ``scope_path``.

    ``scope_path`` is the lookup path to the organisation ("" when the model is the tree itself);
    ``personal = True`` marks records about people.
    """

    def in_scope(self, scope: Scope) -> Self:
        """The records inside ``scope``; an empty scope gives none."""
        model: Any = self.model
        column = f"{model.scope_path}__path" if model.scope_path else "path"
        return self.filter(scope.condition(column, personal=getattr(model, "personal", False)))


class RuleQuerySet(models.QuerySet):
    """Records that hold for the whole installation: kinds, options. Their pages' gates decide."""

    def in_scope(self, scope: Scope) -> Self:
        """All of them, for whoever has any scope."""
        return self.all() if scope else self.none()


class ScopedModel(models.Model):
    """A record of an organisation. Subclasses name their ``scope_path``."""

    scope_path = "organisation"
    personal = False
    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
