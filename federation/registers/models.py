"""What pages remember: forms already sent, so that a double click makes one record."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Submission(models.Model):
    """A form of one account that was sent and led somewhere."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token = models.UUIDField()
    address = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("已提交的表单")
        constraints = [
            models.UniqueConstraint(fields=["user", "token"], name="one_submission_per_form")
        ]

    def __str__(self) -> str:
        return str(self.token)
