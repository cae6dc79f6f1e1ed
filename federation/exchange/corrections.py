"""What people put right: words of tables they settled once, and cells they typed anew."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedModel, ScopedQuerySet
from federation.access.tree import ancestors
from federation.identity import uuid7
from federation.sealing.fields import SealedField, SealedModel


class DecisionQuerySet(ScopedQuerySet):
    """Questions about remembered decisions."""

    def standing(self) -> Self:
        """Those nobody revoked."""
        return self.filter(revoked_at=None)

    def holding_at(self, path: str) -> Self:
        """Those that hold for the organisation at ``path``, the nearest of its ancestors last."""
        above = [*ancestors(path), path]
        return self.standing().filter(organisation__path__in=above).order_by("organisation__path")


class Decision(ScopedModel):
    """What a word means in the tables of an organisation and of those below it.

    ``list_key``: the option list, or for a place the column in which the word stands ("name",
    "town"). ``meant_code``: the code of the option or of the organisation; ``meant``: how it was
    called then. ``uses``: in how many written rows it took part.
    """

    class Kind(models.TextChoices):
        PLACE = "place", _("单位")
        OPTION = "option", _("选项")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.PROTECT, related_name="+", verbose_name=_("适用范围")
    )
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    list_key = models.CharField(max_length=30)
    written = models.CharField(_("表中写法"), max_length=60)
    written_key = models.CharField(max_length=60)
    meant_code = models.CharField(max_length=32)
    meant = models.CharField(_("识别为"), max_length=120)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    made_label = models.CharField(_("谁"), max_length=60)
    made_at = models.DateTimeField(_("时间"), default=timezone.now)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    uses = models.PositiveIntegerField(_("用过的行数"), default=0)

    objects: ClassVar[Any] = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("认定记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["place", "option"]), name="decision_of_known_kind"
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "list_key", "written_key"],
                condition=Q(revoked_at=None),
                name="one_decision_per_word",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.written} → {self.meant}"


class RowEdit(SealedModel, ScopedModel):
    """A cell of an upload typed anew on the page. Its value goes with the plan, the fact stays.

    ``sheet_no`` counts the worksheets of the plan from 0, ``row_no`` the rows from 1 as the
    workbook does. No value: the cell is blank now.
    """

    scope_path = "batch__organisation"
    personal = True

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    batch = models.ForeignKey("exchange.Batch", models.CASCADE, related_name="edits")
    sheet_no = models.PositiveSmallIntegerField()
    row_no = models.PositiveIntegerField()
    key = models.CharField(max_length=40)
    value = SealedField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = _("改过的单元格")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "sheet_no", "row_no", "key"], name="one_edit_per_cell"
            ),
            models.CheckConstraint(condition=Q(row_no__gt=0), name="edit_of_a_row"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_no}:{self.row_no} {self.key}"


class RowChoice(ScopedModel):
    """What the table says was chosen for one row, against what its organisation entered since.

    ``marks`` name the very entries and values that were looked at (``own_entries``): once another
    stands there, the row is asked about again.
    """

    scope_path = "batch__organisation"
    personal = True

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    batch = models.ForeignKey("exchange.Batch", models.CASCADE, related_name="choices")
    sheet_no = models.PositiveSmallIntegerField()
    row_no = models.PositiveIntegerField()
    marks = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = _("采用表中内容的行")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "sheet_no", "row_no"], name="one_choice_per_row"
            ),
            models.CheckConstraint(condition=Q(row_no__gt=0), name="choice_of_a_row"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_no}:{self.row_no}"
