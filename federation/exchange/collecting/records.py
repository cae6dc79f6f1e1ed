"""Many workbooks taken in at once: what they were collected for, and what became of them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedModel
from federation.identity import uuid7


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

    class Meta:
        verbose_name = verbose_name_plural = _("收表")
        indexes = [models.Index(fields=["organisation", "-id"], name="collection_by_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.created_at:%Y-%m-%d %H:%M}"
