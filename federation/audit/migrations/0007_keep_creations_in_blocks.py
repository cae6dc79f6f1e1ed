"""Creations of an import lie in blocks, a thousand in a row; going back each has its row again."""

from uuid import UUID

import django.db.models.deletion
import numpy as np
from django.conf import settings
from django.db import migrations, models

from federation.identity import uuid7_batch
from federation.sealing.boxes import seal, unseal


def give_back(apps, schema_editor):
    """Write every creation of a block as a change of its own; its image goes into an old block.

    It must stand before whatever was changed later, where a block has one key for a thousand: all
    of them get keys below those of other changes, the newest block the highest.
    """
    blocks = apps.get_model("audit", "CreationBlock").objects
    first = apps.get_model("audit", "Change").objects.aggregate(first=models.Min("pk"))["first"]
    last = min(first or 1, 1)
    for key in list(blocks.order_by("-pk").values_list("pk", flat=True)):
        block = blocks.get(pk=key)
        last -= block.count
        _give_back(apps, block, last)
        apps.get_model("audit", "CreationPlace").objects.filter(block=key).delete()
        blocks.filter(pk=key).delete()
    if schema_editor.connection.vendor == "postgresql":
        # Its table goes next: whoever still refers to a row of it is looked for now, not later.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _give_back(apps, block, first):
    images = apps.get_model("audit", "ImageBlock").objects.create(body=b"")
    body = unseal(f"audit_creationblock.body.{block.first_uid.hex}", bytes(block.body))
    images.body = seal(f"audit_imageblock.body.{images.pk}", body)
    images.save()
    uids = bytes(block.uids)
    owners, branches = (
        _keys(packed, block.count) for packed in (block.organisations, block.branches)
    )
    Change = apps.get_model("audit", "Change")
    Change.objects.bulk_create(
        Change(
            pk=first + at,
            uid=uid,
            batch=block.batch,
            actor_id=block.actor_id,
            actor_label=block.actor_label,
            at=block.at,
            model=block.model,
            object_uid=UUID(bytes=uids[16 * at : 16 * at + 16]),
            organisation_id=owners[at],
            branch_id=branches[at],
            operation="create",
            block_id=images.pk,
            position=at,
        )
        for at, uid in enumerate(uuid7_batch(block.count))
    )


def _keys(packed, count):
    told = bytes(packed)
    return [key or None for key in np.frombuffer(told, "<i8").tolist()] if told else [None] * count


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
        migrations.RunPython(migrations.RunPython.noop, give_back),
    ]
