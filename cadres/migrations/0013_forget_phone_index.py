"""Nobody looks people up by their telephone: an index on its digest only slows every import.

The table stays as it is: SQLite would make it anew, with everything that hangs on it.
"""

from django.db import migrations, models

INDEX = "cadres_person_phone_digest_2cb29794"


class Migration(migrations.Migration):
    dependencies = [("cadres", "0012_index_accounts_of_people")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="person",
                    name="phone_digest",
                    field=models.BinaryField(max_length=32, null=True),
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX {INDEX}", f"CREATE INDEX {INDEX} ON cadres_person (phone_digest)"
                ),
            ],
        ),
    ]
