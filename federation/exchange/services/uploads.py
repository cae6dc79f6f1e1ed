"""A file that somebody sends: opened and checked, once however often the button is pressed."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from federation.audit.services import Actor
from federation.exchange.models import Batch
from federation.exchange.services.batches import batch_open, batch_queue_plan

#: who sends the same file again so soon pressed twice
AT_ONCE = timedelta(minutes=1)
_WAITING = (Batch.State.UPLOADED, Batch.State.PLANNED)


@transaction.atomic
def batch_upload(
    *, sheet: str, organisation: Any, as_of: date, actor: Actor, file_name: str, data: bytes
) -> Batch:
    """Open a batch for the file and have it checked; the one she sent this minute stays the one.

    Raises as ``batch_open`` does.
    """
    users: Any = get_user_model().objects
    # Two requests of one person come one after the other.
    users.select_for_update(no_key=True).get(pk=actor.user.pk)
    about = {"sheet": sheet, "organisation": organisation, "as_of": as_of}
    just_sent = Batch.objects.filter(
        **about,
        actor=actor.user,
        file_sha256=sha256(data).hexdigest(),
        state__in=_WAITING,
        created_at__gt=timezone.now() - AT_ONCE,
    ).first()
    if just_sent is not None:
        return just_sent
    batch = batch_open(**about, actor=actor, file_name=file_name, data=data)
    batch_queue_plan(batch=batch, actor=actor)
    return batch
