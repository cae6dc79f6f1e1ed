"""``manage.py print_keys [--again REASON]``: the keys for paper, shown once."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from federation.audit.models import Event
from federation.audit.services import Actor, record_event
from federation.sealing.guard import check_ring
from federation.sealing.keys import ring

REASON_LEAST = 6


class Command(BaseCommand):
    help = "Print the keys once, to be kept on paper; again only with a reason, which is logged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", metavar="REASON", default="", help="why once more")

    def handle(self, *args: Any, **options: Any) -> None:
        check_ring()
        reason, path = options["again"].strip(), Path(settings.FIELD_KEYS_FILE)
        names = sorted(ring().keys)
        shown = Event.objects.filter(deed="keys_shown", detail__keys=names).exists()
        if shown and len(reason) < REASON_LEAST:
            raise CommandError(
                _(
                    "密钥已经打印过。确实要再打印，请用 --again 写明原因（至少 6 个字），"
                    "原因会留记录。"
                )
            )
        record_event("keys_shown", actor=Actor.command(), reason=reason[:200], keys=names)
        self.stdout.write(_("请打印或抄写下面的内容，存入保险柜，不要存在电脑里。"))
        self.stdout.write(_("恢复时把它原样写入文件 %(file)s：") % {"file": path.name})
        self.stdout.write(json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=1))
