"""Many workbooks at once: take them in, have each looked into, answer what was not sure."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.audit.services import Actor
from federation.exchange import deciding, lanes, planning, releases
from federation.exchange.collecting import findings, recognising, unpacking
from federation.exchange.collecting.records import Collection
from federation.exchange.declare import Sheet, sheets
from federation.exchange.gazetteer import places_of
from federation.exchange.models import Batch
from federation.exchange.places import VILLAGE
from federation.exchange.problems import real_kind, refusal
from federation.exchange.services.batches import batch_drop
from federation.exchange.storage import detached, keep_file, remove
from federation.jobs.models import Job
from federation.jobs.services import UNFINISHED, Claimed, cancel, enqueue

CHECK = "check_collected"


class CannotCollect(Exception):
    """Why files cannot be taken in, or an answer not be taken, as a sentence for the user."""


def collectable() -> list[type[Sheet]]:
    """The tables that can be collected: those that need no right of their own."""
    return [one for one in sheets if not one.only_flag]


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
        organisation=organisation, as_of=as_of, actor=actor.user, actor_label=actor.label
    )
    collection_add(collection=collection, actor=actor, files=files)
    return collection


@transaction.atomic
def collection_add(
    *, collection: Collection, actor: Actor, files: Iterable[tuple[str, bytes | None]]
) -> list[Batch]:
    """Take more files into an open collection. Raises CannotCollect."""
    collection = locked(collection)
    known = dict(
        collection.batches.exclude(file_sha256="")
        .exclude(state=Batch.State.DROPPED)
        .values_list("file_sha256", "file_name")
    )
    last = collection.batches.aggregate(last=Max("ordinal"))["last"] or 0
    taken: list[Batch] = []
    for number, piece in enumerate(unpacking.pieces_of(files), last + 1):
        if number > unpacking.MOST_FILES:
            # Their records go with the transaction, what lies on disk does not.
            for batch in taken:
                remove(detached(batch))
            words = _("一次最多收 {most} 个文件，这次一个也没有收。请分几次上传。")
            raise CannotCollect(words.format(most=unpacking.MOST_FILES))
        taken.append(_taken(collection, number, piece, actor, known))
    return taken


def locked(collection: Collection) -> Collection:
    """The collection, locked, while it waits to be written. Raises CannotCollect."""
    collection = Collection.objects.select_for_update(of=("self",)).get(pk=collection.pk)
    if collection.state != Collection.State.OPEN:
        raise CannotCollect(_("这次收表已经处理完，不能再改。"))
    return collection


def _collection(batch: Batch) -> Collection:
    """What a file was taken in with. Raises CannotCollect where it came alone."""
    if batch.collection is None:
        raise CannotCollect(_("这份文件不是在收表台收的。"))
    return batch.collection


def _taken(
    collection: Collection,
    number: int,
    piece: unpacking.Piece,
    actor: Actor,
    known: dict[str, str],
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
def file_queue_check(*, batch: Batch, actor: Actor) -> Job:
    """Have a worker look into one file; checks of the same file follow each other."""
    own_lane = [f"batch.{batch.uid.hex}"]
    return enqueue(CHECK, created_by=actor.user, subject=batch.uid, lanes=own_lane)


def file_check(*, batch: Batch, claimed: Claimed | None = None) -> Batch:
    """Find out which table a file is and plan it; where that is not sure, somebody is asked.

    A plan that is up to date stays as it is: one check serves all that was put right before it.
    """
    if batch.state == Batch.State.UPLOADED and not batch.sheet:
        _recognise(batch, claimed)
    if not batch.sheet or batch.state not in (Batch.State.UPLOADED, Batch.State.PLANNED):
        return batch
    is_fresh = not deciding.is_behind(batch) and not releases.is_outdated(batch)
    if batch.state == Batch.State.PLANNED and is_fresh and not batch.recognised.get("again"):
        return batch
    batch.recognised.pop("again", None)
    planning.plan(batch, claimed, None, is_final=False)
    town = _only_town(batch)
    if town is not None and _narrow(batch, town):
        # Names that several towns have are clear once it is known which town the table is about.
        planning.plan(batch, claimed, None, is_final=False)
    return batch


def _narrow(batch: Batch, town: Any) -> bool:
    """Keep which town a table is about, unless somebody said meanwhile whose it is.

    Its plan knows nothing of that yet: whoever looks into it next makes another.
    """
    again = {**batch.recognised, "again": True}
    mine = Batch.objects.filter(pk=batch.pk, organisation=batch.organisation_id, sheet=batch.sheet)
    kept = mine.filter(state=Batch.State.PLANNED).update(organisation=town, recognised=again)
    batch.organisation = town
    return bool(kept)


def _only_town(batch: Batch) -> Any:
    """The one town that all placed rows lie in, where other rows name places of several towns."""
    told = findings.findings_of([batch]).get(batch.pk)
    codes = {fault.code for row in told.wrong for fault in row.faults} if told else set()
    if told is None or "ambiguous_village" not in codes:
        return None
    towns = lanes.keys_of(told.rows)
    if len(towns) != 1:
        return None
    whole = batch.organisation.path
    inside = towns[0].startswith(whole) and towns[0] != whole
    return organisation_model().objects.filter(path=towns[0]).first() if inside else None


def _recognise(batch: Batch, claimed: Claimed | None) -> None:
    """Say what a file is, or keep what it may be; a file that is nothing is refused."""
    planning.tell(claimed, "reading")
    data = planning.stored_file(batch)
    places = places_of(planning.ceiling_of(batch))
    found = recognising.recognise(data, collectable(), places)
    if found.refusal is not None:
        _refuse(batch, *found.refusal)
        return
    sheet = sheets.get(found.kinds[0]) if len(found.kinds) == 1 else None
    if sheet is not None and not sheet.names_units:
        batch.organisation = _place(batch, found.village or found.town) or batch.organisation
    asks = "kind" if sheet is None else ""
    if sheet is not None and not (sheet.names_units or _is_somebodys(batch)):
        asks = "place"
    batch.recognised = {"kinds": found.kinds, "asks": asks}
    if not asks and sheet is not None:
        batch.sheet = sheet.key
    _save(batch)


def _place(batch: Batch, code: str) -> Any:
    """The organisation of a code, where the batch may write it."""
    found = organisation_model().objects.filter(code=code).first() if code else None
    return found if found and planning.ceiling_of(batch).covers(found.path) else None


def _refuse(batch: Batch, code: str, params: dict[str, Any]) -> None:
    told = {**params, "real": real_kind(params["real"])} if "real" in params else params
    batch.state, batch.refusal = Batch.State.REFUSED, refusal(code, **told)
    path = detached(batch)
    if _save(batch):
        remove(path)


def _save(batch: Batch) -> bool:
    """Keep what was found, unless somebody gave the file up meanwhile or said what it is."""
    with transaction.atomic():
        standing = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        is_open = standing.state == Batch.State.UPLOADED and not standing.sheet
        if is_open:
            batch.save()
        else:
            batch.refresh_from_db()
    return is_open


@transaction.atomic
def file_answer(
    *, batch: Batch, actor: Actor, sheet_key: str = "", organisation: Any = None
) -> Batch:
    """Somebody says which table a file is, or whose; it is checked anew. Raises CannotCollect.

    Tables that name no units wait until it is known whose they are.
    """
    collection = locked(_collection(batch))
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
        batch.mapping = {}
    is_sure = sheet.names_units or _is_somebodys(batch)
    batch.sheet = sheet.key if is_sure else ""
    batch.recognised = {"kinds": [sheet.key], "asks": "" if is_sure else "place", "again": is_sure}
    batch.save(update_fields=["sheet", "organisation", "recognised", "mapping"])
    if is_sure:
        file_queue_check(batch=batch, actor=actor)
    return batch


def _is_somebodys(batch: Batch) -> bool:
    """Whether a table that names no units is known to be of one: of the only one, or a chosen."""
    whole = _collection(batch).organisation
    return bool(whole.kind_group == VILLAGE or batch.organisation_id != whole.pk)


def file_drop(*, batch: Batch) -> Batch:
    """Give up one file of an open collection: it and its plan go at once."""
    file_cancel([batch])
    with transaction.atomic():
        locked(_collection(batch))
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
