"""Opening one sealed value for one human, with a reason, written down before it is shown."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.models import User
from federation.access.scope import Grant, ScopedModel
from federation.audit.models import Event
from federation.audit.services import Actor, record_event
from federation.sealing.fields import SealedModel


class RevealLimit(Exception):
    """The account has looked at as many values today as one account may; a Chinese sentence."""


def find_sealed(*, user: User, label: str, uid: Any, column: str) -> Any:
    """The record whose sealed ``column`` ``user`` may open. Raises Http404 for everything else."""
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    if not (issubclass(model, SealedModel) and issubclass(model, ScopedModel)):
        raise Http404
    if column not in model.sealed_columns:
        raise Http404
    found = model.objects.in_scope(user.scope(Grant.SENSITIVE)).filter(uid=uid).first()
    if found is None or not getattr(found, column):
        raise Http404
    return found


def reveals_today(user: User) -> int:
    """How many values ``user`` has opened since midnight."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return Event.objects.filter(actor=user, deed="reveal", at__gte=midnight).count()


def reveal(
    *, user: User, record: Any, column: str, reason: str, request: HttpRequest | None = None
) -> str:
    """The opened value; the deed is committed first. Raises RevealLimit, CannotOpen."""
    if reveals_today(user) >= settings.REVEALS_PER_DAY:
        raise RevealLimit(
            _("今天已查看 %(count)s 次，到了每天的上限。请明天再查看，或者联系上级妇联。")
            % {"count": settings.REVEALS_PER_DAY}
        )
    organisation_id = getattr(record, "organisation_id", None)
    record_event(
        "reveal",
        actor=Actor.of(user),
        request=request,
        obj=record,
        organisation_id=organisation_id,
        reason=reason,
        column=column,
    )
    return record.reveal(column)
