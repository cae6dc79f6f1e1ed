"""Writing and reading the change log: set-based, sealed, in the transaction of the change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import msgpack
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.audit.addresses import client_address
from federation.audit.creations import MOST_HELD, Creations, MadeRecords
from federation.audit.deeds import ENDED
from federation.audit.images import ONE_SIDED, Images, Place, keep_images, place_in_row
from federation.audit.models import Change, Event
from federation.bulk.ahead import Statement, nothing
from federation.bulk.services import insert_rows, insertion
from federation.identity import uuid7_texts
from federation.sealing.boxes import seal_each

CHUNK = 2000
# The order in which ``_changes`` gives a row.
COLUMNS = (
    "uid", "batch", "actor_id", "actor_label", "at", "model", "object_uid", "organisation_id",
    "branch_id", "operation", "before", "after", "block_id", "position",
)  # fmt: skip
IMAGES = ("before", "after")
#: so many records of one shape made or taken away at once share a block of images
WORTH_A_BLOCK = 50


@dataclass(frozen=True)
class Actor:
    """Who acts: an account, or the machine under a name. ``label`` outlives the account."""

    user: Any
    label: str

    @classmethod
    def of(cls, user: Any) -> "Actor":
        """The account itself."""
        return cls(user, str(user)[:60])

    @classmethod
    def command(cls) -> "Actor":
        """Somebody at the command line."""
        return cls(None, _("命令行"))

    @classmethod
    def system(cls) -> "Actor":
        """The machine by itself (nightly jobs)."""
        return cls(None, _("系统"))


class ChangeRow(NamedTuple):
    """One change to be written: ``before`` and ``after`` are maps of columns as of ``snapshot``.

    ``object_uid`` may be its 32 hexadecimal digits.
    """

    model: str
    object_uid: UUID | str
    organisation_id: int | None
    branch_id: int | None
    operation: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def record_changes(rows: Iterable[ChangeRow], *, actor: Actor, batch: UUID | None = None) -> int:
    """Write ``rows`` in the caller's transaction. Returns how many."""
    return insert_rows(Change, COLUMNS, _changes(iter(rows), actor, batch))


def logging_updates(
    rows: Iterable[ChangeRow], *, actor: Actor, batch: UUID | None = None
) -> Statement:
    """What writes down changes of standing records, made ready; asks the database nothing."""
    ready = list(_changes(iter(rows), actor, batch))
    return insertion(Change, COLUMNS, list(zip(*ready, strict=True))) if ready else nothing


class CreationLog:
    """Writes down what one import makes, model by model: few in rows, many in blocks."""

    def __init__(self, *, actor: Actor, batch: UUID | None) -> None:
        self.actor, self.batch = actor, batch
        self._few: list[MadeRecords] = []
        self._many = Creations(_by(actor, batch))

    def take(self, made: MadeRecords) -> None:
        """``made`` are about to stand. Only makes ready what is to be written, asks nothing."""
        if self.batch is None or len(made.uids) < WORTH_A_BLOCK:
            self._few.append(made)
        else:
            self._many.take(made)

    def keep_if_much(self) -> None:
        """Write in the caller's transaction what was taken, where it takes much memory."""
        if self._many.held > MOST_HELD:
            self.keep()

    def keep(self) -> None:
        """Write in the caller's transaction whatever was taken."""
        rows = (row for made in self._few for row in _one_by_one(made))
        record_changes(rows, actor=self.actor, batch=self.batch)
        self._few = []
        self._many.keep()


def _one_by_one(made: MadeRecords) -> Iterator[ChangeRow]:
    owners = zip(made.uids, made.organisation_ids, made.branch_ids, strict=True)
    for (uid, owner, branch), values in zip(owners, zip(*made.columns, strict=True), strict=True):
        image = dict(zip(made.names, values, strict=True))
        yield ChangeRow(made.model, uid, owner, branch, "create", None, image)


def _by(actor: Actor, batch: UUID | None) -> tuple[Any, ...]:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    return (batch.hex if batch else None, actor.user and actor.user.pk, actor.label, now)


def _changes(
    rows: Iterator[ChangeRow], actor: Actor, batch: UUID | None
) -> Iterator[tuple[Any, ...]]:
    by = _by(actor, batch)
    while chunk := list(islice(rows, CHUNK)):
        places, uids = _places(chunk), uuid7_texts(len(chunk))
        boxes = iter(_boxes(chunk, uids, places))
        for number, (uid, row) in enumerate(zip(uids, chunk, strict=True)):
            where = (_hex(row.object_uid), row.organisation_id, row.branch_id, row.operation)
            if number in places:
                yield (uid, *by, row.model, *where, None, None, *places[number])
            else:
                sides = (
                    (getattr(row, name) is not None and next(boxes)) or None for name in IMAGES
                )
                yield (uid, *by, row.model, *where, *sides, None, None)


