"""The roles a federation starts with; every flag can be edited afterwards."""

from django.db import migrations

OFFICER = (
    "can_capture",
    "can_import",
    "can_export",
    "can_sensitive",
    "sees_people",
    "manages_accounts",
)

# code, name, what it may do beside viewing
ROLES = [
    (
        "village_clerk",
        "村（社区）填报员",
        ("can_capture", "can_import", "can_export", "sees_people"),
    ),
    ("town_officer", "镇街干部", OFFICER),
    ("district_officer", "区县干部", OFFICER),
    ("city_officer", "市级干部", OFFICER),
    ("leader", "领导", ("can_export", "is_leader")),
    ("auditor", "审计员", ("sees_people", "sees_audit")),
    ("administrator", "系统管理员", ("sees_audit", "manages_accounts")),
]


def add_roles(apps, schema_editor):
    Role = apps.get_model("access", "Role")
    for order, (code, name, flags) in enumerate(ROLES):
        Role.objects.get_or_create(
            code=code, defaults={"name": name, "order": order, **dict.fromkeys(flags, True)}
        )


def remove_roles(apps, schema_editor):
    Role = apps.get_model("access", "Role")
    Role.objects.filter(code__in=[row[0] for row in ROLES], postings=None).delete()


class Migration(migrations.Migration):
    dependencies = [("access", "0001_create_tables")]
    operations = [migrations.RunPython(add_roles, remove_roles)]
