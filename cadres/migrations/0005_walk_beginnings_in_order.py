"""A page of people found by a beginning is read from its index in order, however many there are."""

from django.db import migrations, models

TEXT, OTHER_TEXT, KEY = "varchar_pattern_ops", "varchar_ops", "int8_ops"
INDEXES = {
    "person_by_name": {"name": TEXT, "id": KEY},
    "person_by_given_name": {"name_backwards": TEXT, "id": KEY},
    "person_by_initials": {"initials": TEXT, "pinyin": OTHER_TEXT, "id": KEY},
    "person_by_pinyin": {"pinyin": TEXT, "id": KEY},
}


class Migration(migrations.Migration):
    dependencies = [("cadres", "0004_add_ranks")]

    operations = [
        *(migrations.RemoveIndex(model_name="person", name=name) for name in INDEXES),
        *(
            migrations.AddIndex(
                model_name="person",
                index=models.Index(
                    fields=list(columns), name=name, opclasses=list(columns.values())
                ),
            )
            for name, columns in INDEXES.items()
        ),
    ]