def _boxes(chunk: list[ChangeRow], uids: Sequence[str], places: Mapping[int, Place]) -> list[bytes]:
    """The images that stand in the rows of the log themselves, sealed, in their order."""
    pack = msgpack.Packer(default=plain).pack
    told = [
        (place_in_row(name, uids[number]), pack(values))
        for number, row in enumerate(chunk)
        if number not in places
        for name in IMAGES
        if (values := getattr(row, name)) is not None
    ]
    return seal_each((place for place, _image in told), (image for _place, image in told))


def _hex(uid: UUID | str) -> str:
    return uid if isinstance(uid, str) else uid.hex


def _places(chunk: list[ChangeRow]) -> dict[int, Place]:
    """By their number in ``chunk``, whole records made or taken away, many of one shape."""
    shapes: dict[tuple[str, ...], list[int]] = {}
    for number, row in enumerate(chunk):
        if row.operation in ONE_SIDED and (row.before is None) != (row.after is None):
            shapes.setdefault(tuple(row.after or row.before or ()), []).append(number)
    places: dict[int, Place] = {}
    for names, numbers in shapes.items():
        if len(numbers) >= WORTH_A_BLOCK:
            images = [chunk[number].after or chunk[number].before or {} for number in numbers]
            columns = [[plain(image[name]) for image in images] for name in names]
            uids = [_hex(chunk[number].object_uid) for number in numbers]
            places.update(zip(numbers, keep_images(names, uids, columns), strict=True))
    return places


def open_change(change: Change) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """What stood before and after ``change``. Raises CannotOpen. See ``images`` for many."""
    return Images([change]).of(change)


def plain(value: Any) -> Any:
    """``value`` as msgpack can hold it: dates and moments as ISO text, decimals and ids as text."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, memoryview | bytearray):
        return bytes(value)
    return value


def snapshot(instance: models.Model) -> dict[str, Any]:
    """The columns of a saved record as plain values by attname; sealed columns stay sealed."""
    return {
        field.attname: plain(getattr(instance, field.attname))
        for field in instance._meta.concrete_fields
    }


def restore_values(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """``snapshot`` backwards: values by attname as ``model`` takes them."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {
        name: _restored(fields[name], value) for name, value in values.items() if name in fields
    }


def _restored(field: Any, value: Any) -> Any:
    if value is None or isinstance(field, models.BinaryField):
        return value
    if field.remote_field is not None:
        return field.target_field.to_python(value)
    return field.to_python(value)


def record_event(
    deed: str,
    *,
    actor: Actor,
    request: HttpRequest | None = None,
    obj: models.Model | None = None,
    organisation_id: int | None = None,
    reason: str = "",
    **detail: Any,
) -> Event:
    """Write one deed that changes no record. ``detail`` holds plain values, no personal data."""
    return Event.objects.create(
        actor=actor.user,
        actor_label=actor.label,
        deed=deed,
        object_model=obj._meta.label if obj is not None else "",
        object_uid=getattr(obj, "uid", None),
        organisation_id=organisation_id,
        reason=reason,
        detail=detail,
        address=client_address(request) or None if request is not None else None,
    )


def end_event(event: Event, **detail: Any) -> Event:
    """Write how a deed that took its time ended, as an event of its own: none is rewritten."""
    return Event.objects.create(
        actor_id=event.actor_id,
        actor_label=event.actor_label,
        deed=ENDED,
        object_model=event._meta.label,
        object_uid=event.uid,
        organisation_id=event.organisation_id,
        detail=detail,
        address=event.address,
    )


def endings(events: Iterable[Event]) -> dict[UUID, dict[str, Any]]:
    """What is told of the end of those of ``events`` that have one, by uid; one query."""
    ended = Event.objects.filter(deed=ENDED, object_uid__in=[event.uid for event in events])
    told = ended.order_by("pk").values_list("object_uid", "detail")
    return {uid: detail for uid, detail in told if uid is not None}


def record_events(
    deed: str,
    objects: Iterable[tuple[models.Model, int | None]],
    *,
    actor: Actor,
    request: HttpRequest | None = None,
    reason: str = "",
    **detail: Any,
) -> None:
    """The same deed done to many objects, each with its organisation; set-based."""
    address = client_address(request) or None if request is not None else None
    told = (
        Event(
            actor=actor.user,
            actor_label=actor.label,
            deed=deed,
            object_model=obj._meta.label,
            object_uid=getattr(obj, "uid", None),
            organisation_id=organisation_id,
            reason=reason,
            detail=detail,
            address=address,
        )
        for obj, organisation_id in objects
    )
    with transaction.atomic():
        while chunk := list(islice(told, CHUNK)):
            Event.objects.bulk_create(chunk)
