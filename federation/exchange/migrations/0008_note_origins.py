"""From which cell every value came is noted from now on, for as long as the value lives."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0007_keep_corrections"),
    ]

    operations = [
        migrations.CreateModel(
            name="OriginBlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=60)),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("body", models.BinaryField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="origin_blocks",
                        to="exchange.batch",
                    ),
                ),
            ],
            options={
                "verbose_name": "数据来源",
                "verbose_name_plural": "数据来源",
                "indexes": [
                    models.Index(
                        fields=["batch", "model", "first_id", "last_id"], name="origin_by_record"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_id__gte", models.F("first_id"))),
                        name="origins_in_order",
                    )
                ],
            },
        ),
    ]
