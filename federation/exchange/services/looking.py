"""What a worker does with one collected file: finds out which table it is and plans it."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
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
from federation.exchange.storage import detached, keep_file, remove_later
from federation.jobs.models import Job
from federation.jobs.services import Claimed, enqueue

CHECK = "check_collected"


class CannotCollect(Exception):
    """Why files cannot be taken in, or an answer not be taken, as a sentence for the user."""


def collectable() -> list[type[Sheet]]:
    """The tables that can be collected: those that need no right of their own."""
    return [one for one in sheets if not one.only_flag]


def collection_of(batch: Batch) -> Collection:
    """What a file was taken in with. Raises CannotCollect where it came alone."""
    if batch.collection is None:
        raise CannotCollect(_("这份文件不是在收表台收的。"))
    return batch.collection


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
    if sheet is not None and not (sheet.names_units or is_somebodys(batch)):
        asks = "place"
    batch.recognised = {"kinds": found.kinds, "asks": asks}
    if not asks and sheet is not None:
        batch.sheet = sheet.key
        _save(batch, data, found.beside)
        return
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
        remove_later(path)


def _save(batch: Batch, data: bytes = b"", beside: Sequence[str] = ()) -> bool:
    """Keep what was found, unless somebody gave the file up meanwhile or said what it is.

    ``beside``: other tables in its workbook ``data``, each taken in as a file of its own.
    """
    with transaction.atomic():
        # Whoever takes more files in counts them under the same lock.
        whole = Collection.objects.select_for_update(of=("self",)) if beside else None
        collection = whole.get(pk=collection_of(batch).pk) if whole is not None else None
        standing = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        is_open = standing.state == Batch.State.UPLOADED and not standing.sheet
        if is_open:
            batch.save()
        else:
            batch.refresh_from_db()
        if is_open and collection is not None and collection.state == Collection.State.OPEN:
            _take_beside(collection, batch, data, beside)
    return is_open


def _take_beside(collection: Collection, batch: Batch, data: bytes, kinds: Sequence[str]) -> None:
    """Take a workbook in once more for each of ``kinds``, as far as there is room for files."""
    last = collection.batches.aggregate(last=Max("ordinal"))["last"]
    for number, kind in zip(range(last + 1, unpacking.MOST_FILES + 1), kinds, strict=False):
        own = Batch(
            collection=collection,
            ordinal=number,
            organisation=collection.organisation,
            as_of=batch.as_of,
            actor=batch.actor,
            actor_label=batch.actor_label,
            sheet=kind,
            file_name=batch.file_name,
            file_sha256=batch.file_sha256,
            state=Batch.State.UPLOADED,
            recognised={"kinds": [kind], "asks": ""},
            kept_until=batch.kept_until,
        )
        keep_file(own, data)
        own.save()
        file_queue_check(batch=own, actor=Actor(batch.actor, batch.actor_label))


def is_somebodys(batch: Batch) -> bool:
    """Whether a table that names no units is known to be of one: of the only one, or a chosen."""
    whole = collection_of(batch).organisation
    return bool(whole.kind_group == VILLAGE or batch.organisation_id != whole.pk)
