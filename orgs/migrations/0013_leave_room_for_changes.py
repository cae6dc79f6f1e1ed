"""Room in the pages of organisations (PostgreSQL): a roster changes those of a whole city at once.

With room beside it a changed row stays on its page, and none of fifteen indexes has to be told.
Rows that stand find theirs as they are changed; VACUUM FULL makes it for all of them.
"""

from typing import Any

from django.db import migrations

ROOM, NO_ROOM = "SET (fillfactor = 45)", "RESET (fillfactor)"


def leave_room(_apps: Any, editor: Any) -> None:
    """Fill new pages less than half."""
    _run(editor, ROOM)


def fill(_apps: Any, editor: Any) -> None:
    """Fill new pages."""
    _run(editor, NO_ROOM)


def _run(editor: Any, how: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER TABLE orgs_organisation {how}")


class Migration(migrations.Migration):
    dependencies = [("orgs", "0012_index_references_once")]

    operations = [migrations.RunPython(leave_room, fill)]
