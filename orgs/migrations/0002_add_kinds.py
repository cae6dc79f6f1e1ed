"""The kinds of organisations with their default rules; every number can be edited afterwards.

A group gathers kinds that stand on one level. Indicators and rules name groups, never depths, so
that a city with prefectures between, or without districts, needs no other rule.
"""

from django.db import migrations

WOMEN = "妇女联合会"
COMMITTEE = "妇女委员会"

# code, name, group, suffix, groups of the parent, executive committee from, to
PLACES = [
    ("10", "全国妇联", "nation", WOMEN, [], None, None),
    ("20", "省级妇联", "province", WOMEN, ["nation"], None, None),
    ("30", "地市妇联", "city", WOMEN, ["province"], None, None),
    ("40", "区县妇联", "district", WOMEN, ["province", "city"], None, None),
    ("50", "乡镇妇联", "town", WOMEN, ["district", "city"], 25, None),
    ("51", "街道妇联", "town", WOMEN, ["district", "city"], 25, None),
    ("60", "村妇联", "village", WOMEN, ["town", "district"], 10, 15),
    ("61", "社区妇联", "village", WOMEN, ["town", "district"], 10, 15),
    ("62", "妇代会", "village", "妇女代表会", ["town", "district"], None, None),
    ("65", "妇女小组", "group", "", ["village"], None, None),
]
LEADING = ["province", "city", "district", "town", "village", "unit"]
UNITS = [
    ("70", "机关妇委会", "unit", COMMITTEE, LEADING, 3, None),
    ("71", "事业单位妇委会", "unit", COMMITTEE, LEADING, 3, None),
    ("72", "妇女工作委员会", "unit", "妇女工作委员会", LEADING, 3, None),
    ("73", "系统妇联", "unit", WOMEN, LEADING, None, None),
    ("74", "高校妇联", "unit", WOMEN, LEADING, None, None),
    ("80", "企业妇联", "unit", WOMEN, LEADING, None, None),
    ("81", "园区妇联", "unit", WOMEN, LEADING, None, None),
    ("82", "楼宇妇联", "unit", WOMEN, LEADING, None, None),
    ("83", "商圈市场妇联", "unit", WOMEN, LEADING, None, None),
    ("84", "行业协会妇联", "unit", WOMEN, LEADING, None, None),
    ("85", "商会妇联", "unit", WOMEN, LEADING, None, None),
    ("86", "合作社妇联", "unit", WOMEN, LEADING, None, None),
    ("87", "社会组织妇联", "unit", WOMEN, LEADING, None, None),
    ("88", "新就业群体妇联", "unit", WOMEN, LEADING, None, None),
    ("90", "团体会员", "member", "", LEADING, None, None),
    ("91", "女职工委员会", "member", "女职工委员会", LEADING, None, None),
    ("95", "网上妇联", "online", WOMEN, LEADING, None, None),
]


def kind_rows():
    """The rows as keyword arguments of Kind, in the order in which lists show them."""
    for order, row in enumerate(PLACES + UNITS):
        code, name, group, suffix, parents, least, most = row
        yield {
            "code": code,
            "name": name,
            "group": group,
            "suffix": suffix,
            "parent_groups": parents,
            "is_branch": code == "40",
            "is_place": row in PLACES,
            "term_years": 5,
            "committee_min": least,
            "committee_max": most,
            "order": order * 10,
        }


def add_kinds(apps, schema_editor):
    kind = apps.get_model("orgs", "Kind")
    kind.objects.bulk_create([kind(**row) for row in kind_rows()])


def remove_kinds(apps, schema_editor):
    codes = [row["code"] for row in kind_rows()]
    apps.get_model("orgs", "Kind").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_create_tables")]
    operations = [migrations.RunPython(add_kinds, remove_kinds)]
