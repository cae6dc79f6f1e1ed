"""Courses that an organisation held."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from federation.access.scope import ScopedModel
from federation.identity import uuid7
from orgs.models import Organisation


class Course(ScopedModel):
    """One course on one day, with the number of women who came."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="courses", verbose_name=_("组织")
    )
    branch = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", editable=False
    )
    title = models.CharField(_("课程"), max_length=80)
    held_on = models.DateField(_("日期"))
    attended = models.PositiveIntegerField(_("参加人数"))
    batch = models.UUIDField(_("导入批次"), null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("课程")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title", "held_on"], name="one_course_of_a_name_per_day"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.branch_id = self.organisation.branch_id
        super().save(*args, **kwargs)
