"""``manage.py print_slip USERNAME``: a way back in for whoever has nobody above her."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from federation.access.models import User
from federation.access.services import slip_make
from federation.audit.services import Actor


class Command(BaseCommand):
    help = "Print the code that opens an account once within 72 hours; an older slip is void."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        account = User.objects.filter(username=options["username"]).first()
        if account is None:
            raise CommandError(_("没有账号“%(username)s”，请核对用户名。") % options)
        if not account.is_active or not account.current_postings():
            raise CommandError(
                _("账号“%(username)s”已停用或没有角色，请先恢复或授予角色。") % options
            )
        code = slip_make(account=account, actor=Actor.command())[1]
        self.stdout.write(_("登录码（72 小时内有效，只能用一次）：%(code)s") % {"code": code})
