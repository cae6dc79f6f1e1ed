"""What an import leaves in the database: option lists, uploads, batches and their plans."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.scope import RuleQuerySet, Scope, ScopedModel, ScopedQuerySet
from federation.exchange.collecting.records import Collection as Collection
from federation.exchange.collecting.records import sender_place, sent_within
from federation.exchange.corrections import Decision as Decision
from federation.exchange.corrections import RowChoice as RowChoice
from federation.exchange.corrections import RowEdit as RowEdit
from federation.exchange.lineage.records import OriginBlock as OriginBlock
from federation.exchange.overruled import Overruled as Overruled
from federation.identity import uuid7


class Option(models.Model):
    """One choice of an option list (民族, 学历 …) with the words staff write for it."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    list_key = models.CharField(_("列表"), max_length=30)
    code = models.CharField(_("代码"), max_length=20)
    label = models.CharField(_("名称"), max_length=40)
    aliases = models.JSONField(_("其他写法"), default=list)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["list_key", "order", "code"]
        verbose_name = verbose_name_plural = _("选项")
        constraints = [
            models.UniqueConstraint(fields=["list_key", "code"], name="one_option_per_code"),
            models.UniqueConstraint(fields=["list_key", "label"], name="one_option_per_label"),
        ]

    def __str__(self) -> str:
        return self.label


class BatchQuerySet(ScopedQuerySet):
    """Whose imports are seen by whom."""

    def in_scope(self, scope: Scope) -> Self:
        """Those made for organisations in ``scope`` by whoever was posted there; files taken in
        with others, by whose they all are. That one is about a town or a village, or was sent for
        it from above, shows it to nobody there: rows of other places may be in it."""
        whole = scope.condition("collection__organisation__path", personal=True)
        found = super().in_scope(scope).filter(Q(collection=None) | whole)
        return found.filter(sent_within(scope), sent_within(scope, "collection__"))


class Batch(ScopedModel):
    """One import: a file planned, perhaps applied, perhaps undone. Its rows go after 30 days."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("已上传")
        REFUSED = "refused", _("没有读取")
        PLANNED = "planned", _("待写入")
        APPLYING = "applying", _("正在写入")
        APPLIED = "applied", _("已写入")
        UNDONE = "undone", _("已撤销")
        DROPPED = "dropped", _("已放弃")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    sheet = models.CharField(_("表"), max_length=30)
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("范围")
    )
    sent_from = sender_place()
    as_of = models.DateField(_("数据截至"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("谁")
    )
    actor_label = models.CharField(_("谁"), max_length=60)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    all_or_nothing = models.BooleanField(_("全部无误才写入"), default=False)
    file_name = models.CharField(_("文件名"), max_length=200)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_stored = models.CharField(max_length=80, blank=True)
    mapping = models.JSONField(_("列名对应"), default=dict)
    # What the clerk answered about rows with a town and no village.
    is_about_towns = models.BooleanField(_("没有填村（社区）的行是乡镇（街道）本级"), default=False)
    # Digests of the columns, options and rules of the plan, and the moment it was begun.
    made_against = models.JSONField(default=dict)
    counts = models.JSONField(_("行数"), default=dict)
    refusal = models.CharField(_("没有读取的原因"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("上传时间"), default=timezone.now)
    applied_at = models.DateTimeField(_("写入时间"), null=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True)
    kept_until = models.DateTimeField(null=True)
    # Of a file that was taken in with others: whose it is, its number among them (from 1), and
    # what it was taken for where that was not sure. No sheet yet: nobody has looked into it.
    collection = models.ForeignKey(
        Collection, models.CASCADE, null=True, related_name="batches", verbose_name=_("收表")
    )
    ordinal = models.PositiveSmallIntegerField(default=0)
    recognised = models.JSONField(default=dict)

    # Its pages show the rows of a table as they were uploaded, with the people in them.
    personal = True
    objects: ClassVar[Any] = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("导入批次")
        indexes = [models.Index(fields=["organisation", "-id"], name="batch_by_organisation")]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "ordinal"],
                condition=models.Q(collection__isnull=False),
                name="one_file_per_ordinal",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def whole(self) -> Any:
        """Where its file was taken in, with others or alone: where whoever sent it was posted, else
        the organisation for which it was sent."""
        taken = self if self.collection is None else self.collection
        return taken.sent_from or taken.organisation


class PlanChunk(models.Model):
    """Part of a batch's plan, sealed: rows, rejected cells and checks. Deleted after 30 days."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="chunks")
    part = models.CharField(max_length=30)
    number = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = _("导入计划")
        constraints = [
            models.UniqueConstraint(fields=["batch", "part", "number"], name="one_plan_chunk")
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.number}"


class HeadingMemory(models.Model):
    """How an organisation mapped the columns of a workbook with these headings the last time.

    It serves the organisation and what lies below it; the nearest one that remembers decides.
    """

    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.CASCADE, related_name="+", verbose_name=_("范围")
    )
    sheet = models.CharField(max_length=30)
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("列名记忆")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sheet", "fingerprint"], name="one_memory_per_heading"
            )
        ]

    def __str__(self) -> str:
        return self.fingerprint
