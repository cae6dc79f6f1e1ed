"""Ranks of officials by their national code (GB/T 12407); the lower code is the higher rank."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rank(models.TextChoices):
    """The rank somebody holds (职级), and the one a post usually has."""

    BUREAU_HEAD = "121", _("厅局级正职")
    BUREAU_DEPUTY = "122", _("厅局级副职")
    COUNTY_HEAD = "131", _("县处级正职")
    COUNTY_DEPUTY = "132", _("县处级副职")
    TOWN_HEAD = "141", _("乡科级正职")
    TOWN_DEPUTY = "142", _("乡科级副职")
    CLERK = "150", _("科员级")
