"""One mark without an organisation stands for a recount of everything."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def name_each(apps, schema_editor):
    """Back to a mark for each organisation; no change may go uncounted."""
    marks = apps.get_model("coverage", "DirtyOrganisation").objects
    if marks.filter(organisation=None).exists():
        organisations = apps.get_model(settings.ORGANISATION_MODEL).objects
        keys = organisations.values_list("pk", flat=True)
        marks.bulk_create((marks.model(organisation_id=pk) for pk in keys), batch_size=1000)
        marks.filter(organisation=None).delete()
        # PostgreSQL alters no table whose references are still to be checked.
        schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0005_pack_numbers"),
        migrations.swappable_dependency(settings.ORGANISATION_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="dirtyorganisation",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.ORGANISATION_MODEL,
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, name_each),
    ]
