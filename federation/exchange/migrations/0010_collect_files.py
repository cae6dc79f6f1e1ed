"""Adds collections: many files taken in at once, each of them a batch."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import federation.identity


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0009_keep_own_entries"),
        ("orgs", "0010_count_host_units"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="ordinal",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="batch",
            name="recognised",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Collection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "uid",
                    models.UUIDField(
                        default=federation.identity.uuid7, editable=False, unique=True
                    ),
                ),
                ("as_of", models.DateField(verbose_name="数据截至")),
                ("actor_label", models.CharField(max_length=60, verbose_name="谁")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待写入"),
                            ("applied", "已写入"),
                            ("undone", "已撤销"),
                            ("dropped", "已放弃"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("chosen", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="上传时间"
                    ),
                ),
                ("applied_at", models.DateTimeField(null=True, verbose_name="写入时间")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                        verbose_name="范围",
                    ),
                ),
            ],
            options={
                "verbose_name": "收表",
                "verbose_name_plural": "收表",
            },
        ),
        migrations.AddField(
            model_name="batch",
            name="collection",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="batches",
                to="exchange.collection",
                verbose_name="收表",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("collection__isnull", False)),
                fields=("collection", "ordinal"),
                name="one_file_per_ordinal",
            ),
        ),
        migrations.AddIndex(
            model_name="collection",
            index=models.Index(fields=["organisation", "-id"], name="collection_by_organisation"),
        ),
    ]
