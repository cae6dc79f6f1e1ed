"""How staff write the roles a federation starts with; an administrator adds more."""

from django.db import migrations

ROLES = [
    (
        "village_clerk",
        "村（社区）填报员",
        ["填报员", "村填报员", "社区填报员", "村级填报员", "村级"],
    ),
    (
        "town_officer",
        "镇街干部",
        ["乡镇干部", "街道干部", "镇街管理员", "镇街", "乡镇（街道）干部"],
    ),
    ("district_officer", "区县干部", ["区干部", "县干部", "区县管理员", "区县"]),
    ("city_officer", "市级干部", ["市干部", "市级管理员", "市级"]),
    ("leader", "领导", ["分管领导", "领导干部"]),
    ("auditor", "审计员", ["审计"]),
    ("administrator", "系统管理员", ["管理员"]),
]


def add_options(apps, schema_editor):
    Option = apps.get_model("exchange", "Option")
    for order, (code, label, aliases) in enumerate(ROLES):
        Option.objects.get_or_create(
            list_key="role",
            code=code,
            defaults={"label": label, "aliases": aliases, "order": order},
        )


def remove_options(apps, schema_editor):
    apps.get_model("exchange", "Option").objects.filter(list_key="role").delete()


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_add_options")]
    operations = [migrations.RunPython(add_options, remove_options)]
