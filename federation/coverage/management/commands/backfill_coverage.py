"""Work out past month ends from dated records."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from federation.coverage.services import months_backfill

MOST = 120


class Command(BaseCommand):
    """``backfill_coverage [--months 24]``; the last line is JSON. Frozen months are left alone."""

    help = "Work out the figures of past month ends from dated records and freeze them (补算)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--months", type=int, default=24, help="how many month ends back")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["months"] <= MOST:
            raise CommandError(_("月数应在 1 到 %(most)s 之间。") % {"most": MOST})
        self.stdout.write(json.dumps(months_backfill(months=options["months"])))
