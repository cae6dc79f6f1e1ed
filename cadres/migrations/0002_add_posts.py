"""The posts of a committee as the field numbers them; every rule can be edited afterwards."""

from django.db import migrations

# code, name, order in rosters, head, leading, member of the executive committee
POSTS = [
    ("01", "主席", 10, True, True, True),
    ("02", "副主席", 20, False, True, True),
    ("03", "常委", 30, False, False, True),
    ("04", "执委", 40, False, False, True),
    ("06", "妇代会主任", 11, True, True, True),
    ("07", "妇代会副主任", 21, False, True, True),
    ("08", "妇委会委员", 41, False, False, True),
]


def add_posts(apps, schema_editor):
    post = apps.get_model("cadres", "Post")
    names = ("code", "name", "order", "is_head", "is_leading", "is_committee")
    post.objects.bulk_create(post(**dict(zip(names, row, strict=True))) for row in POSTS)


def remove_posts(apps, schema_editor):
    codes = [row[0] for row in POSTS]
    apps.get_model("cadres", "Post").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("cadres", "0001_create_tables")]
    operations = [migrations.RunPython(add_posts, remove_posts)]
