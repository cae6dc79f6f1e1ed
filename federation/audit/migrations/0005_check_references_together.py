"""References of the change log are checked once for each statement (PostgreSQL)."""

from django.conf import settings
from django.db import migrations

from federation.bulk.references import CheckReferencesTogether


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_give_images_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.ORGANISATION_MODEL),
    ]

    operations = [CheckReferencesTogether("change", ["actor", "organisation", "branch"])]
