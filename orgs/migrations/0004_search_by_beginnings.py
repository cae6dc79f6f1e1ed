"""Organisations are found by the beginning of a name, pinyin or initials."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0003_index_covered_units"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="organisation",
            name="organisation_by_name",
        ),
        migrations.RemoveIndex(
            model_name="organisation",
            name="organisation_by_initials",
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                fields=["name"], name="organisation_by_name", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                fields=["short_name"],
                name="organisation_by_short_name",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                fields=["initials"],
                name="organisation_by_initials",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(
                fields=["pinyin"], name="organisation_by_pinyin", opclasses=["varchar_pattern_ops"]
            ),
        ),
    ]
