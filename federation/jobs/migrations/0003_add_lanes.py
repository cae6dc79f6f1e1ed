import django.db.models.deletion
from django.db import migrations, models

import federation.access.tree


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_add_subject")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="committed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="JobLane",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", federation.access.tree.PathField(max_length=64)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lanes",
                        to="jobs.job",
                    ),
                ),
            ],
            options={
                "verbose_name": "后台任务的先后",
                "verbose_name_plural": "后台任务的先后",
                "indexes": [models.Index(fields=["key", "job"], name="lane_by_key")],
                "constraints": [
                    models.UniqueConstraint(fields=("job", "key"), name="one_lane_per_key")
                ],
            },
        ),
    ]
