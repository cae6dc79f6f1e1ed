"""The headings of workbooks are remembered for an organisation, no longer for everybody."""

from django.conf import settings
from django.db import migrations, models


def forget(apps, schema_editor):
    """What was remembered for everybody goes: nobody can say any more whose files it was about.

    It would map the columns of every district by what one clerk once chose. The headings are
    guessed again, and remembered for her organisation the next time she confirms them.
    """
    apps.get_model("exchange", "HeadingMemory").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0005_add_ranks"),
        migrations.swappable_dependency(settings.ORGANISATION_MODEL),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="headingmemory", name="one_memory_per_heading"),
        migrations.AddField(
            model_name="headingmemory",
            name="organisation",
            field=models.ForeignKey(
                on_delete=models.deletion.CASCADE,
                related_name="+",
                to=settings.ORGANISATION_MODEL,
                verbose_name="范围",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="headingmemory",
            constraint=models.UniqueConstraint(
                fields=["organisation", "sheet", "fingerprint"], name="one_memory_per_heading"
            ),
        ),
        # Going back, what several organisations remember is more than there is room for.
        migrations.RunPython(migrations.RunPython.noop, forget),
    ]
