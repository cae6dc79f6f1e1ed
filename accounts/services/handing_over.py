"""Who keeps a unit's account: it goes to the new head, and the old one's ends with her office."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.parts.naming import free_username
from cadres.models import Appointment, Person
from federation.access.models import Posting, User
from federation.access.scope import Scope
from federation.access.services import (
    AccountProblem,
    account_create,
    account_set_active,
    posting_end,
    posting_give,
    posting_locked,
)
from federation.audit.services import Actor, record_event
from federation.registers.services import record_save
from orgs.models import Organisation


def unit_postings(on: date) -> Any:
    """Postings by which a unit itself is kept: they capture and manage no accounts below."""
    held = Posting.objects.hold_on(on)
    return held.filter(role__can_capture=True, role__manages_accounts=False, until_on=None)


def heads_of(on: date) -> Any:
    """Who heads a unit on ``on``; the latest first, should two overlap."""
    return Appointment.objects.heads().in_office_on(on).order_by("-from_on", "-pk")


def differing_units(organisations: Any, on: date) -> Any:
    """Those of ``organisations`` whose account no posting gives to the head in office."""
    here = heads_of(on).filter(organisation=OuterRef("pk"))
    posted = unit_postings(on).filter(organisation=OuterRef("pk"), user__is_active=True)
    is_hers = Q(user__person=OuterRef("head_id")) | Q(
        user__person=None, user__name=OuterRef("head_name")
    )
    return organisations.annotate(
        head_id=Subquery(here.values("person_id")[:1]),
        head_name=Subquery(here.values("person__name")[:1]),
    ).filter(Exists(posted), ~Exists(posted.filter(is_hers)), head_id__isnull=False)


def differing(scope: Scope, on: date) -> Any:
    """Postings in ``scope`` of units whose head in office has no account; by unit."""
    here = heads_of(on).filter(organisation=OuterRef("organisation"))
    units = differing_units(Organisation.objects.in_scope(scope), on)
    found = unit_postings(on).filter(organisation__in=units.values("pk"), user__is_active=True)
    return (
        found.annotate(head_name=Subquery(here.values("person__name")[:1]))
        .select_related("user", "role", "organisation")
        .order_by("organisation__path", "pk")
    )


def head_of(posting: Posting, on: date) -> Appointment | None:
    """The head in office of the posting's unit."""
    heads = heads_of(on).filter(organisation=posting.organisation_id)
    return heads.select_related("person", "post").first()


@transaction.atomic
def hand_over(
    *, posting: Posting, head: Appointment, on: date, actor: Actor, username: str = ""
) -> User:
    """Give the unit's role to the head in office and end it for the old account ``on`` a day.

    A head without an account gets one, named ``username`` or by her name; it opens with a slip.
    The old account is closed with its sessions when no role is left to it. Returns the new
    holder. Raises AccountProblem, PermissionDenied; Overtaken when somebody was quicker.
    """
    posting = posting_locked(posting)
    old, today = posting.user, timezone.localdate()
    if posting.until_on is not None or posting.user_id == head.person.user_id:
        raise AccountProblem(_("这个账号已经交接过，不用再交接。"))
    give: dict[str, Any] = {"role": posting.role, "organisation": posting.organisation}
    # Until the old one ends, the unit has two holders for no day at all.
    posting_end(posting=posting, actor=actor, on=on)
    new = _holder(head.person, actor, username, give, on)
    if on <= today and not old.postings.filter(Q(until_on=None) | Q(until_on__gt=today)).exists():
        account_set_active(account=old, is_active=False, actor=actor)
    record_event(
        "handed_over",
        actor=actor,
        obj=new,
        organisation_id=posting.organisation_id,
        role=posting.role.code,
        on=on.isoformat(),
        former=str(old.uid),
    )
    return new


def _holder(
    person: Person, actor: Actor, username: str, give: dict[str, Any], from_on: date
) -> User:
    account = person.user
    if account is None:
        name = username or _free(person.name)
        account = account_create(
            username=name, name=person.name, actor=actor, from_on=from_on, **give
        )
        person.user = account
        # The account is no part of who she is: no figure changes.
        home = give["organisation"].pk
        record_save(instance=person, actor=actor, organisation_ids=(), home_id=home)
        return account
    if not account.is_active:
        raise AccountProblem(_("新主席的账号已停用，请先在账号页面恢复，再来交接。"))
    posting_give(user=account, actor=actor, from_on=from_on, **give)
    return account


def _free(name: str) -> str:
    """A user name nobody has."""
    taken = {one.lower() for one in User.objects.values_list("username", flat=True)}
    return free_username(name, taken)
