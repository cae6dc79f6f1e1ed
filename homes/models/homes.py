"""A place where the federation serves women."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedModel, ScopedQuerySet
from federation.exchange.cleaners.dates import PartialDate
from federation.identity import uuid7
from federation.sealing.fields import SealedField, SealedModel
from federation.sealing.masking import mask_phone
from homes.models.checks import HomeCheck
from homes.models.kinds import HomeKind
from orgs.models import Organisation, Precision

WOMEN_HOME = "women_home"


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

    def unchecked_in(self, year: int) -> Self:
        """Places nobody has looked at in a calendar year."""
        looked = HomeCheck.objects.filter(home=OuterRef("pk"), checked_on__year=year)
        return self.filter(~Exists(looked))

    def with_check(self, day: date) -> Self:
        """Beside each place its latest check within the year that ends on ``day``.

        ``is_passed`` is None, ``checked_on`` is None where nobody looked within that year.
        """
        latest = HomeCheck.objects.valid_on(day).filter(home=OuterRef("pk"))
        latest = latest.order_by("-checked_on", "-pk")
        return self.annotate(
            is_passed=Subquery(latest.values("is_passed")[:1]),
            checked_on=Subquery(latest.values("checked_on")[:1]),
        )


class Home(SealedModel, ScopedModel):
    """A place where the federation serves women: one room, one name, one organisation."""

    class Sharing(models.TextChoices):
        OWN = "own", _("独立使用")
        SHARED = "shared", _("与其他场所共用")

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
    level = models.CharField(_("示范级别"), max_length=20, blank=True)
    host = models.CharField(_("依托场所"), max_length=80, blank=True)
    sharing = models.CharField(
        _("使用方式"), max_length=8, choices=Sharing.choices, default="", blank=True
    )
    address = models.CharField(_("详细地址"), max_length=200, blank=True)
    area_m2 = models.DecimalField(
        _("面积（平方米）"), max_digits=8, decimal_places=1, null=True, blank=True
    )
    opened_on = models.DateField(_("建成时间"), null=True, blank=True)
    opened_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY, blank=True
    )
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)
    closed_reason = models.CharField(_("停用原因"), max_length=200, blank=True)
    manager_name = models.CharField(_("负责人"), max_length=40, blank=True)
    manager_phone = SealedField(verbose_name=_("联系电话"))
    manager_phone_digest = models.BinaryField(max_length=32, null=True, editable=False)
    manager_phone_masked = models.CharField(
        _("联系电话"), max_length=24, blank=True, editable=False
    )
    activities_a_year = models.PositiveIntegerField(_("年活动次数"), null=True, blank=True)
    activities_as_of = models.DateField(_("活动次数填报日期"), null=True, editable=False)
    cluster = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("所属微家集群"),
    )
    remark = models.CharField(_("备注"), max_length=500, blank=True)
    from_report = models.BooleanField(_("仅据上报"), default=False, editable=False)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    # Who manages it is for those who may see people; the place itself is for everybody.
    personal_columns = ("manager_name", "manager_phone", "manager_phone_masked")
    sealed_columns = {"manager_phone": ("phone", mask_phone)}
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

    @property
    def opened(self) -> PartialDate | None:
        """The opening as exactly as it is known."""
        if self.opened_on is None or self.opened_precision == Precision.UNKNOWN:
            return None
        return PartialDate(self.opened_on, self.opened_precision or "day")
