"""References of terms and reported facts are checked once for each statement (PostgreSQL)."""

from django.db import migrations

from federation.bulk.references import CheckReferencesTogether


class Migration(migrations.Migration):
    dependencies = [("orgs", "0010_count_host_units")]

    operations = [
        CheckReferencesTogether("term", ["organisation", "branch"]),
        CheckReferencesTogether("reportedfact", ["organisation", "branch"]),
    ]
