"""妇女之家 of firms and social organisations are a kind; and a 妇女之家 is called by its level, too."""

from django.db import migrations

FIRM_HOME = {
    "code": "firm_home",
    "name": "非公和社会组织妇女之家",
    "aliases": [
        "非公经济组织妇女之家",
        "非公企业妇女之家",
        "非公妇女之家",
        "企业妇女之家",
        "社会组织妇女之家",
        "两新组织妇女之家",
        "两新妇女之家",
    ],
    "order": 5,
}
WOMEN_HOME = "women_home"
CALLED = [
    "村（社区）妇女之家",
    "村妇女之家",
    "社区妇女之家",
    "乡镇（街道）妇女之家",
    "镇街妇女之家",
    "乡镇妇女之家",
    "街道妇女之家",
]


def add_rows(apps, schema_editor):
    kind = apps.get_model("homes", "HomeKind")
    others = {word for row in kind.objects.all() for word in (row.name, *row.aliases)}
    if FIRM_HOME["name"] not in others:
        # What an administrator has given to another kind stays there.
        free = [word for word in FIRM_HOME["aliases"] if word not in others]
        kind.objects.get_or_create(code=FIRM_HOME["code"], defaults={**FIRM_HOME, "aliases": free})
    row = kind.objects.get(code=WOMEN_HOME)
    row.aliases = [*row.aliases, *(word for word in CALLED if word not in others)]
    row.save()


def remove_rows(apps, schema_editor):
    """A kind that places belong to stays: a row more does the release before no harm."""
    kind = apps.get_model("homes", "HomeKind")
    kind.objects.filter(code=FIRM_HOME["code"], homes=None).delete()
    row = kind.objects.get(code=WOMEN_HOME)
    row.aliases = [word for word in row.aliases if word not in CALLED]
    row.save()


class Migration(migrations.Migration):
    dependencies = [("homes", "0005_version_rules")]
    operations = [migrations.RunPython(add_rows, remove_rows)]
