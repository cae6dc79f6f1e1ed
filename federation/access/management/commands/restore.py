"""``manage.py restore FOLDER --keys-from OTHER``: into an empty installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from federation.access.backups import BackupProblem, backup_restore
from federation.audit.services import Actor, record_event


class Command(BaseCommand):
    help = "Put a backup back into an empty installation."
    # The database has no tables yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keys-from", type=Path, required=True, help="the folder of the keys")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backup_restore(folder=options["folder"], keys_from=options["keys_from"])
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        record_event("restore", actor=Actor.command(), made_at=manifest["made_at"])
        self.stdout.write(
            _("已恢复 %(made_at)s 的备份，共 %(count)s 个文件。")
            % {"made_at": manifest["made_at"], "count": len(manifest["files"])}
        )
