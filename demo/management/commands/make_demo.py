"""``manage.py make_demo``: a demonstration city in an empty installation; safe to run again."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from demo.accounts import accounts_file, accounts_make
from demo.building import (
    CITY,
    DISTRICT,
    TOWN,
    UnknownDistrict,
    districts_of,
    import_reports,
    load_tree,
    posts_line,
)
from demo.guard import PREFIX, NotEmpty, become_demo
from demo.reports import MONTHS_KEPT
from federation.access.models import User
from orgs.models import Organisation


class Command(BaseCommand):
    """Migrations, tree, accounts, imports, figures: what is there already is left alone."""

    help = _("在空白环境中建立演示城市，可重复执行。")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--districts",
            nargs="+",
            default=[],
            metavar="CODE",
            help=_("只为这些区县（代码）生成数据，不填则为全市。"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        try:
            become_demo()
        except NotEmpty as problem:
            raise CommandError(
                _("这里已有正式数据，不能建立演示。请换空数据库，或另外克隆一份再运行 make demo。")
            ) from problem
        with self._phase(_("行政区划")):
            load_tree()
        if not accounts_file().exists():
            self._make_accounts()
        self._import(options["districts"])
        with self._phase(_("汇总指标")):
            call_command("rebuild_coverage", stdout=self.stdout)
        with self._phase(_("补算以往各月")):
            call_command("backfill_coverage", months=MONTHS_KEPT, stdout=self.stdout)
        self._say(posts_line())
        self._print_accounts()

    def _import(self, codes: list[str]) -> None:
        """Bring in what the officers of the demonstration have collected."""
        try:
            districts = districts_of(codes)
        except UnknownDistrict as problem:
            raise CommandError(
                _("全市没有代码为 {codes} 的区县。").format(codes=problem)
            ) from problem
        with self._phase(_("导入各地上报的表格")):
            import_reports(self._say, self._officer_of, districts)

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        """Say what is being done and how long it took."""
        began = time.monotonic()
        self._say(_("{phase}……").format(phase=name))
        yield
        seconds = time.monotonic() - began
        self._say(_("{phase}：{seconds:.0f} 秒").format(phase=name, seconds=seconds))

    def _make_accounts(self) -> None:
        codes = Organisation.objects.in_bulk([CITY, DISTRICT], field_name="code")
        accounts_make(city=codes[CITY], district=codes[DISTRICT], town=TOWN)

    def _account(self, role: str) -> User:
        return User.objects.get(username=PREFIX + role)

    def _officer_of(self, place: Organisation) -> User:
        """Who imports for ``place``: the officer of the one district that has an account, or the
        city's."""
        role = "district-officer" if place.code == DISTRICT else "city-officer"
        return self._account(role)

    def _print_accounts(self) -> None:
        self._say(_("演示账号（另存于 %(file)s）：") % {"file": accounts_file().name})
        for account in json.loads(accounts_file().read_text(encoding="utf-8")):
            self._say("{role:<17} {username:<22} {password}  {organisation_code}".format(**account))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
