"""The one kind of place that this release counts."""

from django.db import migrations

CODE = "women_home"


def add_kinds(apps, schema_editor):
    kind = apps.get_model("homes", "HomeKind")
    kind.objects.create(code=CODE, name="妇女之家", order=0)


def remove_kinds(apps, schema_editor):
    apps.get_model("homes", "HomeKind").objects.filter(code=CODE).delete()


class Migration(migrations.Migration):
    dependencies = [("homes", "0001_create_tables")]
    operations = [migrations.RunPython(add_kinds, remove_kinds)]
