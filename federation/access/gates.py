"""Who may open a route at all. What a visitor then sees is narrowed by ``in_scope``.

Every view carries a ``gate``; a route without one fails the system check and answers 403.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from federation.access.scope import Grant

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


@dataclass(frozen=True)
class Gate:
    """What a role needs for a route: a grant, the right to see people, or a flag of Role.

    ``public`` routes need no login; ``any_role`` ones a login but no posting; ``at_root`` ones a
    posting at the top of the tree, because what they show holds for the whole installation.
    """

    grant: Grant | None = None
    people: bool = False
    flag: str = ""
    public: bool = False
    any_role: bool = False
    at_root: bool = False

    def admits(self, user: Any) -> bool:
        """Whether ``user`` may open the route."""
        if self.public:
            return True
        if not user.is_authenticated or not user.is_active:
            return False
        if self.any_role:
            return True
        return any(self._passes(posting) for posting in user.current_postings())

    def _passes(self, posting: Any) -> bool:
        role = posting.role
        return (
            (self.grant is None or self.grant in role.grants())
            and (not self.at_root or posting.organisation.parent_id is None)
            and (not self.people or role.sees_people)
            and (not self.flag or getattr(role, self.flag))
        )


PUBLIC = Gate(public=True)
ANYONE_LOGGED_IN = Gate(any_role=True)


def gated(gate: Gate) -> Callable[[ViewT], ViewT]:
    """Give a function view its gate (class views set the attribute ``gate``)."""

    def attach(view: ViewT) -> ViewT:
        view.gate = gate  # type: ignore[attr-defined]
        return view

    return attach


def gate_of(callback: Any) -> Gate | None:
    """The gate of a URL pattern's callback: function, class view or viewset."""
    for holder in (callback, getattr(callback, "view_class", None), getattr(callback, "cls", None)):
        found = getattr(holder, "gate", None)
        if isinstance(found, Gate):
            return found
    return None
