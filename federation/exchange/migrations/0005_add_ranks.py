"""The options of the rank somebody holds (职级)."""

from django.db import migrations

from federation.exchange.options import SEEDS


def add_ranks(apps, schema_editor):
    option = apps.get_model("exchange", "Option")
    for order, seed in enumerate(SEEDS["rank"]):
        option.objects.get_or_create(
            list_key="rank",
            code=seed.code,
            defaults={"label": seed.label, "aliases": list(seed.aliases), "order": order},
        )


def remove_ranks(apps, schema_editor):
    apps.get_model("exchange", "Option").objects.filter(list_key="rank").delete()


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_ask_about_towns")]
    operations = [migrations.RunPython(add_ranks, remove_ranks)]
