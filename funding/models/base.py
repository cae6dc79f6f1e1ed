"""What all records of money share."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedModel
from federation.identity import uuid7
from orgs.models import Organisation

NOT_NEGATIVE = [MinValueValidator(0, _("金额不能为负数。"))]


class FundingRecord(ScopedModel):
    """What all records of money share: an identity, a version, whose it is, which import."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="%(class)ss", verbose_name=_("组织")
    )
    branch = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", editable=False
    )
    remark = models.CharField(_("备注"), max_length=500, blank=True)
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.branch_id = self.organisation.branch_id
        super().save(*args, **kwargs)
