"""Saving one record from a page: checked against its version, logged, counted at once."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from federation.audit.services import Actor, ChangeRow, record_changes, snapshot
from federation.registers.models import Submission
from federation.signals import records_changed

# Nobody sends a form again after so long.
KEPT = timedelta(days=2)


class Stale(Exception):
    """Somebody saved the record after it was read. ``stored`` is the record as it stands now."""

    def __init__(self, stored: Any) -> None:
        super().__init__("the record was changed in between")
        self.stored = stored


class Gone(Exception):
    """The record was taken away after it was read: with the import that had brought it."""


class Superseded(Exception):
    """What the form was checked against is another by now. ``words``: a sentence saying so."""

    def __init__(self, words: Any) -> None:
        super().__init__("what the form rests on was changed in between")
        self.words = words


@transaction.atomic
def record_save(
    *,
    instance: Any,
    actor: Actor,
    organisation_ids: Iterable[int] | None = None,
    home_id: int | None = None,
) -> Any:
    """Save ``instance`` if its ``version`` is still the stored one, and write the change log.

    ``organisation_ids`` are those whose figures it touches, ``home_id`` the one in whose change
    log it stands (both by default the record's own organisation, before and after the change).
    Raises Stale, Gone. Returns the instance; an unchanged record is not written again.
    """
    before = None if instance._state.adding else _locked(instance)
    wanted = snapshot(instance)
    if before is not None and not _differing(before, wanted):
        return instance
    if before is not None:
        instance.version += 1
    instance.save()
    after = snapshot(instance)
    own = {found for found in (_organisation_id(before), _organisation_id(after)) if found}
    if not own and getattr(instance, "scope_path", None) == "":
        own = {instance.pk}
    home = home_id or (min(own) if own else None)
    row = change_row(instance, before, after, home)
    record_changes([row], actor=actor)
    touched = set(organisation_ids) if organisation_ids is not None else own
    records_changed.send(sender=type(instance), organisation_ids=touched, inline=True)
    return instance


def _locked(instance: Any) -> dict[str, Any]:
    stored = type(instance)._default_manager.select_for_update().filter(pk=instance.pk).first()
    if stored is None:
        raise Gone
    if stored.version != instance.version:
        raise Stale(stored)
    return snapshot(stored)


def _organisation_id(values: dict[str, Any] | None) -> int | None:
    return values.get("organisation_id") if values else None


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name in after if before.get(name) != after[name] and name != "version"]


def change_row(
    instance: Any, before: dict[str, Any] | None, after: dict[str, Any], home_id: int | None
) -> ChangeRow:
    """The line of the change log: all columns of a new record, the differing ones of an old."""
    if before is not None:
        names = [*_differing(before, after), "version"]
        before = {name: before[name] for name in names}
        after = {name: after[name] for name in names}
    return ChangeRow(
        model=instance._meta.label,
        object_uid=instance.uid,
        organisation_id=home_id,
        branch_id=getattr(instance, "branch_id", None),
        operation="create" if before is None else "update",
        before=before,
        after=after,
    )


def submission_done(*, user: Any, token: UUID) -> str | None:
    """Where the first sending of a form led to, None while it was not sent."""
    sent = Submission.objects.filter(user=user, token=token)
    return sent.values_list("address", flat=True).first()


def submission_close(*, user: Any, token: UUID, address: str) -> None:
    """Remember that a form was sent, in the caller's transaction. A twin: IntegrityError."""
    Submission.objects.create(user=user, token=token, address=address)
    Submission.objects.filter(user=user, at__lt=timezone.now() - KEPT).delete()
