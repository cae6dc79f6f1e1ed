"""Terms and reported facts are found by organisation and branch through one index each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0011_check_references_together"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reportedfact",
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
            model_name="reportedfact",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reported_facts",
                to="orgs.organisation",
                verbose_name="组织",
            ),
        ),
        migrations.AlterField(
            model_name="term",
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
            model_name="term",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="terms",
                to="orgs.organisation",
                verbose_name="组织",
            ),
        ),
        migrations.AddIndex(
            model_name="reportedfact",
            index=models.Index(
                condition=models.Q(("branch__isnull", False)),
                fields=["branch"],
                name="fact_by_branch",
            ),
        ),
        migrations.AddIndex(
            model_name="term",
            index=models.Index(
                condition=models.Q(("branch__isnull", False)),
                fields=["branch"],
                name="term_by_branch",
            ),
        ),
    ]
