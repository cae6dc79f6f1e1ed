"""Adds what organisations entered themselves: values imports changed, and choices row by row."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import federation.identity


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0008_note_origins"),
        migrations.swappable_dependency(settings.ORGANISATION_MODEL),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Overruled",
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
                ("model", models.CharField(max_length=60)),
                ("object_uid", models.UUIDField()),
                ("shown", models.CharField(max_length=60)),
                ("entered_label", models.CharField(max_length=60, verbose_name="填报人")),
                ("entered_at", models.DateTimeField(verbose_name="填报时间")),
                ("changed_label", models.CharField(max_length=60, verbose_name="导入人")),
                ("changed_at", models.DateTimeField(verbose_name="导入时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待核对"),
                            ("fine", "没问题"),
                            ("wrong", "有误"),
                            ("restored", "已恢复原值"),
                            ("kept", "保持导入的值"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "answered_label",
                    models.CharField(blank=True, max_length=60, verbose_name="答复人"),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                (
                    "settled_label",
                    models.CharField(blank=True, max_length=60, verbose_name="处理人"),
                ),
                ("settled_at", models.DateTimeField(null=True, verbose_name="处理时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="overruled",
                        to="exchange.batch",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changed_from",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                        verbose_name="导入单位",
                    ),
                ),
                (
                    "entered_by",
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
                        to="orgs.organisation",
                        verbose_name="单位",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "上级导入改动的值",
                "verbose_name_plural": "上级导入改动的值",
                "indexes": [
                    models.Index(fields=["organisation", "state"], name="overruled_to_answer")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "object_uid", "shown"), name="one_overruled_per_value"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "fine", "wrong", "restored", "kept"])
                        ),
                        name="overruled_in_known_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RowChoice",
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
                ("marks", models.JSONField(default=list)),
                ("by_label", models.CharField(max_length=60)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="choices",
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
                "verbose_name": "采用表中内容的行",
                "verbose_name_plural": "采用表中内容的行",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "sheet_no", "row_no"), name="one_choice_per_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("row_no__gt", 0)), name="choice_of_a_row"
                    ),
                ],
            },
        ),
    ]
