"""The option lists as they are first laid down; an administrator extends them afterwards."""

from django.db import migrations

from federation.exchange.options import SEEDS


def add_options(apps, schema_editor):
    option = apps.get_model("exchange", "Option")
    option.objects.bulk_create(
        option(
            list_key=list_key,
            code=seed.code,
            label=seed.label,
            aliases=list(seed.aliases),
            order=order,
        )
        for list_key, seeds in SEEDS.items()
        for order, seed in enumerate(seeds)
    )


def remove_options(apps, schema_editor):
    apps.get_model("exchange", "Option").objects.filter(list_key__in=list(SEEDS)).delete()


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_create_tables")]
    operations = [migrations.RunPython(add_options, remove_options)]
