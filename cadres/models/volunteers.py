"""Volunteers: who helps an organisation, registered by her own name (实名)."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cadres.models.people import Person
from federation.access.scope import ScopedModel, ScopedQuerySet
from federation.exchange.cleaners.dates import PartialDate
from federation.identity import uuid7
from federation.sealing.fields import SealedField, SealedModel
from federation.sealing.masking import mask_id_number, mask_phone
from orgs.models import Organisation, Precision


class VolunteerQuerySet(ScopedQuerySet):
    """Questions about volunteers."""

    def current_on(self, day: date) -> Self:
        """Volunteers who have not left by ``day``: the day of leaving does not count."""
        return self.filter(Q(until_on=None) | Q(until_on__gt=day))


class Volunteer(SealedModel, ScopedModel):
    """One volunteer of one organisation. She need hold no post, and may be a man.

    ``person`` is set where somebody of the register has the same ID number.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="volunteers", verbose_name=_("组织")
    )
    branch = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", editable=False
    )
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="volunteering",
        verbose_name=_("人员"),
    )
    name = models.CharField(_("姓名"), max_length=40)
    id_number = SealedField(verbose_name=_("身份证号"))
    id_number_digest = models.BinaryField(max_length=32, null=True, editable=False)
    id_number_masked = models.CharField(_("身份证号"), max_length=20, blank=True, editable=False)
    phone = SealedField(verbose_name=_("联系电话"))
    phone_digest = models.BinaryField(max_length=32, null=True, editable=False)
    phone_masked = models.CharField(_("联系电话"), max_length=24, blank=True, editable=False)
    team = models.CharField(_("志愿服务队"), max_length=80, blank=True)
    since_on = models.DateField(_("加入日期"), null=True, blank=True)
    since_precision = models.CharField(
        max_length=8, choices=Precision.choices, default=Precision.DAY, blank=True, editable=False
    )
    hours = models.DecimalField(
        _("服务时长（小时）"), max_digits=8, decimal_places=1, null=True, blank=True
    )
    skills = models.CharField(_("特长"), max_length=200, blank=True)
    until_on = models.DateField(_("退出日期"), null=True, blank=True)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    personal = True
    # Who she is in a committee is told by her own page, to those who may see her there.
    silent_columns = ("person_id",)
    sealed_columns = {
        "id_number": ("id_number", mask_id_number),
        "phone": ("phone", mask_phone),
    }
    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("志愿者")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "id_number_digest"],
                condition=Q(until_on=None, id_number_digest__isnull=False),
                name="one_current_volunteer_per_number",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(since_on=None) | Q(until_on__gte=F("since_on")),
                name="volunteer_leaves_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.branch_id = self.organisation.branch_id
        super().save(*args, **kwargs)

    @property
    def since(self) -> str:
        """The day she joined, as exactly as it is known; "" where nobody said."""
        if self.since_on is None:
            return ""
        return PartialDate(self.since_on, self.since_precision or "day").iso()
