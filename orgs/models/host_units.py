"""Units of the new fields (两企三新): who is counted before a federation can reach them."""

from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedModel, ScopedQuerySet
from federation.identity import uuid7
from orgs.models.dates import Precision
from orgs.models.tree import Organisation

REACHED = Q(has_women_org=True) | Q(covered_by__isnull=False)


class HostUnitQuerySet(ScopedQuerySet):
    """Questions about host units."""

    def reached(self) -> Self:
        """Units with a women's organisation of their own, or covered by another one."""
        return self.filter(REACHED)

    def totals(self) -> dict[str, int | None]:
        """How many units there are, how many of them are reached, and their women."""
        return self.aggregate(
            count=Count("pk"), reached=Count("pk", filter=REACHED), women=Sum("women")
        )

    def unreached(self) -> Self:
        """Units that no women's organisation reaches, as far as is known."""
        return self.exclude(has_women_org=True).filter(covered_by=None)

    def coded_elsewhere(self, uscc: str, organisation: Any) -> bool:
        """Whether another organisation has registered the unit with this code."""
        return self.filter(uscc=uscc).exclude(organisation=organisation).exists()


class HostUnit(ScopedModel):
    """A firm, an association or a group of new employment in the part of an organisation.

    It is no place of the tree: it is counted and covered, and may become an organisation later.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="host_units", verbose_name=_("组织")
    )
    branch = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", editable=False
    )
    name = models.CharField(_("单位名称"), max_length=80)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    sort = models.CharField(_("类别"), max_length=40, blank=True)
    employees = models.PositiveIntegerField(_("从业人员"), null=True, blank=True)
    women = models.PositiveIntegerField(_("女性人数"), null=True, blank=True)
    has_party = models.BooleanField(_("已建党组织"), null=True, blank=True)
    has_union = models.BooleanField(_("已建工会"), null=True, blank=True)
    has_league = models.BooleanField(_("已建团组织"), null=True, blank=True)
    has_women_org = models.BooleanField(_("已建妇女组织"), null=True, blank=True)
    surveyed_on = models.DateField(_("排查日期"), null=True, blank=True)
    surveyed_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY, blank=True, editable=False
    )
    covered_by = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("由谁覆盖"),
    )
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    objects = HostUnitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("两企三新单位")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "uscc"],
                condition=~Q(uscc=""),
                name="one_host_unit_per_code",
            ),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(uscc=""),
                name="one_host_unit_per_name_without_code",
            ),
            models.CheckConstraint(
                condition=Q(women=None) | Q(employees=None) | Q(women__lte=F("employees")),
                name="host_unit_women_are_employees",
            ),
        ]
        # Whether a code stands elsewhere is asked over the whole installation.
        indexes = [models.Index(fields=["uscc"], condition=~Q(uscc=""), name="host_unit_by_code")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.branch_id = self.organisation.branch_id
        super().save(*args, **kwargs)
