"""``manage.py create_account USERNAME --name --role --organisation``: the first officers."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from federation.access.forms import USERNAME
from federation.access.models import Role
from federation.access.services import AccountProblem, account_create, slip_make
from federation.access.tree import organisation_model
from federation.audit.services import Actor


class Command(BaseCommand):
    help = "Make an account and print the code that opens it once within 72 hours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, help="code of a role")
        parser.add_argument("--organisation", required=True, help="code of an organisation")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"]
        if not USERNAME.fullmatch(username):
            raise CommandError(
                _("用户名要以字母开头，3—40 个字符，只用字母、数字、点、横线和下划线。")
            )
        role = Role.objects.filter(code=options["role"]).first()
        if role is None:
            known = "、".join(Role.objects.values_list("code", flat=True))
            raise CommandError(
                _("没有角色 %(role)s，可用的有：%(known)s。") % {**options, "known": known}
            )
        place = organisation_model().objects.filter(code=options["organisation"]).first()
        if place is None:
            raise CommandError(_("找不到编号为 %(organisation)s 的组织。") % options)
        actor = Actor.command()
        try:
            account = account_create(
                username=username, name=options["name"], role=role, organisation=place, actor=actor
            )
        except AccountProblem as problem:
            raise CommandError(str(problem)) from problem
        code = slip_make(account=account, actor=actor)[1]
        self.stdout.write(
            _("已新建账号 %(username)s。登录码（72 小时内有效，只能用一次）：%(code)s")
            % {"username": username, "code": code}
        )
