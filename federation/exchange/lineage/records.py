"""What stays of a written workbook for good: from which row and which cells each record came.

Files and plans go after 30 days, this does not; it holds no value of any cell.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OriginBlock(models.Model):
    """Some thousand records of one model that a batch wrote, ``first_id`` to ``last_id``.

    Of each its table, its row and which cells were filled there; of their tables the worksheet
    and where its columns stood. Sealed: a worksheet is at times called by the name of a person.
    """

    batch = models.ForeignKey(
        "exchange.Batch", models.CASCADE, related_name="origin_blocks", db_index=False
    )
    model = models.CharField(max_length=60)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = _("数据来源")
        indexes = [
            models.Index(fields=["batch", "model", "first_id", "last_id"], name="origin_by_record")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_id__gte=models.F("first_id")), name="origins_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.first_id}–{self.last_id}"
