from decimal import Decimal

from django.db import migrations

# 100 only where a source says full coverage; ORG-13 has no target until somebody sets one.
TARGETS = (
    ("ORG-02", "100", "传统领域组织组建率 100%"),
    ("ORG-08", "0", "按时换届，无超期"),
    ("TEAM-01", "100", "村妇联主席全部进“两委”"),
    ("TEAM-02", "100", "社区妇联主席全部进“两委”"),
    ("POS-01", "100", "村（社区）妇女之家全覆盖"),
    ("FUND-01", "1.00", "妇女人均工作经费不低于 1 元"),
)


def seed(apps, schema_editor):
    target = apps.get_model("coverage", "Target")
    for indicator, value, source in TARGETS:
        target.objects.get_or_create(
            indicator=indicator,
            kind_group="",
            year=None,
            defaults={"value": Decimal(value), "source": source},
        )


def unseed(apps, schema_editor):
    target = apps.get_model("coverage", "Target")
    codes = [indicator for indicator, _value, _source in TARGETS]
    target.objects.filter(indicator__in=codes, kind_group="", year=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0001_create_tables"),
    ]

    operations = [migrations.RunPython(seed, unseed)]
