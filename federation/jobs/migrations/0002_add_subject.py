from typing import Any
from uuid import UUID

from django.db import migrations, models


def name_subjects(apps: Any, schema_editor: Any) -> None:
    """Jobs about a batch named it in their payload; those still waiting must find it, too."""
    jobs = apps.get_model("jobs", "Job").objects
    for job in jobs.filter(payload__has_key="batch").iterator():
        job.subject = UUID(job.payload.pop("batch"))
        job.save(update_fields=["subject", "payload"])


def put_back(apps: Any, schema_editor: Any) -> None:
    """The release before looks into the payload."""
    for job in apps.get_model("jobs", "Job").objects.exclude(subject=None).iterator():
        job.payload["batch"] = str(job.subject)
        job.save(update_fields=["payload"])


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_create_tables")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="subject",
            field=models.UUIDField(db_index=True, null=True),
        ),
        migrations.RunPython(name_subjects, put_back, elidable=True),
    ]
