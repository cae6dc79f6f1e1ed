"""Accounts, postings and slips: every deed is written to the log in its own transaction."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federation.access.authority import may_close, may_end, may_grant, may_print_slip, printable
from federation.access.models import Posting, Role, Slip, User
from federation.audit.services import Actor, record_event, record_events
from federation.sealing.boxes import digest

SLIP_HOURS = 72
# Without 0 O 1 I L, which look alike on paper.
SLIP_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SLIP_LENGTH = 12
ENDED = gettext_lazy("这个角色刚才已经结束，这次没有改动。请核对后再办。")


class AccountProblem(Exception):
    """An account cannot be made or changed; the text is a sentence for the officer."""


class Overtaken(AccountProblem):
    """Somebody did the same a moment earlier; nothing was written."""


@transaction.atomic
def account_create(
    *,
    username: str,
    name: str,
    role: Role,
    organisation: Any,
    actor: Actor,
    phone: str = "",
    password: str | None = None,
    from_on: date | None = None,
) -> User:
    """A new account with one posting; without ``password`` it opens only with a slip.

    ``actor`` with an account may grant only what she holds, below her (PermissionDenied).
    Raises AccountProblem when the user name or the telephone number is taken; Overtaken when
    somebody took it while this was being written.
    """
    _check_grant(actor, role, organisation)
    _check_free(username, phone, AccountProblem)
    user = User(username=username, name=name, created_by=actor.user)
    if phone:
        user.write_sealed("phone", phone)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        _check_free(username, phone, Overtaken)
        raise
    record_event("account_created", actor=actor, obj=user, organisation_id=organisation.pk)
    posting_give(user=user, role=role, organisation=organisation, actor=actor, from_on=from_on)
    return user


def _check_free(username: str, phone: str, problem: type[AccountProblem]) -> None:
    if User.objects.filter(username=username).exists():
        raise problem(_("用户名“%(name)s”已经有人使用，请换一个。") % {"name": username})
    if phone and User.objects.filter(phone_digest=digest("phone", phone)).exists():
        raise problem(_("这个手机号已经用于另一个账号，请核对号码，或者不填。"))


def _check_grant(actor: Actor, role: Role, organisation: Any) -> None:
    if actor.user is not None and not may_grant(actor.user, role, organisation.path):
        raise PermissionDenied


@transaction.atomic
def posting_give(
    *, user: User, role: Role, organisation: Any, actor: Actor, from_on: date | None = None
) -> Posting:
    """Post ``user`` as ``role`` at ``organisation``.

    Raises PermissionDenied, AccountProblem; Overtaken when somebody gave her the same meanwhile.
    """
    _check_grant(actor, role, organisation)
    same = Posting.objects.filter(user=user, role=role, organisation=organisation, until_on=None)
    words = _("这个账号在该组织已经有这个角色。")
    if same.exists():
        raise AccountProblem(words)
    begin = from_on or timezone.localdate()
    posting = Posting(user=user, role=role, organisation=organisation, from_on=begin)
    posting.granted_by = actor.user
    try:
        with transaction.atomic():
            posting.save()
    except IntegrityError as clash:
        if same.exists():
            raise Overtaken(words) from clash
        raise
    record_event(
        "posting_given", actor=actor, obj=user, organisation_id=organisation.pk, role=role.code
    )
    return posting


@transaction.atomic
def posting_end(*, posting: Posting, actor: Actor, on: date | None = None) -> None:
    """End a posting ``on`` a day (today); one that has not begun by then is taken back.

    Raises PermissionDenied, and Overtaken when it has ended already.
    """
    on = on or timezone.localdate()
    posting = posting_locked(posting)
    if actor.user is not None and not may_end(actor.user, posting):
        raise PermissionDenied
    if posting.until_on is not None and posting.until_on <= on:
        raise Overtaken(ENDED)
    record_event(
        "posting_ended",
        actor=actor,
        obj=posting.user,
        organisation_id=posting.organisation_id,
        role=posting.role.code,
    )
    if posting.from_on >= on:
        posting.delete()
    else:
        posting.until_on = on
        posting.save(update_fields=["until_on"])


def posting_locked(posting: Posting) -> Posting:
    """The posting as it stands now, kept from others until the transaction ends.

    Raises Overtaken when it has been taken back.
    """
    locked = Posting.objects.select_for_update(of=("self",)).filter(pk=posting.pk)
    found = locked.select_related("user", "role", "organisation").first()
    if found is None:
        raise Overtaken(ENDED)
    return found


@transaction.atomic
def account_set_active(*, account: User, is_active: bool, actor: Actor) -> None:
    """Close or open an account; a closed account's sessions end. Raises PermissionDenied."""
    if actor.user is not None and not may_close(actor.user, account):
        raise PermissionDenied
    account.is_active = is_active
    account.save(update_fields=["is_active"])
    record_event("account_opened" if is_active else "account_closed", actor=actor, obj=account)
    if not is_active:
        sessions_end(account)


