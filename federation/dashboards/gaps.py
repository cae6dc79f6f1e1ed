"""What is missing below an organisation: declared to-dos with their counts and lists."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from federation.access.scope import Scope
from federation.access.tree import organisation_model
from federation.coverage.declare import Direction
from federation.dashboards.figures import Shown
from federation.registers.declare import Todo, lists, todos_in_order


@dataclass(frozen=True)
class Gap:
    """One kind of thing that is missing: how often, where most of it is, and its list."""

    todo: Todo
    organisation: Any
    count: int
    url: str
    worst: str = ""

    @property
    def label(self) -> str | Promise:
        return self.todo.label

    @property
    def icon(self) -> str:
        return self.todo.icon

    @property
    def kind(self) -> str:
        return self.todo.kind

    @property
    def fix_url(self) -> str:
        """Where somebody of the unit itself puts it right."""
        return self.todo.fix_url(self.organisation)


def missing(shown: Shown) -> int:
    """How many units fall short of a figure; those without data are counted apart."""
    figure = shown.figure
    if shown.indicator.direction == Direction.DOWN:
        return figure.numerator
    return figure.denominator - figure.numerator - figure.unknown


def problems(own: dict[str, Shown], rows: list[dict[str, Shown]]) -> list[Gap]:
    """The gaps that stored figures count, with the place below where most of them are."""
    counted = [todo for todo in todos_in_order() if todo.indicator in own]
    return [gap_of(todo, own[todo.indicator], [row[todo.indicator] for row in rows])
            for todo in counted]  # fmt: skip


def gap_of(todo: Todo, shown: Shown, below: list[Shown]) -> Gap:
    """One gap of a stored figure, its list being the rows behind the number."""
    worst = max(below, key=missing, default=None)
    words = ""
    if worst is not None and missing(worst) > 0:
        words = _("最多在%(place)s，%(count)s 个") % {
            "place": worst.organisation,
            "count": missing(worst),
        }
    which = "in" if shown.indicator.direction == Direction.DOWN else "out"
    url = f"{shown.rows_url}?which={which}"
    return Gap(todo, shown.organisation, missing(shown), url, words)


def all_gaps(organisation: Any, scope: Scope, own: dict[str, Shown], on: date) -> list[Gap]:
    """Every to-do of ``organisation`` and below, the worst kind first; one query.

    Those that a figure counts are taken from it, so that page and figure agree.
    """
    listed = [todo for todo in todos_in_order() if not todo.indicator]
    counts = counted(listed, scope, on)
    found = []
    for todo in todos_in_order():
        if todo.key in counts:
            url = list_url(organisation, todo)
            found.append(Gap(todo, organisation, counts[todo.key], url))
        elif todo.indicator in own:
            found.append(gap_of(todo, own[todo.indicator], []))
    return found


def counted(listed: list[Todo], scope: Scope, on: date) -> dict[str, int]:
    """How many organisations in ``scope`` lack each of these; one query for all."""
    nodes = organisation_model().objects.in_scope(scope).order_by()
    columns = {
        todo.key: Count("pk", filter=Q(pk__in=todo.lacking(nodes, on).values("pk")))
        for todo in listed
    }
    found: dict[str, int] = nodes.aggregate(**columns)
    return found


def list_url(organisation: Any, todo: Todo) -> str:
    """The list of organisations narrowed to those that lack it."""
    listing = lists.get("organisation")
    address = reverse(listing.list_route) if listing else ""
    return f"{address}?organisation={organisation.code}&todo={todo.key}"
