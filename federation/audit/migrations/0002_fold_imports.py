"""An import is one line of the change log: it is found by batch, single changes beside it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_create_tables")]
    operations = [
        migrations.AlterField(
            model_name="change",
            name="batch",
            field=models.UUIDField(null=True, verbose_name="批次"),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["batch", "model"], name="change_by_batch"),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("batch", None)), fields=["-at", "-id"], name="change_by_hand"
            ),
        ),
    ]
