"""The kinds of places; data rows that an administrator extends."""

import json
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from federation.access.scope import RuleQuerySet
from federation.identity import uuid7


class WordsField(models.JSONField):
    """A list of words, which the change log shows side by side."""

    def in_words(self, value: Any) -> str:
        """``微家、姐妹微家``."""
        return "、".join(json.loads(value) if isinstance(value, str) else value)


class HomeKindQuerySet(RuleQuerySet):
    """Questions about kinds."""

    def offered_on(self, day: date) -> Self:
        """Kinds a place may be of on ``day``; from the day a kind ends on it is offered no more."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))


class HomeKind(models.Model):
    """A kind of place. ``aliases``: words that tell it when they stand in a place's name."""

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    code = models.SlugField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    aliases = WordsField(_("其他叫法"), default=list, blank=True)
    is_cluster = models.BooleanField(_("由多个微家组成"), default=False)
    ended_on = models.DateField(_("停用日期"), null=True, blank=True)

    objects = HomeKindQuerySet.as_manager()

    class Meta:
        ordering = ["order", "code"]
        verbose_name = verbose_name_plural = _("阵地类型")

    def __str__(self) -> str:
        return self.name

    def words(self) -> list[str]:
        """The name and the other words by which a place of this kind is called."""
        return [self.name, *self.aliases]

    def is_offered_on(self, day: date) -> bool:
        """As ``HomeKindQuerySet.offered_on``."""
        return self.ended_on is None or day < self.ended_on
