"""Plan a workbook from the command line and, with ``--apply``, write it: the engine of the page."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.models import User
from federation.access.tree import organisation_model
from federation.audit.services import Actor
from federation.exchange.cleaners.dates import FIRST_DAY
from federation.exchange.declare import sheets
from federation.exchange.forms import TOO_EARLY
from federation.exchange.models import Batch
from federation.exchange.planning import ceiling_of
from federation.exchange.services import (
    batch_apply,
    batch_drop,
    batch_open,
    batch_plan,
    batch_report,
    result_of,
)
from federation.jobs.services import JobFailed
from federation.sealing.masking import hide_numbers

WRONG_CALL, REFUSED = 2, 3


class WrongCall(CommandError):
    """The call cannot be followed; the message is a sentence for who typed it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=WRONG_CALL)


class Command(BaseCommand):
    """Exit status: 0 planned or applied, 3 file refused (the report says why), 2 wrong call."""

    # The routes are no part of this command, and loading them takes longer than a small plan.
    requires_system_checks = ()
    help = "Plan (and with --apply write) a workbook; --report writes the outcome as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--sheet", required=True, help="villages, committee …")
        parser.add_argument("--scope", required=True, help="code of the organisation")
        parser.add_argument("--as-of", help="day the rows hold for, YYYY-MM-DD")
        parser.add_argument("--user", help="account on whose behalf rows are written")
        parser.add_argument("--apply", action="store_true", help="write what was planned")
        parser.add_argument("--report", type=Path, help="file for the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan, report, and write when asked to."""
        batch = batch_plan(batch=self._open(options))
        if options["report"]:
            self._write_report(batch, options["report"])
        if batch.state == Batch.State.REFUSED:
            self.stderr.write(batch.refusal)
            sys.exit(REFUSED)
        try:
            batch = batch_apply(batch=batch) if options["apply"] else batch_drop(batch=batch)
        except JobFailed as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(json.dumps(result_of(batch), ensure_ascii=False))

    def _write_report(self, batch: Batch, path: Path) -> None:
        text = json.dumps(batch_report(batch), ensure_ascii=False)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as problem:
            batch_drop(batch=batch)
            message = _("写不了结果文件“{name}”，没有写入任何数据，请核对 --report 的路径和权限。")
            raise WrongCall(message.format(name=path.name)) from problem

    def _open(self, options: dict[str, Any]) -> Batch:
        """The batch of this call. Raises WrongCall for anything that is wrong with the call."""
        if sheets.get(options["sheet"]) is None:
            known = "、".join(sheets.keys())
            raise WrongCall(
                _("没有“{sheet}”这种表，可用的有：{known}。").format(
                    sheet=options["sheet"], known=known
                )
            )
        as_of = self._day(options["as_of"])
        batch = batch_open(
            sheet=options["sheet"],
            organisation=self._organisation(options["scope"]),
            as_of=as_of,
            actor=self._actor(options["user"]),
            file_name=hide_numbers(options["file"].name),
            data=self._data(options["file"]),
        )
        if not ceiling_of(batch):
            batch_drop(batch=batch)
            raise WrongCall(_("这个账号在所填范围内没有导入权限，请核对 --user 和 --scope。"))
        return batch

    def _day(self, text: str | None) -> date:
        today = timezone.localdate()
        try:
            day = date.fromisoformat(text) if text else today
        except ValueError as problem:
            message = _("看不懂日期“{text}”，请写成 2025-06-30 的样子。")
            raise WrongCall(message.format(text=text)) from problem
        if day > today:
            raise WrongCall(_("数据截至日期晚于今天，请改为今天或更早的日期。"))
        if day < FIRST_DAY:
            raise WrongCall(str(TOO_EARLY))
        return day

    def _data(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as problem:
            message = _("打不开文件“{name}”，请核对路径和权限。")
            raise WrongCall(message.format(name=path.name)) from problem

    def _organisation(self, code: str) -> Any:
        found = organisation_model().objects.find_by_code(code)
        if found is None:
            raise WrongCall(_("没有代码为 {code} 的组织，请核对。").format(code=code))
        return found

    def _actor(self, username: str | None) -> Actor:
        if username is None:
            return Actor.command()
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise WrongCall(_("没有用户名为 {name} 的账号，请核对。").format(name=username))
        return Actor.of(user)
