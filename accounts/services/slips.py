"""The slips of the accounts a list has made: each printed once, by whoever brought the list in."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone

from federation.access.authority import printable
from federation.access.models import Posting, Slip, User
from federation.access.services import slips_make
from federation.audit.log import made_uids
from federation.audit.models import Change
from federation.audit.services import Actor, record_event
from federation.bulk.keyed import keyed
from federation.exchange.models import Batch

SLIPS_AT_ONCE = 200
LABEL = "access.User"


def waiting(batch: Batch) -> Any:
    """Accounts the list has made that never had a slip and have not come in; by unit and name."""
    made = Change.objects.filter(batch=batch.uid, model=LABEL, operation="create")
    uids = [*made.values_list("object_uid", flat=True), *made_uids(batch.uid, model=LABEL)]
    found = keyed(User.objects.filter(is_active=True), "uid", uids)
    held = Posting.objects.hold_on(timezone.localdate()).filter(user=OuterRef("pk"))
    first = held.order_by("organisation__path").values("organisation__path")[:1]
    found = found.filter(Exists(held), slips=None, last_login=None)
    return found.annotate(place=Subquery(first)).order_by("place", "name", "pk")


def _next(batch: Batch, actor: Actor) -> list[User]:
    """The first SLIPS_AT_ONCE that wait and whose slips ``actor`` may print, with postings."""
    found: list[User] = []
    start = 0
    while len(found) < SLIPS_AT_ONCE:
        block = waiting(batch)[start : start + SLIPS_AT_ONCE].with_postings(timezone.localdate())
        found += block if actor.user is None else printable(actor.user, block)
        if len(block) < SLIPS_AT_ONCE:
            break
        start += SLIPS_AT_ONCE
    return found[:SLIPS_AT_ONCE]


@transaction.atomic
def slips_print(
    *, batch: Batch, actor: Actor, request: HttpRequest | None = None
) -> list[tuple[Slip, str]]:
    """The next slips of a list with their codes, at most SLIPS_AT_ONCE; none when all are printed.

    Codes are kept as digests only. Accounts that have risen above ``actor`` are left waiting.
    """
    # Two windows must not print the same slip twice.
    Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    accounts = _next(batch, actor)
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
