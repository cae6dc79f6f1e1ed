"""Stored numbers take a tenth of the room: see federation/coverage/packing.py."""

import numpy as np
from django.db import migrations

from federation.coverage.packing import pack, unpack

BLOCK = 2000


def each_row(apps, change):
    rows = apps.get_model("coverage", "CoverageRow").objects
    last = 0
    while block := list(rows.filter(pk__gt=last).order_by("pk")[:BLOCK]):
        for row in block:
            row.own, row.total = change(bytes(row.own)), change(bytes(row.total))
        rows.bulk_update(block, ["own", "total"])
        last = block[-1].pk


def pack_numbers(apps, schema_editor):
    each_row(apps, lambda stored: pack(np.frombuffer(stored, dtype="<i8")))


def unpack_numbers(apps, schema_editor):
    each_row(apps, lambda stored: unpack(stored).astype("<i8").tobytes())


class Migration(migrations.Migration):
    dependencies = [("coverage", "0004_name_targets")]

    operations = [migrations.RunPython(pack_numbers, unpack_numbers)]
