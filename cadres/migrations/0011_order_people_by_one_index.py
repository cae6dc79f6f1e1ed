"""People are in the order of the index on their pinyin; a second one like it goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cadres", "0010_index_references_once")]

    operations = [
        migrations.RemoveIndex(model_name="person", name="person_in_order"),
        migrations.RemoveIndex(model_name="person", name="person_by_initials"),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["initials", "pinyin", "id"],
                name="person_by_initials",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops", "int8_ops"],
            ),
        ),
    ]
