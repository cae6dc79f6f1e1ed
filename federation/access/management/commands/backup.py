"""``manage.py backup FOLDER [--keys-to OTHER]``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from federation.access.backups import BackupProblem, backup_make
from federation.audit.services import Actor, record_event


class Command(BaseCommand):
    help = "Copy database and files into a folder and, apart, the keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keys-to", type=Path, help="another folder, for the keys alone")

    def handle(self, *args: Any, **options: Any) -> None:
        # Written first, so that the copy, too, knows of it.
        record_event("backup", actor=Actor.command(), with_keys=options["keys_to"] is not None)
        try:
            manifest = backup_make(folder=options["folder"], keys_to=options["keys_to"])
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            _("已备份 %(count)s 个文件到 %(folder)s。")
            % {"count": len(manifest["files"]), "folder": options["folder"]}
        )
        if options["keys_to"] is None:
            self.stdout.write(
                _("密钥没有备份。没有密钥，证件号和电话打不开：请用 --keys-to 另存。")
            )
        else:
            self.stdout.write(_("密钥另存到 %(keys_to)s，请与备份分开保管。") % options)
