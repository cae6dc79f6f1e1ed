"""Values an import from above changed: shown to those who had entered them and to who imported.

What stood and what stands now is read from the change log; the records behind are named, whatever
kind they are, with a fixed number of questions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from federation.access.scope import Grant
from federation.audit.models import Change
from federation.audit.services import open_change
from federation.exchange.kept import record_names
from federation.exchange.overruled import Overruled
from federation.exchange.values import value_of
from federation.registers.addresses import address
from federation.registers.declare import record_pages
from federation.registers.history import Difference, differing

State = Overruled.State
#: how many stand on a start page
FIRST = 3
Images = tuple[dict[str, Any], dict[str, Any]]


@dataclass(frozen=True)
class Line:
    """One changed value: the record with its page, and what it was and is."""

    overruled: Overruled
    subject: str
    url: str
    difference: Difference


@dataclass(frozen=True)
class Waiting:
    """What waits for an answer of the viewer: the first lines, and how many there are."""

    lines: list[Line]
    count: int
    url: str


def to_answer(user: Any) -> QuerySet[Overruled]:
    """What was changed of what the viewer's own organisation had entered, not answered yet."""
    return _in_order(Overruled.objects.kept_by(user).filter(state=State.OPEN))


def to_settle(user: Any) -> QuerySet[Overruled]:
    """What is said to be wrong of what the viewer imported."""
    return _in_order(Overruled.objects.settled_by(user).filter(state=State.WRONG))


def _in_order(found: Any) -> QuerySet[Overruled]:
    """The latest import first, its records as they were written."""
    return found.select_related("organisation", "batch").order_by("-batch", "pk")


def waiting(user: Any) -> dict[str, Waiting]:
    """Both for a start page, only what there is; one query where there is nothing."""
    asked = {
        "to_answer": (to_answer(user), "registers:overruled_list"),
        "to_settle": (to_settle(user), "registers:objection_list"),
    }
    asked = {key: told for key, told in asked.items() if user.may(told[1])}
    found = Overruled.objects.none()
    for mine, _route in asked.values():
        found = found | mine
    counted = dict(found.order_by().values_list("state").annotate(Count("pk"))) if asked else {}
    shown = {}
    for key, (mine, route) in asked.items():
        count = counted.get(State.OPEN if key == "to_answer" else State.WRONG, 0)
        if count:
            shown[key] = Waiting(lines_of(mine[:FIRST]), count, reverse(route))
    return shown


def images_of(overruled: Sequence[Overruled]) -> dict[int, Images]:
    """Before and after of each value, its columns alone, from the log of its import; one query."""
    changes: dict[tuple[UUID, UUID], list[tuple[str, Images]]] = {}
    written = Change.objects.filter(
        batch__in={one.batch.uid for one in overruled},
        object_uid__in={one.object_uid for one in overruled},
        operation=Change.Operation.UPDATE,
    )
    for change in written.order_by("pk"):
        before, after = open_change(change)
        of_record = changes.setdefault((change.batch, change.object_uid), [])  # type: ignore[arg-type]
        of_record.append((change.model, (before or {}, after or {})))
    found = {}
    for one in overruled:
        of_record = changes.get((one.batch.uid, one.object_uid), [])
        found[one.pk] = _first(one, of_record)
    return found


def _first(one: Overruled, changes: list[tuple[str, Images]]) -> Images:
    """What the import itself did to the value; undoing is logged after it under the same batch."""
    value = value_of(one.model, one.shown)
    for label, (before, after) in changes:
        if value is not None and label == one.model and value.differs(before, after):
            own = [column for column in value.columns if column in after]
            return {c: before.get(c) for c in own}, {c: after[c] for c in own}
    return {}, {}


def lines_of(found: Iterable[Overruled]) -> list[Line]:
    """The lines of a page, each value in words, numbers by their masks."""
    overruled = list(found)
    if not overruled:
        return []
    images = images_of(overruled)
    told = differing([(one.model, *images[one.pk]) for one in overruled])
    names = record_names((one.model, one.object_uid.hex) for one in overruled)
    return [
        Line(
            one,
            names.get((one.model, one.object_uid.hex), "") or str(one.organisation),
            _address(one),
            _difference(one, differences),
        )
        for one, differences in zip(overruled, told, strict=True)
    ]


def _difference(one: Overruled, told: list[Difference]) -> Difference:
    for difference in told:
        if difference.before != difference.after:
            return difference
    value = value_of(one.model, one.shown)
    label = "" if value is None else value.label(one.model)
    # Two numbers with the same mask, two days of one month, or a log that opens no more.
    return Difference(label, _("原来所填"), _("导入的值，遮盖后相同"))


def _address(one: Overruled) -> str:
    page = record_pages.get(one.model)
    if page is not None:
        return address(page.route, one.object_uid)
    return address("orgs:organisation_detail", one.organisation.code)


def answered(user: Any, most: int) -> list[Line]:
    """What the viewer's organisation answered last, and what became of it."""
    found = Overruled.objects.kept_by(user).exclude(state=State.OPEN)
    return lines_of(_in_order(found).order_by("-answered_at", "-pk")[:most])


def may_answer(user: Any, one: Overruled) -> bool:
    """Whether it is the viewer's organisation that is asked."""
    return Overruled.objects.kept_by(user).filter(pk=one.pk).exists()


def may_settle(user: Any, one: Overruled) -> bool:
    """Whether the viewer decides about it."""
    return Overruled.objects.settled_by(user).filter(pk=one.pk).exists()


def reachable(user: Any, grant: Grant) -> QuerySet[Overruled]:
    """Everything in the viewer's scope, to be found by its address."""
    return Overruled.objects.in_scope(user.scope(grant)).select_related("organisation", "batch")
