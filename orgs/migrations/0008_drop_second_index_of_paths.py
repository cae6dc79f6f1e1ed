"""Paths are compared byte by byte, so their unique index finds beginnings as well as LIKE's own."""

from django.db import migrations


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        organisation = apps.get_model("orgs", "Organisation")
        table = organisation._meta.db_table
        name = schema_editor._create_index_name(table, ["path"], suffix="_like")
        schema_editor.execute(schema_editor._delete_index_sql(organisation, name))


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        organisation = apps.get_model("orgs", "Organisation")
        path = organisation._meta.get_field("path")
        schema_editor.execute(schema_editor._create_like_index_sql(organisation, path))


class Migration(migrations.Migration):
    dependencies = [("orgs", "0007_name_columns")]

    operations = [migrations.RunPython(drop, create)]
