"""Changes are found by branch where they have one; most have none."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0005_check_references_together"),
        migrations.swappable_dependency(settings.ORGANISATION_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="branch",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.ORGANISATION_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("branch__isnull", False)),
                fields=["branch"],
                name="change_by_branch",
            ),
        ),
    ]
