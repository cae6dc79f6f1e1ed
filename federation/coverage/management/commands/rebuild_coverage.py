"""Count every organisation again, or check what is stored."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.coverage.declare import catalogue
from federation.coverage.periods import BadPeriod
from federation.coverage.services import rebuild, verify


class Command(BaseCommand):
    """``rebuild_coverage [--period YYYY-MM] [--verify]``; the last line is JSON."""

    help = "Count the figures of every organisation; --verify only compares and names differences."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--period", help="YYYY-MM; this month if left out")
        parser.add_argument("--verify", action="store_true", help="compare, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = (
                self.compare(options["period"]) if options["verify"] else rebuild(options["period"])
            )
        except BadPeriod as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps(result))
        if options["verify"] and result["differences"]:
            raise SystemExit(1)

    def compare(self, period: str | None) -> dict[str, Any]:
        """Compare stored figures with a recount and name the organisations that differ."""
        began = time.perf_counter()
        found = verify(period)
        nodes = organisation_model().objects
        names = nodes.in_bulk([difference.organisation_id for difference in found])
        for difference in found:
            node = names[difference.organisation_id]
            self.stdout.write(
                _("%(code)s %(name)s 对不上：本级 %(own)s；合计 %(total)s")
                % {
                    "code": node.code,
                    "name": node.name,
                    "own": "、".join(difference.own) or "—",
                    "total": "、".join(difference.total) or "—",
                }
            )
        return {
            "organisations": nodes.count(),
            "indicators": len(catalogue()),
            "seconds": round(time.perf_counter() - began, 3),
            "differences": len(found),
        }
