"""What a block of creations holds cannot be made smaller: PostgreSQL need not try (for nothing, it
took as long over the identifiers as over writing them).
"""

from typing import Any

from django.db import migrations

# Identifiers differ in their last ten bytes; a body is made small, then sealed.
COLUMNS = ("uids", "body")


def leave_alone(_apps: Any, editor: Any) -> None:
    """Written as it comes."""
    _store(editor, "EXTERNAL")


def try_again(_apps: Any, editor: Any) -> None:
    """As Django makes it."""
    _store(editor, "EXTENDED")


def _store(editor: Any, how: str) -> None:
    if editor.connection.vendor == "postgresql":
        for column in COLUMNS:
            editor.execute(
                f"ALTER TABLE audit_creationblock ALTER COLUMN {column} SET STORAGE {how}"
            )


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_check_places_together")]

    operations = [migrations.RunPython(leave_alone, try_again)]
