"""The facts of a year's budget, and the women it is counted on."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedQuerySet
from funding.models.base import NOT_NEGATIVE, FundingRecord


def is_budget_asked(level: str, answer: bool | None) -> bool:
    """Whether pages ask a unit of this level if it is in the fiscal budget (FUND-03).

    Villages have no budget of the government's; what one tells all the same is shown.
    """
    return level != "village" or answer is not None


class BudgetQuerySet(ScopedQuerySet):
    """Questions about yearly budgets."""

    def unanswered(self) -> Self:
        """Budgets of units that are asked about the fiscal budget and have not said."""
        return self.filter(is_in_fiscal_budget=None).exclude(organisation__kind_group="village")

    def of_year(self, year: int) -> Self:
        """The budgets of a calendar year."""
        return self.filter(year=year)


class YearlyBudget(FundingRecord):
    """What one organisation's budget of a year says (年度表; domain A110, A111).

    Its own level only (本级): the amounts of a town are not those of its villages. Null is not
    known; ``is_in_fiscal_budget`` says whether the amount stands in the government's budget.
    """

    year = models.PositiveSmallIntegerField(_("年度"))
    is_in_fiscal_budget = models.BooleanField(_("是否纳入预算"), null=True, blank=True)
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    standard_cny = models.DecimalField(
        _("标准（元/人）"), max_digits=8, decimal_places=2, null=True, blank=True,
        validators=NOT_NEGATIVE,
    )  # fmt: skip
    planned_cny = models.DecimalField(
        _("应安排（元）"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=NOT_NEGATIVE,
    )  # fmt: skip
    approved_cny = models.DecimalField(
        _("实际安排（元）"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=NOT_NEGATIVE,
    )  # fmt: skip
    received_cny = models.DecimalField(
        _("到位（元）"), max_digits=14, decimal_places=2, null=True, blank=True,
        validators=NOT_NEGATIVE,
    )  # fmt: skip

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("年度经费")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year"], name="one_budget_per_organisation_and_year"
            ),
            models.CheckConstraint(
                condition=Q(planned_cny=None) | Q(planned_cny__gte=0),
                name="budget_planned_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(approved_cny=None) | Q(approved_cny__gte=0),
                name="budget_approved_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(received_cny=None) | Q(received_cny__gte=0),
                name="budget_received_not_negative",
            ),
        ]
        indexes = [models.Index(fields=["year", "organisation"], name="budget_by_year")]

    def __str__(self) -> str:
        return gettext("%(organisation)s %(year)s 年度经费") % {
            "organisation": self.organisation,
            "year": self.year,
        }


class PopulationQuerySet(ScopedQuerySet):
    """Questions about counts of women."""

    def latest_by(self, day: date, kind: str) -> Self:
        """Counts of one kind dated on or before ``day``, the latest of each organisation last."""
        return self.filter(kind=kind, as_of__lte=day).order_by("organisation", "as_of")


class Population(FundingRecord):
    """How many women an organisation counts, on which day, and of which kind."""

    class Kind(models.TextChoices):
        RESIDENT = "resident", _("常住")
        REGISTERED = "registered", _("户籍")

    kind = models.CharField(_("口径"), max_length=10, choices=Kind.choices, default=Kind.RESIDENT)
    as_of = models.DateField(_("截至日期"))
    women = models.PositiveIntegerField(_("女性人口（人）"))

    objects = PopulationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("女性人口")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "as_of"], name="one_population_per_kind_and_day"
            )
        ]
        indexes = [models.Index(fields=["kind", "as_of"], name="population_by_day")]

    def __str__(self) -> str:
        words = {"kind": self.get_kind_display(), "day": self.as_of}
        return gettext("%(kind)s女性人口（%(day)s）") % words
