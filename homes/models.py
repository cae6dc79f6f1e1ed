"""妇女之家 and the places like it."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedModel, ScopedQuerySet
from federation.identity import uuid7
from orgs.models import Organisation, Precision


class HomeKind(models.Model):
    """A kind of place; data rows."""

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = verbose_name_plural = _("阵地类型")

    def __str__(self) -> str:
        return self.name


class HomeQuerySet(ScopedQuerySet):
    """Questions about places."""

    def open_on(self, day: date) -> Self:
        """Places open on ``day``: the opening day counts, the closing day does not."""
        return self.filter(Q(opened_on=None) | Q(opened_on__lte=day)).filter(
            Q(closed_on=None) | Q(closed_on__gt=day)
        )

    def of_kind(self, code: str) -> Self:
        """Places of one kind (``women_home``)."""
        return self.filter(kind__code=code)


class Home(ScopedModel):
    """A place where the federation serves women: one room, one name, one organisation."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="homes", verbose_name=_("组织")
    )
    branch = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", editable=False
    )
    kind = models.ForeignKey(HomeKind, models.PROTECT, related_name="homes", verbose_name=_("类型"))
    name = models.CharField(_("名称"), max_length=80)
    # Known from a report only, its real name not yet told: the first named home takes its place.
    is_placeholder = models.BooleanField(_("名称待补"), default=False, editable=False)
    address = models.CharField(_("详细地址"), max_length=200, blank=True)
    area_m2 = models.DecimalField(
        _("面积（平方米）"), max_digits=8, decimal_places=1, null=True, blank=True
    )
    opened_on = models.DateField(_("建成时间"), null=True, blank=True)
    opened_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY, blank=True
    )
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)
    from_report = models.BooleanField(_("仅据上报"), default=False, editable=False)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    objects = HomeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("阵地")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "name"], name="one_home_name_per_organisation"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gt=F("opened_on")),
                name="home_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.branch_id = self.organisation.branch_id
        super().save(*args, **kwargs)
