"""References of the places of creations are checked once for each statement (PostgreSQL)."""

from django.conf import settings
from django.db import migrations

from federation.bulk.references import CheckReferencesTogether


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0008_give_creations_back"),
        migrations.swappable_dependency(settings.ORGANISATION_MODEL),
    ]

    operations = [CheckReferencesTogether("creationplace", ["block", "organisation"])]
