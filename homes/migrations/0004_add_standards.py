"""Further kinds of places, and the five things a 妇女之家 must have, as first laid down."""

from datetime import date

from django.db import migrations

# code, name, words that tell the kind in a name, made of several micro-homes
KINDS = [
    ("children_home", "儿童之家", ["儿童快乐家园"], False),
    ("left_behind_home", "留守妇女儿童之家", ["留守儿童之家", "留守妇女之家"], False),
    ("micro_home", "妇女微家", ["微家"], False),
    ("micro_cluster", "妇女微家集群", ["微家集群"], True),
    ("member_studio", "执委工作室", ["主席工作室", "执委工作站"], False),
    ("online_home", "网上妇女之家", ["云上妇女之家", "线上妇女之家"], False),
    ("service_complex", "妇女儿童综合服务体", ["综合服务体", "渝好空间"], False),
    ("project_site", "妇女儿童工作示范项目点", ["示范项目点"], False),
    ("child_community", "儿童友好社区", [], False),
    ("mobile_service", "流动服务点", ["流动妇女之家"], False),
]
STANDARD = "five_haves"
ITEMS = [
    ("place", "固定场所"),
    ("equipment", "必要设备"),
    ("system", "管理制度"),
    ("activity", "丰富活动"),
    ("sign", "统一标识牌子"),
]


def add_rows(apps, schema_editor):
    kind = apps.get_model("homes", "HomeKind")
    for order, (code, name, aliases, is_cluster) in enumerate(KINDS, 1):
        row = {"name": name, "aliases": aliases, "is_cluster": is_cluster, "order": order * 10}
        # An administrator may have added the kind by hand before.
        if not kind.objects.filter(name=name).exists():
            kind.objects.get_or_create(code=code, defaults=row)
    standard = apps.get_model("homes", "Standard").objects.create(
        code=STANDARD,
        name="五有",
        number=1,
        starts_on=date(2012, 1, 1),
        source="妇联组织建设文件：妇女之家“五有”",
    )
    item = apps.get_model("homes", "StandardItem")
    for order, (code, name) in enumerate(ITEMS, 1):
        item.objects.create(standard=standard, code=code, name=name, order=order * 10)


def remove_rows(apps, schema_editor):
    apps.get_model("homes", "Standard").objects.filter(code=STANDARD).delete()
    codes = [row[0] for row in KINDS]
    apps.get_model("homes", "HomeKind").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("homes", "0003_widen_homes")]
    operations = [migrations.RunPython(add_rows, remove_rows)]
