"""Kinds of organisations: data rows with their rules."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from federation.access.scope import RuleQuerySet
from federation.identity import uuid7
from orgs.models.ranks import Rank


class Kind(models.Model):
    """A kind of organisation with its rules; data, editable without a release."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    code = models.CharField(_("代码"), max_length=8, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    group = models.CharField(_("层级"), max_length=20, db_index=True)
    suffix = models.CharField(_("组织名称后缀"), max_length=20, blank=True)
    parent_groups = models.JSONField(_("可隶属的层级"), default=list)
    is_branch = models.BooleanField(_("区县级"), default=False)
    is_place = models.BooleanField(_("有地域"), default=True)
    term_years = models.PositiveSmallIntegerField(_("任期（年）"), default=5)
    committee_min = models.PositiveSmallIntegerField(_("执委至少"), null=True, blank=True)
    committee_max = models.PositiveSmallIntegerField(_("执委至多"), null=True, blank=True)
    # A head who holds a higher rank is 高配.
    head_rank = models.CharField(
        _("主席一般职级"), max_length=3, choices=Rank.choices, blank=True, db_default=""
    )
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]
        verbose_name = verbose_name_plural = _("组织类型")

    def __str__(self) -> str:
        return self.name
