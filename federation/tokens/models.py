"""Tokens with which programs read over the API, and the account as a token leaves it."""

import copy
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.models import Posting, Role, User
from federation.access.scope import ScopedModel, ScopedQuerySet
from federation.identity import uuid7


class Part(models.TextChoices):
    """The parts of the API a token can be made for."""

    RECORDS = "records", _("名册（组织、届次、阵地、经费）")
    FIGURES = "figures", _("统计数据")
    PEOPLE = "people", _("人员（证件和电话只给掩码）")


class TokenQuerySet(ScopedQuerySet):
    """Questions about tokens."""

    def valid_on(self, day: date) -> Self:
        """Tokens that open something on ``day``: the last day counts."""
        return self.filter(revoked_at=None, expires_on__gte=day)


class Token(ScopedModel):
    """What a program shows instead of a password; only its digest is kept.

    It reads ``parts`` of what its owner may see today at ``organisation`` and below, never more.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="tokens",
        verbose_name=_("所属账号"),
    )
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("组织")
    )
    purpose = models.CharField(_("用途"), max_length=60)
    parts = models.JSONField(_("可以读取"), default=list)
    code_digest = models.BinaryField(max_length=32, unique=True, editable=False)
    # The last letters, so that people can tell one token from another.
    ending = models.CharField(_("末四位"), max_length=4, editable=False)
    made_at = models.DateTimeField(_("创建时间"), default=timezone.now, editable=False)
    expires_on = models.DateField(_("有效期至"))
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, editable=False)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, editable=False)

    objects: ClassVar[Any] = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("接口令牌")

    def __str__(self) -> str:
        return self.purpose

    @property
    def is_valid(self) -> bool:
        """Whether the token opens anything today; its owner may still have lost her rights."""
        return self.revoked_at is None and self.expires_on >= timezone.localdate()

    def part_labels(self) -> list[str]:
        """What it reads, in words."""
        return [str(part.label) for part in Part if part in self.parts]


class Bearer(User):
    """The owner of a token as the token leaves her: fewer places, no right but to look."""

    token: Token

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = verbose_name_plural = _("令牌使用者")

    def current_postings(self, on: date | None = None) -> list[Posting]:
        """Her own postings as of today or a day, cut down to what the token is for."""
        held = super().current_postings(on)
        if on is None and getattr(self, "_is_cut", False):
            return held
        cut = [found for posting in held if (found := self._cut(posting)) is not None]
        if on is None:
            self._postings, self._is_cut = cut, True
        return cut

    def _cut(self, posting: Posting) -> Posting | None:
        own, asked = posting.organisation, self.token.organisation
        if not own.path.startswith(asked.path) and not asked.path.startswith(own.path):
            return None
        found = copy.copy(posting)
        found.organisation = max(own, asked, key=lambda node: len(node.path))
        found.role = self._looking(posting.role)
        return found

    def _looking(self, role: Role) -> Role:
        """``role`` with nothing left but to view, and to see people if the token is for them."""
        found = copy.copy(role)
        for field in role._meta.concrete_fields:
            if isinstance(field, models.BooleanField) and field.name != "can_view":
                setattr(found, field.name, False)
        found.sees_people = role.sees_people and Part.PEOPLE in self.token.parts
        return found
