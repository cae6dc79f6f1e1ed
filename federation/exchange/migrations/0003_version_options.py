"""Options are changed by people: each gets an id and a version."""

from django.db import migrations, models

from federation.identity import uuid7


def name_rows(apps, schema_editor):
    model = apps.get_model("exchange", "Option")
    for row in model.objects.filter(uid=None):
        row.uid = uuid7()
        row.save(update_fields=["uid"])


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_add_options")]
    operations = [
        migrations.AddField(
            model_name="option",
            name="uid",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(name_rows, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="option",
            name="uid",
            field=models.UUIDField(default=uuid7, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name="option",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
    ]
