"""Going back, every creation that lies in a block has its row again.

By itself: PostgreSQL alters no table from which the same transaction has taken rows that others
may refer to.
"""

from uuid import UUID

import numpy as np
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
    dependencies = [("audit", "0007_keep_creations_in_blocks")]

    operations = [migrations.RunPython(migrations.RunPython.noop, give_back)]
