"""The abstract organisation tree: the platform knows nodes, an app above makes them concrete.

``path`` is a materialised path of fixed-width upper-case base-36 steps; a subtree is the range
``path >= a AND path < b`` (``LIKE`` does not use the index on SQLite), collated "C" on PostgreSQL.
"""

from functools import lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _

from federation.identity import uuid7

STEP = 4
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_CHILDREN = 36**STEP


@lru_cache(maxsize=4096)
def step(number: int) -> str:
    """The path step of the ``number``-th child (0 …). Raises ValueError beyond MAX_CHILDREN."""
    if not 0 <= number < MAX_CHILDREN:
        raise ValueError(f"a node holds at most {MAX_CHILDREN} children")
    text = ""
    for _place in range(STEP):
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text


def step_number(path: str) -> int:
    """The number of the last step of ``path``."""
    return int(path[-STEP:], 36)


def after(path: str) -> str:
    """The first text that sorts behind every path below ``path``: the open end of its range."""
    return path + "~"


def ancestors(path: str) -> list[str]:
    """The paths above ``path`` from the root down, without itself."""
    return [path[:end] for end in range(STEP, len(path), STEP)]


class PathField(models.CharField):
    """Text compared byte by byte on every engine."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class Node(models.Model):
    """A place or unit in the one tree: what the platform needs to know of it.

    The concrete model adds a ``short_name`` and, as ``aliases``, former names and codes: by these
    the exchange finds it too.
    """

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(_("编号"), max_length=32, unique=True)
    name = models.CharField(_("全称"), max_length=120)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        # The concrete model indexes parent and group together with the path.
        db_index=False,
        related_name="children",
        verbose_name=_("上级"),
    )
    path = PathField(max_length=64, unique=True, editable=False)
    depth = models.PositiveSmallIntegerField(editable=False)
    branch = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("区县")
    )
    kind_group = models.CharField(_("层级"), max_length=20, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


def organisation_model() -> Any:
    """The concrete tree model named by ``settings.ORGANISATION_MODEL``."""
    return apps.get_model(settings.ORGANISATION_MODEL)
