"""Making, using and revoking tokens; making and revoking stand in the log."""

import secrets
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from federation.access.authority import accounts_seen_by, management_scope, may_close
from federation.access.models import User
from federation.access.scope import Grant
from federation.audit.services import Actor, record_event
from federation.sealing.boxes import digest
from federation.tokens.models import Bearer, Part, Token

# So that a search for leaked secrets finds it, wherever somebody left it.
PREFIX = "wfp_"
SECRET_BYTES = 32
LONGEST_DAYS = 366
# The last use is written at most once in this time, not with every request.
USED_EVERY = timedelta(minutes=10)


def tokens_seen_by(user: User) -> QuerySet[Token]:
    """Her own tokens, and those of the accounts she manages."""
    below = Token.objects.in_scope(management_scope(user)).filter(owner__in=accounts_seen_by(user))
    seen = Token.objects.filter(Q(owner=user) | Q(pk__in=below.values("pk")))
    return seen.select_related("owner", "organisation").order_by("-made_at", "-pk")


def parts_for(user: User) -> list[Part]:
    """The parts ``user`` may make a token for: people only if she sees people."""
    sees_people = bool(user.scope(Grant.VIEW).people_paths)
    return [part for part in Part if part is not Part.PEOPLE or sees_people]


def may_revoke(user: User, token: Token) -> bool:
    """Whether ``user`` may end ``token``: her own, or that of an account she may close."""
    return token.owner_id == user.pk or may_close(user, token.owner)


@transaction.atomic
def token_make(
    *,
    owner: User,
    organisation: Any,
    purpose: str,
    parts: list[str],
    expires_on: date,
    request: HttpRequest | None = None,
) -> tuple[Token, str]:
    """A token of ``owner`` and its code, which is shown once. Raises PermissionDenied."""
    is_hers = owner.scope(Grant.VIEW).covers(organisation.path)
    if not is_hers or not set(parts) <= set(parts_for(owner)):
        raise PermissionDenied
    code = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = Token.objects.create(
        owner=owner,
        organisation=organisation,
        purpose=purpose,
        parts=parts,
        expires_on=expires_on,
        code_digest=digest("token", code),
        ending=code[-4:],
    )
    record_event(
        "token_made",
        actor=Actor.of(owner),
        request=request,
        obj=token,
        organisation_id=organisation.pk,
        parts=parts,
        expires_on=expires_on.isoformat(),
    )
    return token, code


@transaction.atomic
def token_revoke(*, token: Token, actor: User, request: HttpRequest | None = None) -> None:
    """End ``token`` at once; one that has ended stays as it is. Raises PermissionDenied."""
    token = Token.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if not may_revoke(actor, token):
        raise PermissionDenied
    if token.revoked_at is not None:
        return
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record_event(
        "token_revoked",
        actor=Actor.of(actor),
        request=request,
        obj=token,
        organisation_id=token.organisation_id,
    )


def token_use(*, code: str) -> Bearer | None:
    """The account for which ``code`` speaks today; None when it opens nothing."""
    valid = Token.objects.valid_on(timezone.localdate())
    token = valid.filter(code_digest=digest("token", code)).select_related("organisation").first()
    if token is None:
        return None
    bearer: Any = Bearer.objects.filter(pk=token.owner_id, is_active=True).first()
    if bearer is None:
        return None
    bearer.token = token
    if not bearer.current_postings():
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > USED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return bearer
