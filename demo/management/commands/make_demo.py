"""``manage.py make_demo``: a demonstration city in an empty installation; safe to run again."""

import json
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from demo.accounts import accounts_file, accounts_make
from demo.building import CITY, DISTRICT, TOWN, import_rosters, import_villages, load_tree
from demo.guard import PREFIX, NotEmpty, become_demo
from federation.access.models import User
from orgs.models import Organisation


class Command(BaseCommand):
    """Migrations, tree, accounts, imports, figures: what is there already is left alone."""

    help = _("在空白环境中建立演示城市，可重复执行。")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        try:
            become_demo()
        except NotEmpty as problem:
            raise CommandError(
                _("这里已有正式数据，不能建立演示。请换空数据库，或另外克隆一份再运行 make demo。")
            ) from problem
        load_tree(self._say)
        if not accounts_file().exists():
            self._make_accounts()
        import_villages(self._say, self._account("city-officer"))
        import_rosters(self._say, self._account("district-officer"))
        self._say(_("汇总指标……"))
        call_command("rebuild_coverage", stdout=self.stdout)
        self._print_accounts()

    def _make_accounts(self) -> None:
        codes = Organisation.objects.in_bulk([CITY, DISTRICT], field_name="code")
        accounts_make(city=codes[CITY], district=codes[DISTRICT], town=TOWN)

    def _account(self, role: str) -> User:
        return User.objects.get(username=PREFIX + role)

    def _print_accounts(self) -> None:
        self._say(_("演示账号（另存于 %(file)s）：") % {"file": accounts_file().name})
        for account in json.loads(accounts_file().read_text(encoding="utf-8")):
            self._say("{role:<17} {username:<22} {password}  {organisation_code}".format(**account))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
