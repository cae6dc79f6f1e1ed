"""Keeps the demonstration and real work apart.

The marker is a file that ``make_demo`` writes into an empty installation. Without it the accounts
of the demonstration neither log in nor let the portal start.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.utils.translation import gettext as _

from federation.access.models import User
from orgs.models import Organisation

PREFIX = "demo-"


class NotEmpty(Exception):
    """The database holds something that this command did not make."""


def is_demo() -> bool:
    """Whether this installation is a demonstration."""
    return settings.DEMO_MARKER.exists()


def become_demo() -> None:
    """Mark an empty installation as a demonstration. Raises NotEmpty."""
    if is_demo():
        return
    if User.objects.exists() or Organisation.objects.exists():
        raise NotEmpty
    settings.DEMO_MARKER.write_text("demo\n")


@register(Tags.database)
def no_demo_accounts_outside(
    app_configs: Any, databases: list[str] | None, **kwargs: Any
) -> list[CheckMessage]:
    """demo.E001: accounts of a demonstration in an installation that is none."""
    if is_demo() or "default" not in (databases or []):
        return []
    if User._meta.db_table not in connections["default"].introspection.table_names():
        return []
    if not User.objects.filter(username__startswith=PREFIX).exists():
        return []
    return [
        Error(
            _("这个数据库里有演示账号，但这里不是演示环境。"),
            hint=_("正式使用请从空数据库开始；要看演示，请运行 make demo。"),
            id="demo.E001",
        )
    ]
