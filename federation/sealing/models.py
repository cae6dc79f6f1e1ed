from django.db import models
from django.utils.translation import gettext_lazy as _


class KeyMark(models.Model):
    """A key this database was written with: a ring that lacks one of them refuses to start."""

    fingerprint = models.CharField(_("密钥指纹"), max_length=16, unique=True)
    marked_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("密钥登记")

    def __str__(self) -> str:
        return self.fingerprint
