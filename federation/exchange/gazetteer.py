"""The tree as a check looks places up: by every code and every name they have."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet

from federation.access.scope import Scope
from federation.access.tree import ancestors, organisation_model
from federation.exchange.places import VILLAGE, PlaceRow, Places

_COLUMNS = ("id", "code", "name", "short_name", "kind_group", "path", "parent__code")


def places_of(scope: Scope) -> Places:
    """Every organisation by every name it has, and which of them ``scope`` covers."""
    return Places(_rows(organisation_model().objects.all(), _aliases().all()), scope.paths)


def places_near(scope: Scope, codes: Iterable[str] = ()) -> Places:
    """As much of it as single rows need: what ``scope`` covers, what lies above, and ``codes``.

    A row that names a place outside by its code is told so, as in the check of a whole file.
    """
    above = {path for root in scope.paths for path in ancestors(root)}
    wanted = sorted(set(codes))
    renamed = _aliases().filter(text__in=wanted).values("organisation_id")
    near = scope.condition("path") | Q(path__in=above) | Q(code__in=wanted) | Q(pk__in=renamed)
    found = organisation_model().objects.filter(near)
    aliases = _aliases().filter(organisation__in=found.values("pk"))
    return Places(_rows(found, aliases), scope.paths)


def _aliases() -> Any:
    """Former names and codes."""
    return organisation_model()._meta.get_field("aliases").related_model.objects


def _rows(found: QuerySet[Any], aliases: QuerySet[Any]) -> Iterator[PlaceRow]:
    former: dict[int, list[str]] = {}
    for owner, text in aliases.values_list("organisation_id", "text"):
        former.setdefault(owner, []).append(text)
    columns = found.order_by("path").values_list(*_COLUMNS)
    for pk, code, name, short, group, path, parent in columns.iterator(chunk_size=5000):
        names = (*former.get(pk, ()), *_short(name, short, group))
        yield PlaceRow(pk, code, name, names, group, path, parent)


def _short(name: str, short_name: str, group: str) -> tuple[str, ...]:
    """The short name where it is one of its own; that of a village follows from its name."""
    return () if group == VILLAGE or short_name == name else (short_name,)
