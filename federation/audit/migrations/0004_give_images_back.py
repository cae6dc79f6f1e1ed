"""Going back, every image that lies in a block returns to the change it belongs to."""

import zlib

import msgpack
from django.db import migrations

from federation.sealing.boxes import seal, unseal

AT_ONCE = 2000


def give_back(apps, schema_editor):
    """Seal each image of a block by itself, as releases before kept all of them."""
    Change = apps.get_model("audit", "Change")
    bodies = dict(apps.get_model("audit", "ImageBlock").objects.values_list("id", "body"))
    known = {}
    changes = Change.objects.exclude(block=None).order_by("pk")
    last = 0
    while some := list(changes.filter(pk__gt=last)[:AT_ONCE]):
        last = some[-1].pk
        known = {key: _unpacked(key, bodies[key], known) for key in {c.block_id for c in some}}
        for change in some:
            names, _uids, columns = known[change.block_id]
            image = {
                name: column[change.position] for name, column in zip(names, columns, strict=True)
            }
            side = "after" if change.operation == "create" else "before"
            place = f"audit_change.{side}.{change.uid.hex}"
            setattr(change, side, seal(place, msgpack.packb(image)))
            change.block_id = change.position = None
        Change.objects.bulk_update(some, ["before", "after", "block_id", "position"], 100)


def _unpacked(key, body, known):
    if key in known:
        return known[key]
    packed = unseal(f"audit_imageblock.body.{key}", bytes(body))
    uids, small, apart = msgpack.unpackb(packed, strict_map_key=False)
    names, columns = msgpack.unpackb(zlib.decompress(small))
    return names, uids, [apart.get(at, column) for at, column in enumerate(columns)]


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_keep_images_in_blocks")]

    operations = [migrations.RunPython(migrations.RunPython.noop, give_back)]
