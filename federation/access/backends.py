"""Logging in by user name or by telephone number."""

import re
from functools import cache
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from federation.access.models import Posting, User
from federation.bulk.ready import Ready, Slot
from federation.sealing.boxes import digest

SPACING = re.compile(r"[\s\-]+")
PHONE = re.compile(r"(?:\+?86)?(1\d{10})")


def phone_of(text: str) -> str:
    """The mobile number somebody typed (spaces, dashes, +86 allowed), "" when it is none."""
    found = PHONE.fullmatch(SPACING.sub("", text))
    return found[1] if found else ""


def account_named(text: str) -> User | None:
    """The account of a user name or a telephone number."""
    phone = phone_of(text)
    by_phone = Q(phone_digest=digest("phone", phone)) if phone else Q(pk__in=[])
    # A user name that looks like somebody's telephone number must not shadow her: name first.
    found = {
        user.username == text: user for user in User.objects.filter(Q(username=text) | by_phone)
    }
    return found.get(True) or found.get(False)


@cache
def postings_of() -> Ready:
    """The postings of ``user`` that hold ``today``, with an account that may come in."""
    user, today = Slot("user", User._meta.pk), Slot("today", Posting._meta.get_field("from_on"))
    held = Posting.objects.hold_on(today).filter(user__is_active=True, user=user)
    return Ready(held.select_related("user", "role", "organisation"))


class NameOrPhoneBackend(BaseBackend):
    """Checks a password; an unknown name costs the same time as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        user = account_named(username.strip())
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """The account with its postings, which every page asks for, in one query."""
        found = postings_of().ask(user=user_id, today=timezone.localdate())
        # Few rows, with every page: in order here costs less than asking for the order.
        postings = sorted(found, key=lambda held: (held.organisation.path, held.role.order))
        if not postings:
            return User.objects.filter(pk=user_id, is_active=True).first()
        user = postings[0].user
        user.remember(postings)
        return user
