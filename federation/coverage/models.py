"""Stored figures: one row per organisation and period, read as it is by every dashboard."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedModel
from federation.identity import uuid7


class CoverageRow(ScopedModel):
    """The figures of one organisation for one period (``YYYY-MM``).

    ``own`` and ``total`` are packed numbers in the order of ``layout``: per figure numerator,
    denominator, counted, reported, unknown. total = own + the children's totals.
    """

    # Rows are always asked for by period first: the unique pair below is the only index needed.
    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.CASCADE, related_name="coverage", db_index=False
    )
    branch = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.CASCADE, null=True, related_name="+", db_index=False
    )
    period = models.CharField(_("统计期"), max_length=7)
    as_of = models.DateField(_("数据截止"))
    layout = models.CharField(max_length=16)
    own = models.BinaryField()
    total = models.BinaryField()
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("统计结果")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "organisation"], name="one_coverage_row_per_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.period}"


class Layout(models.Model):
    """The order of figures in stored rows, by fingerprint: ``["ORG-02", …]`` with rule versions."""

    fingerprint = models.CharField(max_length=16, unique=True)
    figures = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("统计列次序")

    def __str__(self) -> str:
        return self.fingerprint


class FrozenMonth(models.Model):
    """A month whose figures stand as they were at its end; without a row here a month is open.

    ``layout`` names the rules, with their versions, that made the figures.
    """

    period = models.CharField(_("统计期"), max_length=7, unique=True)
    frozen_at = models.DateTimeField(_("封存时间"))
    # Worked out afterwards from dated records, not kept when the month ended.
    is_computed_later = models.BooleanField(_("补算"), default=False)
    layout = models.CharField(max_length=16)
    restated_at = models.DateTimeField(_("更正时间"), null=True)
    reason = models.CharField(_("更正原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("已封存的统计期")

    def __str__(self) -> str:
        return self.period


class DirtyOrganisation(models.Model):
    """An organisation whose own part must be recounted; marked by the change itself.

    Without ``organisation`` everything must be: so many changed at once that naming each of them
    would cost more than it tells.
    """

    organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, models.CASCADE, null=True, related_name="+"
    )
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("待重算的组织")

    def __str__(self) -> str:
        return str(self.organisation_id)


class Target(models.Model):
    """The target of an indicator for a level and a year; an editable default, no law.

    ``kind_group`` is the level of the organisation whose figure is judged, "" every level.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    indicator = models.CharField(_("指标"), max_length=20)
    kind_group = models.CharField(_("层级"), max_length=20, blank=True)
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    value: Any = models.DecimalField(_("目标值"), max_digits=8, decimal_places=2)
    source = models.CharField(_("依据"), max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("目标值")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "kind_group", "year"], name="one_target_per_level_and_year"
            ),
            # The one above lets any number of rows without a year stand side by side.
            models.UniqueConstraint(
                fields=["indicator", "kind_group"],
                condition=models.Q(year=None),
                name="one_target_per_level_for_all_years",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"
