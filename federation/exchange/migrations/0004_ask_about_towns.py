"""Batches keep what the clerk answered about rows with a town and no village."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_version_options")]
    operations = [
        migrations.AddField(
            model_name="batch",
            name="is_about_towns",
            field=models.BooleanField(
                default=False, verbose_name="没有填村（社区）的行是乡镇（街道）本级"
            ),
        ),
    ]
