"""References of appointments are checked once for each statement (PostgreSQL)."""

from django.db import migrations

from federation.bulk.references import CheckReferencesTogether


class Migration(migrations.Migration):
    dependencies = [("cadres", "0008_add_profiles"), ("orgs", "0010_count_host_units")]

    operations = [
        CheckReferencesTogether("appointment", ["person", "organisation", "branch", "term", "post"])
    ]
