"""Kinds and standards are changed by people: each gets an id and a version; a kind can end."""

from django.db import migrations, models

import homes.models.kinds
from federation.identity import uuid7


def name_rows(apps, schema_editor):
    for name in ("HomeKind", "Standard"):
        for row in apps.get_model("homes", name).objects.filter(uid=None):
            row.uid = uuid7()
            row.save(update_fields=["uid"])


def uid(**fields):
    return models.UUIDField(editable=False, **fields)


class Migration(migrations.Migration):
    dependencies = [("homes", "0004_add_standards")]
    operations = [
        migrations.AddField("homekind", "uid", uid(null=True)),
        migrations.AddField("standard", "uid", uid(null=True)),
        migrations.RunPython(name_rows, migrations.RunPython.noop),
        migrations.AlterField("homekind", "uid", uid(default=uuid7, unique=True)),
        migrations.AlterField("standard", "uid", uid(default=uuid7, unique=True)),
        migrations.AddField(
            "homekind", "version", models.PositiveIntegerField(default=1, editable=False)
        ),
        migrations.AddField(
            "standard", "version", models.PositiveIntegerField(default=1, editable=False)
        ),
        migrations.AddField(
            "homekind",
            "ended_on",
            models.DateField(blank=True, null=True, verbose_name="停用日期"),
        ),
        migrations.AlterField(
            "homekind",
            "aliases",
            homes.models.kinds.WordsField(blank=True, default=list, verbose_name="其他叫法"),
        ),
    ]
