"""The stored figures of one organisation."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.coverage.models import FrozenMonth
from federation.coverage.periods import BadPeriod, counting_day
from federation.coverage.services import StoredFigures, stored_figures


class Command(BaseCommand):
    """``show_coverage CODE [--period YYYY-MM] [--json]``."""

    help = "The stored figures of one organisation: whole numbers, money in 分."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="code of the organisation")
        parser.add_argument("--period", help="YYYY-MM; this month if left out")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        stored = self.stored(options["code"], options["period"])
        indicators = {code: asdict(figure) for code, figure in stored.total.items()}
        if options["json"]:
            shown = {
                "organisation": options["code"],
                "period": stored.period,
                "indicators": indicators,
            }
            self.stdout.write(json.dumps(shown))
            return
        line = f"{options['code']} {stored.period} {stored.as_of.isoformat()}"
        self.stdout.write(" ".join([line, *self.marks(stored.period)]))
        for code, parts in indicators.items():
            self.stdout.write(f"{code} " + " ".join(f"{k}={v}" for k, v in parts.items()))

    def marks(self, period: str) -> list[str]:
        """What is to be known of a past month: that it is frozen, and how it came to be."""
        month = FrozenMonth.objects.filter(period=period).first()
        if month is None:
            return []
        marks = [_("已封存")]
        marks += [_("补算")] if month.is_computed_later else []
        return [*marks, _("有更正")] if month.restated_at else marks

    def stored(self, code: str, period: str | None) -> StoredFigures:
        """The stored row. Raises CommandError in words where there is none."""
        node = organisation_model().objects.filter(code=code).first()
        if node is None:
            raise CommandError(_("没有编号为 %(code)s 的组织，请核对编号。") % {"code": code})
        try:
            if period is not None:
                counting_day(period)
        except BadPeriod as problem:
            raise CommandError(str(problem)) from problem
        stored = stored_figures([node.pk], period).get(node.pk)
        if stored is None:
            raise CommandError(_("还没有统计结果，请先运行 rebuild_coverage。"))
        return stored
