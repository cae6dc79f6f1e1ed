"""Creations of an import lie in blocks, a thousand in a row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0006_index_references_once"),
        migrations.swappable_dependency(settings.ORGANISATION_MODEL),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreationBlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("batch", models.UUIDField(verbose_name="批次")),
                ("actor_label", models.CharField(max_length=60, verbose_name="谁")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("model", models.CharField(max_length=60)),
                ("count", models.PositiveSmallIntegerField()),
                ("first_uid", models.UUIDField()),
                ("last_uid", models.UUIDField()),
                ("uids", models.BinaryField()),
                ("organisations", models.BinaryField()),
                ("branches", models.BinaryField()),
                ("body", models.BinaryField()),
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
            ],
            options={
                "verbose_name": "成批新增",
                "verbose_name_plural": "成批新增",
            },
        ),
        migrations.CreateModel(
            name="CreationPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.PositiveSmallIntegerField()),
                (
                    "block",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="audit.creationblock",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.ORGANISATION_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "成批新增所在单位",
                "verbose_name_plural": "成批新增所在单位",
            },
        ),
        migrations.AddIndex(
            model_name="creationblock",
            index=models.Index(fields=["batch", "model"], name="creations_by_batch"),
        ),
        migrations.AddIndex(
            model_name="creationblock",
            index=models.Index(fields=["last_uid", "first_uid"], name="creations_by_uid"),
        ),
        migrations.AddConstraint(
            model_name="creationblock",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gt", 0), ("last_uid__gte", models.F("first_uid"))),
                name="creations_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="creationplace",
            constraint=models.UniqueConstraint(
                fields=("organisation", "block"), name="one_place_per_block"
            ),
        ),
    ]
