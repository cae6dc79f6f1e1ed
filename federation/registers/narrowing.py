"""One part of a scope: what stays of it when the viewer has chosen an organisation."""

from typing import Any

from federation.access.scope import Scope
from federation.access.tree import organisation_model


def narrowed(scope: Scope, organisation: Any) -> Scope:
    """``scope`` cut down to ``organisation`` and below; empty when it lies outside."""
    path = organisation.path
    return Scope(scope.grant, _cut(scope.paths, path), _cut(scope.people_paths, path))


def covers_tree(scope: Scope) -> bool:
    """Whether ``scope`` covers the whole tree, so that nothing can lie outside; one query."""
    roots = organisation_model().objects.filter(parent=None).values_list("path", flat=True)
    return bool(scope) and all(scope.covers(path) for path in roots)


def _cut(roots: tuple[str, ...], path: str) -> tuple[str, ...]:
    if any(path.startswith(root) for root in roots):
        return (path,)
    return tuple(root for root in roots if root.startswith(path))
