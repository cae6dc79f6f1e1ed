"""Administrators post people in any role and keep kinds and options; data stays closed to them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OFFICE = {"grants_any_role": True, "keeps_rules": True}


def give_office(apps, schema_editor):
    apps.get_model("access", "Role").objects.filter(code="administrator").update(**OFFICE)


class Migration(migrations.Migration):
    dependencies = [("access", "0002_add_roles")]
    operations = [
        migrations.AddField(
            model_name="role",
            name="grants_any_role",
            field=models.BooleanField(default=False, verbose_name="可授予任何角色"),
        ),
        migrations.AddField(
            model_name="role",
            name="keeps_rules",
            field=models.BooleanField(default=False, verbose_name="维护组织类型和选项"),
        ),
        migrations.AlterField(
            model_name="user",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="新建人",
            ),
        ),
        migrations.AlterField(
            model_name="posting",
            name="granted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="授予人",
            ),
        ),
        migrations.RunPython(give_office, migrations.RunPython.noop),
    ]
