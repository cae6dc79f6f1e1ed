"""Notes of every upload where whoever sent it was posted: from above, it is not for those below."""

import django.db.models.deletion
from django.db import migrations, models


def sender() -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="orgs.organisation",
        verbose_name="上传人所在单位",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0010_collect_files"),
        ("orgs", "0012_index_references_once"),
    ]

    operations = [
        migrations.AddField(model_name=model, name="sent_from", field=sender())
        for model in ("batch", "collection")
    ]
