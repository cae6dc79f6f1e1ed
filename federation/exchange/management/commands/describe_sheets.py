"""Write what every sheet takes into docs/sheets.md, from the declarations."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from federation.exchange.describing import described


class Command(BaseCommand):
    """Run it after a sheet was added or changed; a test says when the file is behind."""

    requires_system_checks = ()
    help = "Write docs/sheets.md: the columns of every sheet, how they are filled in, examples."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file anew."""
        path = settings.BASE_DIR / "docs" / "sheets.md"
        path.write_text(described(), encoding="utf-8")
        self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}")
