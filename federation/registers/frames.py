"""What surrounds the rows of a list, built once and kept for half a minute.

Header, levels, filters and the heads of the columns cost more than fifty rows do, and turning a
page changes nothing of them, nor of the question by which rows are read. Both are kept in the
memory of the process, never on a disk or in a shared cache, under everything they depend on: the
viewer with her postings, the address but for the page, the columns, the last entry of the change
log and the day. Rows are read anew every time.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_hex
from typing import Any

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.db.models import QuerySet
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.html import conditional_escape

from federation.bulk.ready import Ready
from federation.registers.counting import KEPT_SECONDS, last_change

# Where the changing parts go. Unguessable, so that no record can hold one.
BODY, PAGER, HERE, CSRF = (token_hex(16) for _place in range(4))


@dataclass(frozen=True)
class Frame:
    """The page of a list without its rows, and how many records the list has."""

    text: str
    count: int
    questions: dict[str, Ready] = field(default_factory=dict)

    def question(self, name: str, ask: Callable[[], QuerySet[Any]]) -> Ready:
        """A question for records that belongs to this frame, made from a queryset once."""
        if name not in self.questions:
            self.questions[name] = Ready(ask())
        return self.questions[name]

    def filled(self, request: HttpRequest, *, body: Any, pager: Any) -> str:
        """The page with rows, pager, and the address and token of this very request."""
        page = self.text.replace(HERE, conditional_escape(request.get_full_path()))
        if CSRF in page:
            page = page.replace(CSRF, get_token(request))
        return page.replace(PAGER, conditional_escape(pager)).replace(
            BODY, conditional_escape(body)
        )


def marks() -> dict[str, str]:
    """The context that stands for the changing parts while a frame is built."""
    return {"body": BODY, "pager": PAGER, "here": HERE, "csrf_token": CSRF}


def standing(user: Any) -> Hashable:
    """Everything of ``user`` that a page shows or depends on: name, type size, postings, rights."""
    held = tuple(
        (posting.pk, posting.organisation.path, str(posting.organisation), _rights(posting.role))
        for posting in user.current_postings()
    )
    return (user.pk, str(user), user.text_size, held)


def _rights(role: Any) -> Hashable:
    return tuple(value for name, value in vars(role).items() if not name.startswith("_"))


def framed(request: HttpRequest, question: Hashable, build: Callable[[], Frame]) -> Frame:
    """The frame for ``question`` (columns, scope …) at this address, kept or built.

    A page that has something to tell the viewer (a message) is always built.
    """
    if len(get_messages(request)):
        return build()
    query = request.GET.copy()
    query.pop("page", None)
    asked = (standing(request.user), request.path, query.urlencode(), question)
    known = (asked, timezone.localdate(), last_change())
    key = f"registers:frame:{sha256(repr(known).encode()).hexdigest()}"
    memory = caches["process"]
    found: Frame | None = memory.get(key)
    if found is None:
        found = build()
        # An empty list is asked again: the frame of one has no place for rows.
        if found.count:
            memory.set(key, found, KEPT_SECONDS)
    return found
