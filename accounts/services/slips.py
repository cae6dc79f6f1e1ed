"""The slips of the accounts a list has made: each printed once, by whoever brought the list in."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from federation.access.models import Slip, User
from federation.access.services import slips_make
from federation.audit.models import Change
from federation.audit.services import Actor, record_event
from federation.exchange.models import Batch

SLIPS_AT_ONCE = 200


def waiting(batch: Batch) -> Any:
    """Accounts the list has made that never had a slip and have not come in; by unit and name."""
    made = Change.objects.filter(batch=batch.uid, model="access.User", operation="create")
    found = User.objects.filter(uid__in=made.values("object_uid"), is_active=True)
    today = timezone.localdate()
    return (
        found.filter(slips=None, last_login=None, postings__from_on__lte=today)
        .order_by("postings__organisation__path", "name", "pk")
        .distinct()
    )


@transaction.atomic
def slips_print(
    *, batch: Batch, actor: Actor, request: HttpRequest | None = None
) -> list[tuple[Slip, str]]:
    """The next slips of a list with their codes, at most SLIPS_AT_ONCE; none when all are printed.

    Codes are kept as digests only. Raises PermissionDenied when an account is not below ``actor``.
    """
    # Two windows must not print the same slip twice.
    Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    accounts = waiting(batch)[:SLIPS_AT_ONCE].with_postings(timezone.localdate())
    accounts = [account for account in accounts if account.current_postings()]
    if not accounts:
        return []
    made = slips_make(accounts=accounts, actor=actor, request=request)
    record_event(
        "slips_printed",
        actor=actor,
        request=request,
        obj=batch,
        organisation_id=batch.organisation_id,
        count=len(made),
    )
    return made
