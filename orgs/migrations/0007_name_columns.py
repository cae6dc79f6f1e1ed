"""Columns that the change log shows have a Chinese name; nothing changes in the database."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0006_version_kinds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="parentlink",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parent_links",
                to="orgs.organisation",
                verbose_name="组织",
            ),
        ),
        migrations.AlterField(
            model_name="parentlink",
            name="parent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="child_links",
                to="orgs.organisation",
                verbose_name="上级",
            ),
        ),
        migrations.AlterField(
            model_name="parentlink",
            name="valid_from",
            field=models.DateField(blank=True, null=True, verbose_name="开始日期"),
        ),
        migrations.AlterField(
            model_name="parentlink",
            name="valid_until",
            field=models.DateField(blank=True, null=True, verbose_name="结束日期"),
        ),
        migrations.AlterField(
            model_name="reportedfact",
            name="number",
            field=models.BigIntegerField(null=True, verbose_name="上报数"),
        ),
        migrations.AlterField(
            model_name="reportedfact",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reported_facts",
                to="orgs.organisation",
                verbose_name="组织",
            ),
        ),
    ]
