"""What both sides say to a value that an import changed; each is said once, and logged."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.scope import Grant
from federation.audit.services import Actor, ChangeRow, record_changes, restore_values, snapshot
from federation.exchange.overruled import Overruled
from federation.exchange.values import value_of
from federation.registers.overruled import images_of
from federation.registers.services import Gone, Stale, record_save

State = Overruled.State


class CannotAnswer(Exception):
    """Why nothing was done, as a sentence for the user."""


@transaction.atomic
def overruled_answer(*, overruled: Overruled, is_right: bool, user: Any) -> Overruled:
    """The organisation says whether the imported value is right. Raises CannotAnswer."""
    found = _locked(overruled)
    if found.state != State.OPEN:
        raise CannotAnswer(
            _("{who} 已经答复过：{state}。").format(
                who=found.answered_label or found.settled_label, state=found.get_state_display()
            )
        )
    before = snapshot(found)
    found.state = State.FINE if is_right else State.WRONG
    found.answered_by, found.answered_label = user, str(user)[:60]
    found.answered_at = timezone.now()
    return _saved(found, before, user)


@transaction.atomic
def overruled_settle(*, overruled: Overruled, is_restored: bool, user: Any) -> Overruled:
    """Whoever imported brings back what stood, or keeps what she imported. Raises CannotAnswer."""
    found = _locked(overruled)
    if found.state != State.WRONG:
        raise CannotAnswer(_("这一处已经处理过：{}。").format(found.get_state_display()))
    if is_restored:
        _restore(found, user)
    before = snapshot(found)
    found.state = State.RESTORED if is_restored else State.KEPT
    found.settled_by, found.settled_label = user, str(user)[:60]
    found.settled_at = timezone.now()
    return _saved(found, before, user)


def _locked(overruled: Overruled) -> Any:
    found = Overruled.objects.select_for_update(of=("self",)).filter(pk=overruled.pk).first()
    if found is None:
        raise CannotAnswer(_("这次导入已经撤销，不用再答复。"))
    return found


def _saved(found: Overruled, before: dict[str, Any], user: Any) -> Overruled:
    found.save()
    after = snapshot(found)
    names = [name for name in after if after[name] != before[name]]
    row = ChangeRow(
        found._meta.label,
        found.uid,
        found.organisation_id,
        found.organisation.branch_id,
        "update",
        {name: before[name] for name in names},
        {name: after[name] for name in names},
    )
    record_changes([row], actor=Actor.of(user))
    return found


def _restore(found: Overruled, user: Any) -> None:
    """Write what stood back into the record, if nobody changed it since the import."""
    model: Any = apps.get_model(found.model)
    records = model.objects.in_scope(user.scope(Grant.CAPTURE))
    record = records.filter(uid=found.object_uid).first()
    if record is None:
        raise CannotAnswer(_("这条记录已不在您的管理范围，不能恢复。"))
    value, (before, after) = value_of(found.model, found.shown), images_of([found])[found.pk]
    if value is None or not before:
        raise CannotAnswer(_("变更记录里找不到原值，请打开记录更正。"))
    if not _stands(record, restore_values(model, after), value.decisive):
        raise CannotAnswer(_("导入之后这一项又改过，没有恢复。请打开记录核对。"))
    for name, restored in restore_values(model, before).items():
        setattr(record, name, restored)
    _save(record, found, user)


def _stands(record: Any, after: dict[str, Any], decisive: tuple[str, ...]) -> bool:
    """Whether the record still says what the import wrote."""
    pairs = ((getattr(record, name), after[name]) for name in decisive if name in after)
    return all((bytes(now) if isinstance(now, memoryview) else now) == then for now, then in pairs)


def _save(record: Any, found: Overruled, user: Any) -> None:
    own = {found.organisation_id, getattr(record, "organisation_id", found.organisation_id)}
    try:
        with transaction.atomic():
            record.validate_constraints()
            record_save(
                instance=record,
                actor=Actor.of(user),
                organisation_ids=own,
                home_id=found.organisation_id,
            )
    except (ValidationError, IntegrityError, Stale, Gone) as clash:
        raise CannotAnswer(_("原值与现在的记录有冲突，没有恢复。请打开记录更正。")) from clash