def sessions_end(account: User) -> int:
    """End every session of ``account``. Returns how many there were."""
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(account.pk):
            session.delete()
            ended += 1
    return ended


@transaction.atomic
def slip_make(
    *, account: User, actor: Actor, request: HttpRequest | None = None
) -> tuple[Slip, str]:
    """A new slip and its code, which is shown once and kept as a digest. Raises PermissionDenied.

    An older slip of the account stops working.
    """
    if actor.user is not None and not may_print_slip(actor.user, account):
        raise PermissionDenied
    now = timezone.now()
    account.slips.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    code = _new_code()
    slip = _new_slip(account, actor, code, now + timedelta(hours=SLIP_HOURS))
    slip.save()
    record_event(
        "slip_printed",
        actor=actor,
        request=request,
        obj=account,
        organisation_id=slip.organisation_id,
    )
    return slip, code


def slip_code(text: str) -> str:
    """A code as somebody typed it, in the shape in which it was made."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


@transaction.atomic
def slip_use(*, code: str, request: HttpRequest) -> User | None:
    """The account a slip opens, once and within its hours; None when it opens nothing."""
    now = timezone.now()
    slip = (
        Slip.objects.select_for_update(of=("self",))
        .filter(code_digest=digest("slip", slip_code(code)), used_at=None, expires_at__gt=now)
        .select_related("user")
        .first()
    )
    if slip is None or not slip.user.is_active:
        return None
    slip.used_at = now
    slip.save(update_fields=["used_at"])
    slip.user.must_change_password = True
    slip.user.save(update_fields=["must_change_password"])
    record_event("slip_used", actor=Actor.of(slip.user), request=request, obj=slip.user)
    return slip.user


@transaction.atomic
def password_set(*, account: User, password: str, request: HttpRequest) -> None:
    """Give ``account`` a password of its own choice; its other sessions end."""
    account.set_password(password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    record_event("password_changed", actor=Actor.of(account), request=request, obj=account)


@transaction.atomic
def slips_make(
    *, accounts: list[User], actor: Actor, request: HttpRequest | None = None
) -> list[tuple[Slip, str]]:
    """A first slip for each account with its code, shown once and kept as a digest.

    ``accounts`` come with their postings (``with_postings``). Raises PermissionDenied when one of
    them is not below ``actor``; a fixed number of queries.
    """
    if actor.user is not None and len(printable(actor.user, accounts)) < len(accounts):
        raise PermissionDenied
    until = timezone.now() + timedelta(hours=SLIP_HOURS)
    made = [(_new_slip(account, actor, code, until), code) for account, code in _coded(accounts)]
    Slip.objects.bulk_create(slip for slip, _code in made)
    record_events(
        "slip_printed",
        [(slip.user, slip.organisation_id) for slip, _code in made],
        actor=actor,
        request=request,
    )
    return made


def _coded(accounts: list[User]) -> list[tuple[User, str]]:
    return [(account, _new_code()) for account in accounts]


def _new_code() -> str:
    return "".join(secrets.choice(SLIP_LETTERS) for _place in range(SLIP_LENGTH))


def _new_slip(account: User, actor: Actor, code: str, until: datetime) -> Slip:
    return Slip(
        user=account,
        organisation=account.current_postings()[0].organisation,
        code_digest=digest("slip", code),
        made_by=actor.user or account,
        expires_at=until,
    )
