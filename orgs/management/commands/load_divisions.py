"""``manage.py load_divisions FILE``: the places of a region from the file of divisions."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from orgs.services.divisions import FileRefused
from orgs.services.loading import divisions_load


class Command(BaseCommand):
    """Loads a CSV or .gz; the last line is JSON with counts by kind and differences."""

    help = "从行政区划文件（CSV 或 .gz）建立组织树，可重复执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = divisions_load(path=Path(options["file"]))
        except FileRefused as refused:
            reasons = "\n".join(refused.problems)
            raise CommandError(
                _("文件没有导入，组织树未改动。") + "\n" + reasons, returncode=3
            ) from refused
        for difference in loaded.differences:
            self.stderr.write(f"{difference['code']} {difference['difference']}")
        counts = asdict(loaded)
        total = sum(loaded.kinds.values())
        self.stdout.write(json.dumps({"organisations": total, **counts}, ensure_ascii=False))
