"""Targets carry an id for the change log, stand once per level, and more of them have sources."""

from decimal import Decimal

from django.db import migrations, models

from federation.identity import uuid7

# Only what a source says; a band for ORG-12, whose width the indicator declares.
TARGETS = (
    ("ORG-01", "100", "乡镇街道妇联组建率 100%"),
    ("ORG-07", "100", "按时换届"),
    ("ORG-11", "100", "领导机构健全"),
    ("ORG-12", "25", "镇街执委约 25 人"),
    ("POS-02", "100", "镇街妇女之家全覆盖"),
    ("POS-03", "100", "妇女之家“五有”全部达标"),
    ("FUND-01R", "1.00", "妇女人均工作经费不低于 1 元"),
    ("FUND-03D", "85", "区县妇女工作经费纳入财政预算"),
)


def name_targets(apps, schema_editor):
    target = apps.get_model("coverage", "Target")
    for row in target.objects.all():
        row.uid = uuid7()
        row.save(update_fields=["uid"])
    for indicator, value, source in TARGETS:
        target.objects.get_or_create(
            indicator=indicator,
            kind_group="",
            year=None,
            defaults={"value": Decimal(value), "source": source, "uid": uuid7()},
        )


def take_back(apps, schema_editor):
    codes = [indicator for indicator, _value, _source in TARGETS]
    target = apps.get_model("coverage", "Target")
    target.objects.filter(indicator__in=codes, kind_group="", year=None).delete()


class Migration(migrations.Migration):
    dependencies = [("coverage", "0003_freeze_months")]

    operations = [
        migrations.AddField(
            model_name="target",
            name="uid",
            field=models.UUIDField(default=uuid7, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="target",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.RunPython(name_targets, take_back),
        migrations.AlterField(
            model_name="target",
            name="uid",
            field=models.UUIDField(default=uuid7, editable=False, unique=True),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                condition=models.Q(("year", None)),
                fields=("indicator", "kind_group"),
                name="one_target_per_level_for_all_years",
            ),
        ),
    ]
