"""The posts people hold today, as a register shows them: many people, one query, no records."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone

from cadres.models import Appointment, Person
from federation.access.scope import Scope
from federation.registers.views.exporting import CHUNK
from orgs.tables import placed

IN_ORDER = ("organisation__path", "post__order", "from_on", "pk")


class PostHeld(NamedTuple):
    """A post and its place; ``is_leading`` as the post says."""

    name: str
    is_leading: bool
    code: str
    place: str

    def __str__(self) -> str:
        return self.name


def posts_held(scope: Scope, people: Iterable[Person] | None = None) -> dict[int, list[PostHeld]]:
    """Today's posts within ``scope`` by the key of the person: of everybody, or of ``people``."""
    held = Appointment.objects.in_scope(scope).in_office_on(timezone.localdate())
    if people is not None:
        held = held.filter(person__in=[person.pk for person in people])
    rows = held.order_by(*IN_ORDER).values_list(
        "person", "post__name", "post__is_leading", "organisation__code",
        "organisation__short_name", "organisation__name", "organisation__kind_group",
        "organisation__parent__short_name", "organisation__parent__name",
    )  # fmt: skip
    found: dict[int, list[PostHeld]] = defaultdict(list)
    # A page needs few rows at once, an export very many.
    for key, post, is_leading, code, short, name, group, *above in (
        rows.iterator(chunk_size=CHUNK) if people is None else rows
    ):
        place = placed(short or name, group, above[0] or above[1])
        found[key].append(PostHeld(post, is_leading, code, place))
    return found
