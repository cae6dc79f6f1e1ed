"""Many workbooks at once: take them in, have each looked into, answer what was not sure."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.audit.services import Actor
from federation.exchange import planning
from federation.exchange.collecting import unpacking
from federation.exchange.collecting.records import Collection
from federation.exchange.entering import posted_for
from federation.exchange.models import Batch
from federation.exchange.services.batches import batch_drop
from federation.exchange.services.looking import (
    CannotCollect,
    collectable,
    collection_of,
    file_queue_check,
    is_somebodys,
)
from federation.exchange.storage import detached, keep_file, remove
from federation.jobs.models import Job
from federation.jobs.services import UNFINISHED, cancel


@transaction.atomic
def collection_open(
    *, organisation: Any, as_of: date, actor: Actor, files: Iterable[tuple[str, bytes | None]]
) -> Collection:
    """Keep files, sealed, as a collection; each is then looked into by a worker.

    Raises CannotCollect where there are too many, ValueError for a day that is still to come.
    """
    if as_of > timezone.localdate():
        raise ValueError(as_of.isoformat())
    collection = Collection.objects.create(
        organisation=organisation,
        sent_from=posted_for(organisation, actor.user),
        as_of=as_of,
        actor=actor.user,
        actor_label=actor.label,
    )
    collection_add(collection=collection, actor=actor, files=files)
    return collection


@transaction.atomic
def collection_add(
    *, collection: Collection, actor: Actor, files: Iterable[tuple[str, bytes | None]]
) -> list[Batch]:
    """Take more files into an open collection. Raises CannotCollect."""
    collection = locked(collection)
    _refuse_from_above(collection, actor)
    known, given_up = _files_known(collection)
    last = collection.batches.aggregate(last=Max("ordinal"))["last"] or 0
    taken: list[Batch] = []
    for number, piece in enumerate(unpacking.pieces_of(files), last + 1):
        if number > unpacking.MOST_FILES:
            # Their records go with the transaction, what lies on disk does not.
            for batch in taken:
                remove(detached(batch))
            words = _("一次最多收 {most} 个文件，这次一个也没有收。请分几次上传。")
            raise CannotCollect(words.format(most=unpacking.MOST_FILES))
        taken.append(_taken(collection, number, piece, actor, known, given_up))
    return taken


def _files_known(collection: Collection) -> tuple[dict[str, str], set[str]]:
    """The names of the files that were taken by their digests, and those of given up ones."""
    told = collection.batches.exclude(file_sha256="")
    dropped = told.filter(state=Batch.State.DROPPED).values_list("file_sha256", flat=True)
    stay = told.exclude(state=Batch.State.DROPPED).values_list("file_sha256", "file_name")
    return dict(stay), set(dropped)


def _refuse_from_above(collection: Collection, actor: Actor) -> None:
    """Whoever works above those who collect sends rows of other places, and they would read them.

    Raises CannotCollect.
    """
    home = collection.sent_from or collection.organisation
    sender = posted_for(collection.organisation, actor.user)
    if sender is not None and sender != home and home.path.startswith(sender.path):
        words = _(
            "这次收表是“{unit}”收的，加进去的表他们都看得到，上级的表不能加在这里。"
            "请回到收表台，另开一次收表再上传。"
        )
        raise CannotCollect(words.format(unit=home))


def locked(collection: Collection) -> Collection:
    """The collection, locked, while it waits to be written. Raises CannotCollect."""
    collection = Collection.objects.select_for_update(of=("self",)).get(pk=collection.pk)
    if collection.state != Collection.State.OPEN:
        raise CannotCollect(_("这次收表已经处理完，不能再改。"))
    return collection


def _taken(
    collection: Collection,
    number: int,
    piece: unpacking.Piece,
    actor: Actor,
    known: dict[str, str],
    given_up: set[str],
) -> Batch:
    """One file as a batch that waits to be looked into, or that says why it was not taken."""
    batch = Batch(
        collection=collection,
        ordinal=number,
        organisation=collection.organisation,
        as_of=collection.as_of,
        actor=actor.user,
        actor_label=actor.label,
        file_name=piece.name,
        state=Batch.State.REFUSED,
        refusal=piece.refusal,
    )
    digest = sha256(piece.data).hexdigest()
    if not piece.refusal and digest in known:
        words = _("和“{name}”是同一份文件，只收一份。")
        if digest in given_up:
            # Of several tables in it one was given up; the others stand.
            words = _(
                "和“{name}”是同一份文件，只收一份。其中点过“不收”的表如果还要收，"
                "请把那张工作表另存成单独的文件再上传。"
            )
        batch.refusal = words.format(name=known[digest][:200])
    elif not piece.refusal:
        known[digest] = piece.name
        batch.file_sha256, batch.state = digest, Batch.State.UPLOADED
        batch.kept_until = timezone.now() + planning.KEPT
        keep_file(batch, piece.data)
    batch.save()
    if batch.state == Batch.State.UPLOADED:
        file_queue_check(batch=batch, actor=actor)
    return batch


@transaction.atomic
def file_answer(
    *, batch: Batch, actor: Actor, sheet_key: str = "", organisation: Any = None
) -> Batch:
    """Somebody says which table a file is, or whose; it is checked anew. Raises CannotCollect.

    Tables that name no units wait until it is known whose they are.
    """
    collection = locked(collection_of(batch))
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state not in (Batch.State.UPLOADED, Batch.State.PLANNED):
        raise CannotCollect(_("这份文件已经处理完，不能再改。"))
    chosen = sheet_key or batch.sheet or next(iter(batch.recognised.get("kinds", [])), "")
    sheet = next((one for one in collectable() if one.key == chosen), None)
    if sheet is None:
        raise CannotCollect(_("请从列表里选择一种表。"))
    if organisation is not None:
        if not organisation.path.startswith(collection.organisation.path):
            raise CannotCollect(_("这个单位不在这次收表的范围里，请重新选择。"))
        batch.organisation = organisation
    if sheet.key != batch.sheet:
        batch.edits.all().delete()
        batch.choices.all().delete()
        batch.mapping = {}
    is_sure = sheet.names_units or is_somebodys(batch)
    batch.sheet = sheet.key if is_sure else ""
    batch.recognised = {"kinds": [sheet.key], "asks": "" if is_sure else "place", "again": is_sure}
    batch.save(update_fields=["sheet", "organisation", "recognised", "mapping"])
    if is_sure:
        file_queue_check(batch=batch, actor=actor)
    return batch


def file_drop(*, batch: Batch) -> Batch:
    """Give up one file of an open collection: it and its plan go at once."""
    file_cancel([batch])
    with transaction.atomic():
        locked(collection_of(batch))
        return batch_drop(batch=batch)


def file_cancel(batches: Iterable[Batch]) -> bool:
    """Stop what workers do, or were to do, for some files. Not inside a transaction."""
    subjects = [batch.uid for batch in batches]
    jobs = Job.objects.filter(subject__in=subjects, state__in=UNFINISHED)
    return any([cancel(job) for job in jobs])


def collection_cancel(*, collection: Collection) -> bool:
    """Stop everything that is being done for a collection; nothing of it stays."""
    jobs = Job.objects.filter(subject=collection.uid, state__in=UNFINISHED)
    stopped = any([cancel(job) for job in jobs])
    return file_cancel(collection.batches.all()) or stopped


def collection_drop(*, collection: Collection) -> Collection:
    """Give up a collection that was not written: files, plans and what was typed go at once."""
    collection_cancel(collection=collection)
    with transaction.atomic():
        collection = locked(collection)
        for batch in collection.batches.select_for_update(of=("self",)).order_by("pk"):
            batch_drop(batch=batch)
        collection.state, collection.chosen = Collection.State.DROPPED, {}
        collection.save(update_fields=["state", "chosen"])
    return collection
