"""Appointments are found by organisation and branch through one index each.

Whoever takes the index of a column away takes its partial unique index along: that of the one
head in office is made anew.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cadres", "0009_check_references_together"),
        ("orgs", "0012_index_references_once"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="appointment", name="one_head_in_office"),
        migrations.AlterField(
            model_name="appointment",
            name="branch",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="orgs.organisation",
                verbose_name="组织",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("branch__isnull", False)),
                fields=["branch"],
                name="appointment_by_branch",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_head", True), ("until_on", None)),
                fields=["organisation"],
                name="one_head_in_office",
            ),
        ),
    ]
