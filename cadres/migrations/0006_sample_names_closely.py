"""PostgreSQL samples names closely enough to know how many share the beginning of one.

With a hundred samples, one that happens to fall on a given name makes it a hundredth of all
people, and the planner reads the whole table for them.
"""

from django.db import migrations

COLUMNS = ("name", "name_backwards")
CLOSELY, AS_SET = 500, -1


def sampled(number):
    """Set the statistics target of the columns, where the engine has one."""

    def change(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            targets = (f"ALTER COLUMN {column} SET STATISTICS {number}" for column in COLUMNS)
            schema_editor.execute(f"ALTER TABLE cadres_person {', '.join(targets)}")
            # A target tells nothing before the next sampling, which a quiet table waits long for.
            schema_editor.execute(f"ANALYZE cadres_person ({', '.join(COLUMNS)})")

    return change


class Migration(migrations.Migration):
    dependencies = [("cadres", "0005_walk_beginnings_in_order")]

    operations = [migrations.RunPython(sampled(CLOSELY), sampled(AS_SET))]
