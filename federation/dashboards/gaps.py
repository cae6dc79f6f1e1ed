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
    #: what it is called where one level is counted; else the to-do says it
    name: str | Promise = ""

    @property
    def label(self) -> str | Promise:
        return self.name or self.todo.label

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
    """The gaps that stored figures count, with the place below where most of them are.

    Of what is counted level by level only those levels stand there that the organisation has.
    """
    return [
        gap_of(todo, name, own[code], [row[code] for row in rows])
        for todo in todos_in_order()
        for code, name in todo.figures.items()
        if code in own and (code == todo.indicator or own[code].figure.units)
    ]


def gap_of(todo: Todo, name: str | Promise, shown: Shown, below: list[Shown]) -> Gap:
    """One gap of a stored figure, its list being the rows behind the number.

    No place has most of it where each has one of several.
    """
    worst = max(below, key=missing, default=None)
    words = ""
    if worst is not None and (missing(worst) > 1 or missing(worst) == missing(shown) == 1):
        words = _("最多在%(place)s，%(count)s 个") % {
            "place": worst.organisation,
            "count": missing(worst),
        }
    which = "in" if shown.indicator.direction == Direction.DOWN else "out"
    url = f"{shown.rows_url}?which={which}"
    return Gap(todo, shown.organisation, missing(shown), url, words, name)


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
            found.append(gap_of(todo, todo.label, own[todo.indicator], []))
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
