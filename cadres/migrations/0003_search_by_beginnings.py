"""People are found by the beginning of a name, a given name, pinyin or initials."""

from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Reverse


def read_names_backwards(apps, schema_editor):
    """Fill the new column from the names that stand."""
    apps.get_model("cadres", "Person").objects.update(name_backwards=Reverse("name"))


class Migration(migrations.Migration):
    dependencies = [
        ("cadres", "0002_add_posts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="person",
            name="person_by_name",
        ),
        migrations.RemoveIndex(
            model_name="person",
            name="person_by_initials",
        ),
        migrations.AddField(
            model_name="person",
            name="name_backwards",
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["name"], name="person_by_name", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["name_backwards"],
                name="person_by_given_name",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["initials"], name="person_by_initials", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["pinyin"], name="person_by_pinyin", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["pinyin", "id"], name="person_in_order"),
        ),
        migrations.RunPython(read_names_backwards, migrations.RunPython.noop),
    ]
