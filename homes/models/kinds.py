"""The kinds of places; data rows that an administrator extends."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HomeKind(models.Model):
    """A kind of place. ``aliases``: words that tell it when they stand in a place's name."""

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    aliases = models.JSONField(_("其他叫法"), default=list, blank=True)
    is_cluster = models.BooleanField(_("由多个微家组成"), default=False)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = verbose_name_plural = _("阵地类型")

    def __str__(self) -> str:
        return self.name

    def words(self) -> list[str]:
        """The name and the other words by which a place of this kind is called."""
        return [self.name, *self.aliases]
