"""Adds what people put right: decisions about words, cells typed anew, what a plan was made with."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import federation.identity
import federation.sealing.fields


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.ORGANISATION_MODEL),
        ("exchange", "0006_remember_headings_by_organisation"),
    ]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="made_against",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Decision",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("place", "单位"), ("option", "选项")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("list_key", models.CharField(max_length=30)),
                ("written", models.CharField(max_length=60, verbose_name="表中写法")),
                ("written_key", models.CharField(max_length=60)),
                ("meant_code", models.CharField(max_length=32)),
                ("meant", models.CharField(max_length=120, verbose_name="识别为")),
                ("made_label", models.CharField(max_length=60, verbose_name="谁")),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间"),
                ),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                ("uses", models.PositiveIntegerField(default=0, verbose_name="用过的行数")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.ORGANISATION_MODEL,
                        verbose_name="适用范围",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "认定记录",
                "verbose_name_plural": "认定记录",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["place", "option"])),
                        name="decision_of_known_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("organisation", "kind", "list_key", "written_key"),
                        name="one_decision_per_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RowEdit",
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
                ("sheet_no", models.PositiveSmallIntegerField()),
                ("row_no", models.PositiveIntegerField()),
                ("key", models.CharField(max_length=40)),
                ("value", federation.sealing.fields.SealedField(blank=True, null=True)),
                ("by_label", models.CharField(max_length=60)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edits",
                        to="exchange.batch",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "改过的单元格",
                "verbose_name_plural": "改过的单元格",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "sheet_no", "row_no", "key"), name="one_edit_per_cell"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("row_no__gt", 0)), name="edit_of_a_row"
                    ),
                ],
            },
        ),
    ]
