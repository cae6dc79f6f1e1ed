"""Terms of committees, and what was reported about an organisation."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedModel, ScopedQuerySet
from federation.identity import uuid7
from federation.sealing.fields import SealedField, SealedModel
from orgs.models.dates import Precision
from orgs.models.tree import Organisation


class TermQuerySet(ScopedQuerySet):
    """Questions about terms."""

    def containing(self, day: date) -> Self:
        """Terms that run on ``day``: first day counts, the due day does not, an end cuts short."""
        return self.filter(starts_on__lte=day, due_on__gt=day).filter(
            Q(ended_on=None) | Q(ended_on__gt=day)
        )


class Term(ScopedModel):
    """One term (届) of an organisation's committee, [starts_on, due_on), cut short by ended_on.

    An approved delay moves the day from which it is overdue, not the due day.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # The constraint below indexes it, too.
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        db_index=False,
        related_name="terms",
        verbose_name=_("组织"),
    )
    branch = models.ForeignKey(
        Organisation, models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    number = models.PositiveSmallIntegerField(_("届次"), null=True, blank=True)
    starts_on = models.DateField(_("换届日期"))
    starts_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY
    )
    due_on = models.DateField(_("届满日期"))
    delayed_until_on = models.DateField(_("经批准延期至"), null=True, blank=True)
    ended_on = models.DateField(_("实际结束"), null=True, blank=True)
    from_report = models.BooleanField(_("仅据上报"), default=False, editable=False)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("届次")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "starts_on"], name="one_term_per_start"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("starts_on")), name="term_is_due_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(delayed_until_on=None) | Q(delayed_until_on__gt=F("due_on")),
                name="term_is_delayed_beyond_its_due_day",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gt=F("starts_on")),
                name="term_ends_after_it_starts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["branch"], condition=Q(branch__isnull=False), name="term_by_branch"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.starts_on:%Y-%m}"


class ReportedFact(SealedModel, ScopedModel):
    """One filled cell of a report about one organisation, as of a day.

    ``key`` is FORMAT's key. ``text`` is the value as reported (ISO dates with the precision
    written, money in yuan, true/false); ``number`` the same for sums (money in 分, yes = 1).
    Telephone numbers stand in ``secret`` only, ``text`` holds their mask.
    """

    # A report names the chair: its lines in the change log are for those who may see people.
    personal = True

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    # The constraint below indexes it, too.
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        db_index=False,
        related_name="reported_facts",
        verbose_name=_("组织"),
    )
    branch = models.ForeignKey(
        Organisation, models.PROTECT, null=True, db_index=False, related_name="+", editable=False
    )
    key = models.CharField(_("项目"), max_length=40)
    as_of = models.DateField(_("截至日期"))
    text = models.CharField(_("上报值"), max_length=500, blank=True)
    number = models.BigIntegerField(_("上报数"), null=True)
    secret = SealedField()
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("上报数据")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key", "as_of"], name="one_fact_per_day"
            )
        ]
        indexes = [
            models.Index(
                fields=["branch"], condition=Q(branch__isnull=False), name="fact_by_branch"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.as_of}"
