"""Appointments tell the rank somebody holds."""

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


class Migration(migrations.Migration):
    dependencies = [
        ("cadres", "0003_search_by_beginnings"),
        ("orgs", "0005_add_ranks_and_delays"),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="rank",
            field=models.CharField(
                blank=True, choices=RANKS, db_default="", max_length=3, verbose_name="职级"
            ),
        ),
    ]
