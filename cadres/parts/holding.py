"""The numbers of people that stand behind masked cells: of members, volunteers and chairs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from cadres.models import Appointment, Person, Volunteer
from federation.bulk.keyed import keyed
from federation.bulk.services import in_blocks
from federation.exchange.giving.givers import sealed_cell
from federation.exchange.holding import Asked, Held, Holder, holder

NUMBERS = ("id_number", "phone")
PERSON = (
    "person__uid", "person__name", "person__id_number", "person__id_number_masked",
    "person__phone", "person__phone_masked",
)  # fmt: skip


def posts_open_on(day: date) -> Any:
    """Posts not ended by ``day``, as a roster of that day takes them."""
    return Appointment.objects.filter(Q(until_on=None) | Q(until_on__gt=day))


def units_asked(asked: Sequence[Asked]) -> Iterable[list[int]]:
    """The organisations of the rows, as many at a time as one question names."""
    return in_blocks(sorted({one.place.id for one in asked}))


def numbers_of(model: type[Any], uid: Any, told: Sequence[Any]) -> dict[str, Any]:
    """By column what is sealed; ``told``: box and mask of ID number and telephone."""
    boxes = dict(zip(NUMBERS, zip(told[::2], told[1::2], strict=True), strict=True))
    cells = {name: sealed_cell(model, name, uid, box, mask) for name, (box, mask) in boxes.items()}
    return {name: cell for name, cell in cells.items() if cell is not None}


@holder("committee")
class Members(Holder):
    """Whoever holds a post in the organisation of the row."""

    def held(self, asked: Sequence[Asked], day: date) -> Iterator[Held]:
        """All of them: the names tell who of them is meant."""
        for block in units_asked(asked):
            posts = keyed(posts_open_on(day), "organisation", block)
            for owner, uid, name, *told in posts.values_list("organisation_id", *PERSON):
                yield Held(owner, {"person_name": name}, numbers_of(Person, uid, told))


@holder("profiles")
class Tellers(Holder):
    """Whoever holds a post in or below the organisation for which the form is imported."""

    def held(self, asked: Sequence[Asked], day: date) -> Iterator[Held]:
        """Those of the names asked for."""
        names = sorted({one.names["person_name"] for one in asked if one.names})
        roots = {one.place.id: one.place.path for one in asked}
        for block in in_blocks(names):
            posts = keyed(posts_open_on(day), "person__name", block)
            for path, uid, name, *told in posts.values_list("organisation__path", *PERSON):
                for pk, root in roots.items():
                    if path.startswith(root):
                        yield Held(pk, {"person_name": name}, numbers_of(Person, uid, told))


@holder("villages")
class Chairs(Holder):
    """Whoever leads the organisation of the row."""

    named_by = ("chair_name",)

    def held(self, asked: Sequence[Asked], day: date) -> Iterator[Held]:
        """The chairs in post, with their telephones."""
        for block in units_asked(asked):
            posts = keyed(posts_open_on(day).filter(is_head=True), "organisation", block)
            for owner, uid, name, *told in posts.values_list("organisation_id", *PERSON):
                numbers = numbers_of(Person, uid, told)
                phone = {"chair_phone": numbers["phone"]} if "phone" in numbers else {}
                yield Held(owner, {"chair_name": name}, phone)


@holder("volunteers")
class Helpers(Holder):
    """The volunteers of the organisation of the row who have not left."""

    def held(self, asked: Sequence[Asked], day: date) -> Iterator[Held]:
        """All of them: the names tell who of them is meant."""
        sealed = [name for column in NUMBERS for name in (column, f"{column}_masked")]
        columns = ("organisation_id", "uid", "name", *sealed)
        for block in units_asked(asked):
            found = keyed(Volunteer.objects.current_on(day), "organisation", block)
            for owner, uid, name, *told in found.values_list(*columns):
                yield Held(owner, {"person_name": name}, numbers_of(Volunteer, uid, told))
