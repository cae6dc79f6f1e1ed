"""What an app declares so that the platform's registers find it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise
from rest_framework.viewsets import GenericViewSet

from federation.access.scope import Grant
from federation.declarations import Registry


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
api_rooms: Registry[type[GenericViewSet]] = Registry("api", key="route")


@dataclass(frozen=True)
class Fact:
    """One line of the fact list of an organisation; ``url`` leads to the rows behind it."""

    label: str | Promise
    text: str
    url: str = ""
    #: smaller numbers stand first
    rank: int = 50


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
#: entries of the navigation, declared in ``<app>/urls.py``
rooms: Registry[Room] = Registry("urls", key="key")


def blocks_of(organisation: Any, user: Any) -> list[Block]:
    """The blocks of one organisation's page in their order."""
    declared = sorted(blocks, key=lambda block: block.order)
    return [block(organisation, user) for block in declared]
