"""Who changed what, and who saw or exported what. Rows are only ever added."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.identity import uuid7


class ImageBlock(models.Model):
    """Whole records that were made or taken away together, packed by column and sealed as one.

    A thousand images take the room and the time of a few dozen sealed one by one. Blocks are only
    ever added; a change says in which of them its image is, and where (see ``audit.images``).
    """

    body = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = _("变更记录的内容")

    def __str__(self) -> str:
        return str(self.pk)


class Change(models.Model):
    """One record changed once: history page, before-image and undo in one.

    ``before`` and ``after`` are sealed msgpack maps of columns to values (None: the record did
    not stand); only columns that differ are held, except for a create or delete (all columns).
    Of many records made or taken away at once the one image is in ``block``, at ``position``.
    """

    class Operation(models.TextChoices):
        CREATE = "create", _("新增")
        UPDATE = "update", _("修改")
        DELETE = "delete", _("撤销")

    uid = models.UUIDField(default=uuid7, editable=False)
    batch = models.UUIDField(_("批次"), null=True)
    # An import writes hundreds of thousands of changes, and each index costs it as much as the
    # row: those of actor, organisation and branch alone are left to the indexes below.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("谁"),
    )
    actor_label = models.CharField(_("谁"), max_length=60)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    model = models.CharField(max_length=60)
    object_uid = models.UUIDField()
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    branch = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, null=True, db_index=False, related_name="+"
    )
    operation = models.CharField(_("操作"), max_length=10, choices=Operation.choices)
    before = models.BinaryField(null=True)
    after = models.BinaryField(null=True)
    # Blocks never go, so nothing has to watch over this reference.
    block = models.ForeignKey(
        ImageBlock,
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(null=True)

    #: the key of the block of creations it is read from, at ``position`` (see ``audit.log``)
    made_in: int | None = None

    class Meta:
        verbose_name = verbose_name_plural = _("变更记录")
        indexes = [
            models.Index(
                fields=["actor"], condition=models.Q(actor__isnull=False), name="change_by_actor"
            ),
            models.Index(
                fields=["branch"], condition=models.Q(branch__isnull=False), name="change_by_branch"
            ),
            models.Index(fields=["object_uid", "id"], name="change_by_object"),
            models.Index(fields=["organisation", "id"], name="change_by_organisation"),
            models.Index(fields=["batch", "model"], name="change_by_batch"),
            # The log shows an import as one line; what was changed by hand is found beside it.
            models.Index(
                fields=["-at", "-id"], condition=models.Q(batch=None), name="change_by_hand"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_uid} {self.operation}"


class CreationBlock(models.Model):
    """Up to a thousand records of one model that an import made: what ``Change`` says of one.

    Its key is drawn among those of changes, so that both stand in one line. ``uids`` holds sixteen
    bytes for each record, ``organisations`` and ``branches`` eight (zero: none; ``branches`` empty
    where none has one), ``body`` their images, packed by column and sealed as one. Blocks are only
    ever added; ``audit.log`` reads them as changes.
    """

    batch = models.UUIDField(_("批次"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("谁")
    )
    actor_label = models.CharField(_("谁"), max_length=60)
    at = models.DateTimeField(_("时间"))
    model = models.CharField(max_length=60)
    count = models.PositiveSmallIntegerField()
    first_uid = models.UUIDField()
    last_uid = models.UUIDField()
    uids = models.BinaryField()
    organisations = models.BinaryField()
    branches = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = _("成批新增")
        indexes = [
            models.Index(fields=["batch", "model"], name="creations_by_batch"),
            # Identifiers grow with time: of one record few blocks are asked.
            models.Index(fields=["last_uid", "first_uid"], name="creations_by_uid"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_uid__gte=models.F("first_uid"), count__gt=0),
                name="creations_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.count}"


class CreationPlace(models.Model):
    """How many records of a block belong to an organisation: by this a scope finds them."""

    block = models.ForeignKey(CreationBlock, models.PROTECT, related_name="places", db_index=False)
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    count = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("成批新增所在单位")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "block"], name="one_place_per_block")
        ]

    def __str__(self) -> str:
        return str(self.count)


class Event(models.Model):
    """One deed that changed no record: a login, a reveal, an export, a printed slip, a refusal."""

    uid = models.UUIDField(default=uuid7, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("谁")
    )
    actor_label = models.CharField(_("谁"), max_length=60)
    at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)
    deed = models.CharField(_("做了什么"), max_length=40, db_index=True)
    object_model = models.CharField(max_length=60, blank=True)
    object_uid = models.UUIDField(null=True, db_index=True)
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    detail = models.JSONField(_("说明"), default=dict)
    address = models.GenericIPAddressField(_("来自"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("操作记录")

    def __str__(self) -> str:
        return f"{self.deed} {self.at:%Y-%m-%d %H:%M}"
