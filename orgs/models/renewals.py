"""Progress of renewals (换届进度): when a committee is due, and how far its renewal has come."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncMonth, TruncYear
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedModel, ScopedQuerySet
from federation.exchange.cleaners.dates import PartialDate
from federation.identity import uuid7
from orgs.models.dates import Precision
from orgs.models.terms import Term
from orgs.models.tree import Organisation

#: the steps in their order, each with the column that tells its day
STEPS = (("requested_on", _("请示")), ("approved_on", _("批复")), ("held_on", _("大会")))


class RenewalQuerySet(ScopedQuerySet):
    """Questions about renewals."""

    def without_term(self) -> Self:
        """Renewals whose congress was held, with no term that began then or later."""
        begun = (
            Q(starts_on__gte=OuterRef("held_on"))
            | Q(starts_precision=Precision.MONTH, starts_on=OuterRef("held_month"))
            | Q(starts_precision=Precision.YEAR, starts_on=OuterRef("held_year"))
        )
        terms = Term.objects.filter(begun, organisation=OuterRef("organisation"))
        held = self.exclude(held_on=None).alias(
            held_month=TruncMonth("held_on"), held_year=TruncYear("held_on")
        )
        return held.filter(~Exists(terms))

    def at_stage(self, stage: str) -> Self:
        """Renewals that have come exactly as far as ``stage``, one of ``Renewal.Stage``."""
        found = self
        for name, _label in reversed(STEPS):
            if name == stage:
                return found.exclude(**{name: None})
            found = found.filter(**{name: None})
        return found


class Renewal(ScopedModel):
    """One renewal of an organisation's committee, known by the day its term is due.

    It follows the paper: request, approval, congress, filing. A term is made by the form of terms
    or by a roster, never by this record.
    """

    class Stage(models.TextChoices):
        NOT_BEGUN = "none", _("未请示")
        REQUESTED = "requested_on", _("已请示")
        APPROVED = "approved_on", _("已批复")
        HELD = "held_on", _("已开大会")

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="renewals", verbose_name=_("组织")
    )
    branch = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", editable=False
    )
    due_on = models.DateField(_("届满日期"))
    due_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY, editable=False
    )
    requested_on = models.DateField(_("请示日期"), null=True, blank=True)
    approved_on = models.DateField(_("批复日期"), null=True, blank=True)
    held_on = models.DateField(_("大会日期"), null=True, blank=True)
    filing_number = models.CharField(_("备案号"), max_length=80, blank=True)
    members = models.PositiveSmallIntegerField(_("执委数"), null=True, blank=True)
    chair_name = models.CharField(_("主席"), max_length=40, blank=True)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    # Who was elected is for those who may see people; how far it has come is for everybody.
    personal_columns = ("chair_name",)
    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("换届进度")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "due_on"], name="one_renewal_per_due"),
            models.CheckConstraint(
                condition=Q(requested_on=None)
                | Q(approved_on=None)
                | Q(approved_on__gte=F("requested_on")),
                name="renewal_is_approved_after_its_request",
            ),
            models.CheckConstraint(
                condition=Q(approved_on=None)
                | Q(held_on=None)
                | Q(held_on__gte=F("approved_on")),
                name="renewal_is_held_after_its_approval",
            ),
            models.CheckConstraint(
                condition=Q(requested_on=None)
                | Q(held_on=None)
                | Q(held_on__gte=F("requested_on")),
                name="renewal_is_held_after_its_request",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation} {self.due.iso()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.branch_id = self.organisation.branch_id
        super().save(*args, **kwargs)

    @property
    def due(self) -> PartialDate:
        """The day it is due, as exactly as it is known."""
        return PartialDate(self.due_on, self.due_precision or Precision.DAY.value)

    @property
    def stage(self) -> "Renewal.Stage":
        """How far it has come: the last step that has a day."""
        for name, _label in reversed(STEPS):
            if getattr(self, name) is not None:
                return Renewal.Stage(name)
        return Renewal.Stage.NOT_BEGUN
