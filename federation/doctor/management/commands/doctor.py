"""``manage.py doctor [--json]``: what is missing or wrong with this installation."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from federation.doctor.examination import examine
from federation.doctor.findings import Finding, State

MARKS = {State.OK: "✓", State.WARNING: "!", State.FAULT: "✗"}


class Command(BaseCommand):
    """Exit code 0: nothing is at fault (there may be warnings); 1: something is."""

    help = _("检查安装：缺什么、哪里不对、怎样补上。有故障时退出码为 1。")
    # It is there to speak when the rest does not work.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("输出 JSON，供程序读取"))

    def handle(self, *args: Any, **options: Any) -> None:
        findings = examine()
        faults = [one for one in findings if one.state is State.FAULT]
        if options["json"]:
            told = {"is_healthy": not faults, "findings": [one.told() for one in findings]}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self._tell(findings, len(faults))
        if faults:
            sys.exit(1)

    def _tell(self, findings: list[Finding], faults: int) -> None:
        for one in findings:
            self.stdout.write(f"{MARKS[one.state]} {one.title}：{one.sentence}")
            if one.remedy:
                self.stdout.write(f"    → {one.remedy}")
        warnings = sum(one.state is State.WARNING for one in findings)
        words = {"faults": faults, "warnings": warnings}
        if faults:
            self.stdout.write(_("有 %(faults)s 处故障、%(warnings)s 处提醒。") % words)
        elif warnings:
            self.stdout.write(_("没有故障，有 %(warnings)s 处提醒。") % words)
        else:
            self.stdout.write(_("一切正常。"))
