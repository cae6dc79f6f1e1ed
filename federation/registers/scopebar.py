"""The bar of levels above every register: where the viewer stands, and where she may go."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.access.scope import Grant, Scope
from federation.access.tree import ancestors, organisation_model

LEVELS: dict[str, str | Promise] = {
    "nation": gettext_lazy("全国"),
    "province": gettext_lazy("省市"),
    "city": gettext_lazy("市"),
    "district": gettext_lazy("区县"),
    "town": gettext_lazy("镇街"),
    "village": gettext_lazy("村（社区）"),
}
# A longer list is no list to choose from; the tree and its search serve then.
MOST_SIBLINGS = 120


@dataclass(frozen=True)
class Sibling:
    """One organisation of a list in the bar."""

    name: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Step:
    """One level of the bar; ``siblings`` open as a list."""

    level: str | Promise
    name: str
    url: str = ""
    is_current: bool = False
    siblings: list[Sibling] = field(default_factory=list)


def level_word(node: Any) -> str | Promise:
    """What the level of ``node`` is called."""
    return LEVELS.get(node.kind_group, gettext_lazy("单位"))


def roots(user: Any, grant: Grant, flag: str = "") -> list[Any]:
    """The organisations in which ``user`` holds ``grant``, without those below another of them.

    With a ``flag`` of Role by roles that carry it only.
    """
    held = [
        posting.organisation
        for posting in user.current_postings()
        if grant in posting.role.grants() and (not flag or getattr(posting.role, flag))
    ]
    found: list[Any] = []
    for node in sorted(held, key=lambda node: node.path):
        if not any(node.path.startswith(above.path) for above in found):
            found.append(node)
    return found


def chosen_organisation(user: Any, grant: Grant, code: str, flag: str = "") -> Any:
    """The organisation of ``code``; without a code the only root, None when there are several.

    Raises Http404 for an unknown code and for one outside the scope alike.
    """
    if not code:
        own = roots(user, grant, flag)
        return own[0] if len(own) == 1 else None
    model = organisation_model()
    found = model.objects.in_scope(user.scope(grant, flag=flag)).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def scope_steps(
    user: Any, grant: Grant, chosen: Any, address: Callable[[str], str], flag: str = ""
) -> list[Step]:
    """The steps down to ``chosen`` and a list of what lies below it; one query."""
    if chosen is None:
        places = [Sibling(str(node), address(node.code)) for node in roots(user, grant, flag)]
        return [Step("", _("我的全部单位"), siblings=places, is_current=True)]
    scope = user.scope(grant, flag=flag)
    near = _family(scope, chosen)
    steps = [
        Step(level_word(node), str(node), address(node.code))
        for node in near
        if chosen.path.startswith(node.path) and node.pk != chosen.pk
    ]
    beside = [n for n in near if n.parent_id == chosen.parent_id and n.parent_id is not None]
    below = [node for node in near if node.parent_id == chosen.pk]
    return [*steps, _current(beside, chosen, address), *_below(below, address)]


def _family(scope: Scope, chosen: Any) -> list[Any]:
    """What is above ``chosen`` within ``scope``, and where that covers its parent, beside it."""
    above = [path for path in ancestors(chosen.path) if scope.covers(path)]
    parents = [chosen.pk]
    if chosen.parent_id and above[-1:] == ancestors(chosen.path)[-1:]:
        parents.append(chosen.parent_id)
    near = Q(path__in=above) | Q(parent_id__in=parents)
    return list(organisation_model().objects.filter(near).order_by("path"))


def _current(beside: list[Any], chosen: Any, address: Callable[[str], str]) -> Step:
    siblings = [
        Sibling(str(node), address(node.code), node.pk == chosen.pk)
        for node in beside[:MOST_SIBLINGS]
    ]
    return Step(level_word(chosen), str(chosen), address(chosen.code), True, siblings)


def _below(below: list[Any], address: Callable[[str], str]) -> list[Step]:
    children = below[:MOST_SIBLINGS]
    if not children:
        return []
    name = _("%(count)s 个") % {"count": len(children)}
    places = [Sibling(str(node), address(node.code)) for node in children]
    return [Step(level_word(children[0]), name, siblings=places)]
