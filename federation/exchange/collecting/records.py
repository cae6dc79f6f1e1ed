"""Many workbooks taken in at once: what they were collected for, and what became of them."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.scope import Scope, ScopedModel, ScopedQuerySet
from federation.identity import uuid7


def sender_place() -> models.ForeignKey:
    """Where whoever sent a file was posted for it: at its organisation or the nearest above.

    None: sent by the command line.
    """
    return models.ForeignKey(
        settings.ORGANISATION_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("上传人所在单位"),
    )


def sent_within(scope: Scope, whole: str = "") -> Q:
    """Files sent from within ``scope``, or by the command line; ``whole``: the lookup to those they
    were taken in with."""
    column = f"{whole}sent_from"
    return Q(**{column: None}) | scope.condition(f"{column}__path", personal=True)


class CollectionQuerySet(ScopedQuerySet):
    """Whose collections are seen by whom."""

    def in_scope(self, scope: Scope) -> Self:
        """Those made for organisations in ``scope`` by whoever was posted there."""
        return super().in_scope(scope).filter(sent_within(scope))


class Collection(ScopedModel):
    """Files dropped together; each is a ``Batch`` with an ``ordinal`` among them.

    ``chosen``: of files about the same villages and table the one that counts, by table and key of
    the village: its ordinal, or 0 for all of them. ``counts``: what was written and left out.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待写入")
        APPLIED = "applied", _("已写入")
        UNDONE = "undone", _("已撤销")
        DROPPED = "dropped", _("已放弃")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("范围")
    )
    sent_from = sender_place()
    as_of = models.DateField(_("数据截至"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("谁")
    )
    actor_label = models.CharField(_("谁"), max_length=60)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    chosen = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("上传时间"), default=timezone.now)
    applied_at = models.DateTimeField(_("写入时间"), null=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True)

    # Its pages show rows of the tables, with the people in them.
    personal = True
    objects: ClassVar[Any] = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("收表")
        indexes = [models.Index(fields=["organisation", "-id"], name="collection_by_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.created_at:%Y-%m-%d %H:%M}"
