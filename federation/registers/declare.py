"""What an app declares so that the platform's registers find it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from django.urls import reverse
from django.utils.functional import Promise

from federation.access.scope import Grant
from federation.declarations import Registry

if TYPE_CHECKING:
    # Only its name: the framework reads settings that lead back here.
    from rest_framework.viewsets import GenericViewSet


@dataclass(frozen=True)
class Room:
    """One entry of the navigation, declared beside its route in ``<app>/urls.py``."""

    route: str
    label: str | Promise
    #: a Tabler icon under ``static/vendor/icons``
    icon: str
    #: smaller numbers stand first; the platform uses 0, 10, 20 … so that apps fit in between
    order: int
    #: whether the entry stands in the bar for the thumb, which has room for five
    is_on_phone: bool = True
    #: flags of Role: shown only to those who hold the one, hidden from those who hold the other
    only_flag: str = ""
    except_flag: str = ""

    @property
    def key(self) -> str:
        """A route may stand twice, under another name for other roles."""
        return " ".join((self.route, self.only_flag, self.except_flag)).rstrip()

    def is_for(self, user: Any) -> bool:
        """Whether the entry is meant for ``user``; whether she may open it is another question."""
        wanted = not self.only_flag or user.holds(self.only_flag)
        return wanted and not (self.except_flag and user.holds(self.except_flag))


#: viewsets of the read-only API, declared in ``<app>/api.py``; ``route`` is the path below api/v1/
api_rooms: "Registry[type[GenericViewSet]]" = Registry("api", key="route")


@dataclass(frozen=True)
class Fact:
    """One line of the fact list of an organisation; ``url`` leads to the rows behind it."""

    label: str | Promise
    text: str
    url: str = ""
    #: smaller numbers stand first
    rank: int = 50


class Todo:
    """Something organisations can lack, declared in ``<app>/start.py`` by the app that owns it.

    Start pages count it and lead to the list behind the count; a single unit's page says what to
    do. With ``indicator`` the gap of that stored figure is counted, so that page and figure agree;
    without one ``narrow`` finds the organisations, and the list of organisations offers it. Pages
    of figures take every gap from stored figures: what ``narrow`` finds stands there by the figures
    of ``by_level``, each under its own label.
    """

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    #: what somebody of that one unit is told to do
    advice: ClassVar[str | Promise]
    icon: ClassVar[str]
    #: "bad" comes before "warn", both in their ``order``
    kind: ClassVar[str] = "warn"
    order: ClassVar[int] = 50
    indicator: ClassVar[str] = ""
    #: the figure of each level that counts it, and what its gap is called: {code: label}
    by_level: ClassVar[Mapping[str, str | Promise]] = MappingProxyType({})
    #: groups of kinds that can lack it; empty: every group
    applies_to: ClassVar[tuple[str, ...]] = ()
    #: the form that puts it right for one unit, told which by ``?organisation=``; a unit's own
    #: page shows the to-do to those who may open it
    fix_route: ClassVar[str] = ""

    @property
    def figures(self) -> Mapping[str, str | Promise]:
        """The stored figures that count it, each with what its gap is called."""
        return {self.indicator: self.label} if self.indicator else self.by_level

    def narrow(self, organisations: Any, on: date) -> Any:
        """Those of ``organisations`` that lack it on ``on``."""
        raise NotImplementedError(self.key)

    def lacking(self, organisations: Any, on: date) -> Any:
        """``narrow`` for the groups of kinds that can lack it: what is counted and listed."""
        if self.applies_to:
            organisations = organisations.filter(kind_group__in=self.applies_to)
        return self.narrow(organisations, on)

    def fix_url(self, organisation: Any) -> str:
        """Where the gap of one unit is closed."""
        return f"{reverse(self.fix_route)}?organisation={organisation.code}"


@dataclass(frozen=True)
class Quick:
    """A form one tap away on the start page of a unit; declared in ``<app>/start.py``.

    ``takes_code`` routes have the unit's code in their path, others in ``?organisation=``.
    """

    route: str
    label: str | Promise
    note: str | Promise
    icon: str
    order: int
    takes_code: bool = False

    def url(self, organisation: Any) -> str:
        """The form for ``organisation``."""
        if self.takes_code:
            return reverse(self.route, args=[organisation.code])
        return f"{reverse(self.route)}?organisation={organisation.code}"


@dataclass(frozen=True)
class RecordPage:
    """The page of one record of ``model`` (a label), declared in ``<app>/urls.py``.

    ``route`` takes its uid. Where none is declared, pages lead to the organisation instead.
    """

    model: str
    route: str


class Block:
    """A part of the organisation page, declared in ``<app>/blocks.py`` by the app that owns it.

    ``order`` sorts blocks, ``width`` is in columns of twelve, ``is_side`` stacks it in the
    narrow column. ``read`` fills the attributes its template shows; ``is_shown`` says whether
    there is anything.
    """

    key: ClassVar[str]
    title: ClassVar[str | Promise] = ""
    template: ClassVar[str]
    order: ClassVar[int] = 0
    width: ClassVar[int] = 12
    is_side: ClassVar[bool] = False
    #: expressions over the organisation that the page reads with it, so that they cost no query:
    #: ``self.organisation`` has them under these names
    columns: ClassVar[Mapping[str, Any]] = MappingProxyType({})

    def __init__(self, organisation: Any, user: Any) -> None:
        self.organisation, self.user = organisation, user
        self.scope = user.scope(Grant.VIEW)
        self.sees_people = self.scope.covers_people(organisation.path)
        self.can_capture = user.scope(Grant.CAPTURE).covers(organisation.path)
        self.count: int | None = None
        self.read()

    def read(self) -> None:
        """Look up what the block shows."""

    @property
    def is_shown(self) -> bool:
        """Whether the page shows the block at all."""
        return True

    def facts(self) -> list[Fact]:
        """Lines for the fact list on top of the page."""
        return []


#: lists, declared in ``<app>/views.py`` by their ``register_name``; the start page counts them
lists: Registry[type[Any]] = Registry("views", key="register_name")
blocks: Registry[type[Block]] = Registry("blocks", key="key")
#: where single records are looked at or put right, declared in ``<app>/urls.py``
record_pages: Registry[RecordPage] = Registry("urls", key="model")
#: entries of the navigation, declared in ``<app>/urls.py``
rooms: Registry[Room] = Registry("urls", key="key")
#: what start pages count and offer, declared in ``<app>/start.py``
todos: Registry[type[Todo]] = Registry("start", key="key")
quicks: Registry[Quick] = Registry("start", key="route")


def todos_in_order() -> list[Todo]:
    """One of each declared to-do, the worst first."""
    ordered = sorted(todos, key=lambda todo: (todo.kind != "bad", todo.order, todo.key))
    return [todo() for todo in ordered]


def block_columns() -> dict[str, Any]:
    """What the blocks want read together with the organisation of their page."""
    return {name: column for block in blocks for name, column in block.columns.items()}


def blocks_of(organisation: Any, user: Any) -> list[Block]:
    """The blocks of one organisation's page in their order."""
    declared = sorted(blocks, key=lambda block: block.order)
    return [block(organisation, user) for block in declared]
