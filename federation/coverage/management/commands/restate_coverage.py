"""Correct a frozen month."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from federation.access.models import User
from federation.audit.services import Actor
from federation.coverage.periods import BadPeriod
from federation.coverage.services import month_restate


class Command(BaseCommand):
    """``restate_coverage YYYY-MM --reason WHY [--user NAME]``; the last line is JSON."""

    help = "Count a frozen month again from today's records; the reason is logged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("period", help="YYYY-MM")
        parser.add_argument("--reason", required=True, help="kept with the month and in the log")
        parser.add_argument("--user", help="account on whose behalf; the command line if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = month_restate(
                period=options["period"],
                reason=options["reason"],
                actor=self.actor(options["user"]),
            )
        except BadPeriod as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps({"period": options["period"], "organisations": changed}))

    def actor(self, username: str | None) -> Actor:
        """Who restates. Raises CommandError."""
        if username is None:
            return Actor.command()
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(_("没有用户名为 %(name)s 的账号，请核对。") % {"name": username})
        return Actor.of(user)
