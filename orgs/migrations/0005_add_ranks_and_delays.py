"""Terms can be delayed with approval; kinds know the rank their head usually has."""

import django.db.models.expressions
from django.db import migrations, models

RANKS = [
    ("121", "厅局级正职"),
    ("122", "厅局级副职"),
    ("131", "县处级正职"),
    ("132", "县处级副职"),
    ("141", "乡科级正职"),
    ("142", "乡科级副职"),
    ("150", "科员级"),
]
# The head of a town's federation is treated as head of a department of the town (正科级).
TOWNS, TOWN_HEAD = ("50", "51"), "141"


def set_ranks(apps, schema_editor):
    apps.get_model("orgs", "Kind").objects.filter(code__in=TOWNS).update(head_rank=TOWN_HEAD)


class Migration(migrations.Migration):
    dependencies = [("orgs", "0004_search_by_beginnings")]

    operations = [
        migrations.AddField(
            model_name="kind",
            name="head_rank",
            field=models.CharField(
                blank=True, choices=RANKS, db_default="", max_length=3, verbose_name="主席一般职级"
            ),
        ),
        migrations.AddField(
            model_name="term",
            name="delayed_until_on",
            field=models.DateField(blank=True, null=True, verbose_name="经批准延期至"),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("delayed_until_on", None),
                    ("delayed_until_on__gt", django.db.models.expressions.F("due_on")),
                    _connector="OR",
                ),
                name="term_is_delayed_beyond_its_due_day",
            ),
        ),
        migrations.RunPython(set_ranks, migrations.RunPython.noop),
    ]
