"""Whom an account may manage, always within her own part of the tree.

An officer grants what she holds herself. An administrator (``Role.grants_any_role``) posts people
in any role, but holds no data: not to herself, and a slip, with which one could act as the
account, only while its owner has no password of her own. All of it stands in the log.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from federation.access.models import Posting, Role, User
from federation.access.scope import Grant, Scope
from federation.access.tree import after

# What a role can give away; whether its start page is the overview is no right.
RIGHTS = (*(f"can_{grant.value}" for grant in Grant), "sees_people", "sees_audit")


def managing(user: User) -> list[Posting]:
    """The postings by which ``user`` manages accounts."""
    return [posting for posting in user.current_postings() if posting.role.manages_accounts]


def management_scope(user: User, *, people: bool = False) -> Scope:
    """The part of the tree whose accounts ``user`` manages.

    With ``people`` only where the same posting lets her see people as well.
    """
    holding = [p for p in managing(user) if p.role.sees_people or not people]
    paths = tuple(posting.organisation.path for posting in holding)
    return Scope(Grant.VIEW, paths, paths)


def accounts_seen_by(user: User, *, role: Role | None = None, within: Any = None) -> QuerySet[User]:
    """Accounts that hold, held or will hold a posting in the part ``user`` manages.

    ``role`` and ``within`` (an organisation and everything below) ask for that posting alone.
    """
    held = Posting.objects.in_scope(management_scope(user)).filter(user=OuterRef("pk"))
    if role is not None:
        held = held.filter(role=role)
    if within is not None:
        path = within.path
        held = held.filter(organisation__path__gte=path, organisation__path__lt=after(path))
    return User.objects.filter(Exists(held))


def is_within(role: Role, holder: Role) -> bool:
    """Whether ``holder`` has every right that ``role`` has."""
    rights = (*RIGHTS, "manages_accounts", "grants_any_role", "keeps_rules")
    return all(getattr(holder, right) for right in rights if getattr(role, right))


def is_below(role: Role, path: str, holder: Posting) -> bool:
    """Whether a posting of ``role`` at ``path`` stands below the posting ``holder``.

    At her own organisation an account stands above those that manage no accounts: two officers
    of one office cannot take over each other's account.
    """
    top = holder.organisation.path
    return path.startswith(top) and (path != top or not role.manages_accounts)


def may_grant(user: User, role: Role, path: str) -> bool:
    """Whether ``user`` may post somebody as ``role`` at the organisation at ``path``."""
    return any(
        is_below(role, path, holder) and may_give(role, holder.role) for holder in managing(user)
    )


def may_give(role: Role, holder: Role) -> bool:
    """Whether ``holder`` may post somebody as ``role``: her own rights, or any by her office."""
    return holder.grants_any_role or is_within(role, holder)


def grantable_roles(user: User) -> list[Role]:
    """The roles ``user`` may grant somewhere."""
    holders = managing(user)
    return [role for role in Role.objects.all() if any(may_give(role, h.role) for h in holders)]


def may_end(user: User, posting: Posting) -> bool:
    """Whether ``user`` may end ``posting``."""
    path = posting.organisation.path
    return posting.user_id != user.pk and any(
        is_below(posting.role, path, holder) for holder in managing(user)
    )


def _not_ended() -> QuerySet[Posting]:
    """Postings of today and those to come: whoever gets into an account today keeps it."""
    standing = Q(until_on=None) | Q(until_on__gt=timezone.localdate())
    return Posting.objects.filter(standing).select_related("role", "organisation")


def _standing(account: User) -> list[Posting]:
    read: list[Posting] | None = getattr(account, "_standing", None)
    return list(_not_ended().filter(user=account)) if read is None else read


def may_close(user: User, account: User) -> bool:
    """Whether ``user`` may close or open ``account``: all its postings must stand below her.

    Those to come count as well. An account without any is whoever's who sees it.
    """
    return account.pk != user.pk and all(may_end(user, p) for p in _standing(account))


def may_print_slip(user: User, account: User) -> bool:
    """Whether ``user`` may print a slip for ``account``: whoever holds it acts as the account.

    It must have a posting today, and she must be allowed to open those to come as well.
    """
    today, postings = timezone.localdate(), _standing(account)
    return (
        any(posting.from_on <= today for posting in postings)
        and account.pk != user.pk
        and account.is_active
        and all(_may_open(user, account, posting) for posting in postings)
    )


def printable(user: User, accounts: list[User]) -> list[User]:
    """Those of ``accounts`` for which ``user`` may print a slip; one query for all of them."""
    read_standing(accounts)
    return [account for account in accounts if may_print_slip(user, account)]


def read_standing(accounts: list[User]) -> None:
    """Read the postings by which accounts are judged: one query for all of them."""
    prefetch_related_objects(accounts, Prefetch("postings", _not_ended(), to_attr="_standing"))


def _may_open(user: User, account: User, posting: Posting) -> bool:
    """Rights beyond her own may be opened only for somebody who has not come in yet."""
    path = posting.organisation.path
    return any(
        is_below(posting.role, path, holder)
        and (
            is_within(posting.role, holder.role)
            or (holder.role.grants_any_role and not account.has_usable_password())
        )
        for holder in managing(user)
    )
