"""Accounts of people: most have none, which no index need say (PostgreSQL)."""

from typing import Any

from django.conf import settings
from django.db import migrations

from federation.bulk.references import CheckReferencesTogether

# Both promise that no account is two people's. The name stays the one Django knows; a migration that
# alters the column makes it WHOLE first, for Django drops a constraint of that name.
PARTIAL = (
    "ALTER TABLE cadres_person DROP CONSTRAINT cadres_person_user_id_key",
    "CREATE UNIQUE INDEX cadres_person_user_id_key ON cadres_person (user_id)"
    " WHERE user_id IS NOT NULL",
)
WHOLE = (
    "DROP INDEX cadres_person_user_id_key",
    "ALTER TABLE cadres_person ADD CONSTRAINT cadres_person_user_id_key UNIQUE (user_id)",
)


def index_accounts(_apps: Any, editor: Any) -> None:
    """Leave those without an account out of the index."""
    _run(editor, PARTIAL)


def index_everybody(_apps: Any, editor: Any) -> None:
    """As Django makes it."""
    _run(editor, WHOLE)


def _run(editor: Any, statements: tuple[str, ...]) -> None:
    if editor.connection.vendor == "postgresql":
        for statement in statements:
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("cadres", "0011_order_people_by_one_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CheckReferencesTogether("person", ["user"]),
        migrations.RunPython(index_accounts, index_everybody),
    ]
