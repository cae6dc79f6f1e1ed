"""Decisions about words in tables: made once, shown, logged, and taken back by whoever may."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.audit.services import Actor, ChangeRow, record_changes, snapshot
from federation.exchange.cleaners.choices import Option as OptionCleaner
from federation.exchange.corrections import Decision
from federation.exchange.declare import Column
from federation.exchange.models import Option
from federation.exchange.places import plain_name, spoken_name
from federation.exchange.settling import is_rememberable, written_key
from federation.sealing.masking import holds_number

LONGEST = 60


class CannotDecide(Exception):
    """What cannot be remembered, as a sentence for the user."""


@transaction.atomic
def decision_make(
    *, organisation: Any, column: Column, written: str, meant: str, actor: Actor
) -> Decision:
    """Remember for ``organisation`` and all below it what ``written`` means in ``column``.

    ``meant``: the code of an organisation at or below ``organisation``, or of an option. An older
    decision of the same organisation about the word is revoked. Raises CannotDecide.
    """
    _check(column, written)
    kind, list_key, called = _meaning(organisation, column, meant)
    about: dict[str, Any] = {
        "organisation": organisation,
        "kind": kind,
        "list_key": list_key,
        "written_key": written_key(column, written),
    }
    # Two clerks who settle the same word at once come one after the other.
    # Imports below that are just being written refer to it: they need not be over.
    held = organisation_model().objects.select_for_update(of=("self",), no_key=True)
    held.get(pk=organisation.pk)
    for older in Decision.objects.standing().select_for_update(of=("self",)).filter(**about):
        decision_revoke(decision=older, actor=actor)
    made = Decision.objects.create(
        **about,
        written=written,
        meant_code=meant,
        meant=called,
        made_by=actor.user,
        made_label=actor.label,
    )
    _log(made, "create", None, actor)
    return made


@transaction.atomic
def decision_revoke(*, decision: Decision, actor: Actor) -> Decision:
    """Forget a decision; what was written by it stays. One that is revoked stays as it is."""
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if decision.revoked_at is not None:
        return decision
    before = snapshot(decision)
    decision.revoked_at, decision.revoked_by = timezone.now(), actor.user
    decision.save(update_fields=["revoked_at", "revoked_by"])
    _log(decision, "update", before, actor)
    return decision


def _check(column: Column, written: str) -> None:
    if not is_rememberable(column):
        raise CannotDecide(_("姓名、身份证号、电话这类内容不能记住，请只改这一处。"))
    if holds_number(written):
        raise CannotDecide(_("内容里有身份证号或手机号，不能记住，请只改这一处。"))
    # Without its variants of signs a text can be longer than it was written.
    longest = max(len(written), len(written_key(column, written)))
    if not written.strip() or longest > LONGEST:
        raise CannotDecide(
            _("空白或超过 {most} 个字的内容不能记住，请只改这一处。").format(most=LONGEST)
        )


def _meaning(organisation: Any, column: Column, meant: str) -> tuple[str, str, str]:
    """Kind, list and present name of what a code means. Raises CannotDecide."""
    cleaner = column.clean
    if isinstance(cleaner, OptionCleaner):
        option = Option.objects.filter(list_key=cleaner.list_key, code=meant).first()
        if option is not None:
            return Decision.Kind.OPTION, cleaner.list_key, option.label
    else:
        place = organisation_model().objects.filter(code=meant).first()
        if place is not None and place.path.startswith(organisation.path):
            return Decision.Kind.PLACE, column.key, spoken_name(plain_name(place.name))
    raise CannotDecide(_("请从列表里选择一项。"))


def _log(decision: Decision, operation: str, before: dict[str, Any] | None, actor: Actor) -> None:
    place = decision.organisation
    after = snapshot(decision)
    if before is not None:
        after = {name: value for name, value in after.items() if value != before[name]}
        before = {name: before[name] for name in after}
    row = ChangeRow(
        decision._meta.label, decision.uid, place.pk, place.branch_id, operation, before, after
    )
    record_changes([row], actor=actor)
