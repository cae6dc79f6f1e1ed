"""Table of homes."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from federation.registers.tables import DateColumn, RegisterTable
from federation.registers.templatetags.look import tag
from homes.models import Home
from orgs.tables import PlaceColumn

#: kind, icon and words of a tag
HAVES: dict[bool | None, tuple[str, str, Any]] = {
    True: ("ok", "check", _("五有达标")),
    False: ("warn", "alert-triangle", _("未达标")),
    None: ("", "clock", _("一年内没有核查")),
}


def home_url(home: Home) -> str:
    """The page of a home."""
    return reverse("homes:home_detail", args=[home.uid])


def haves_tag(is_passed: bool | None) -> Any:
    """What the latest check of a year found, as icon, colour and word."""
    return tag(*HAVES[is_passed])


class HavesColumn(tables.Column):
    """The five haves by the latest check within the year."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(empty_values=(), orderable=False, verbose_name=_("五有"), **kwargs)

    def render(self, value: bool | None) -> Any:
        return haves_tag(value)

    def value(self, value: bool | None) -> str:
        return str(HAVES[value][2])


class HomeTable(RegisterTable):
    name = tables.Column(linkify=lambda record: home_url(record))
    kind = tables.Column(order_by="kind__order")
    organisation = PlaceColumn()
    is_passed = HavesColumn()
    address = tables.Column(orderable=False)
    area_m2 = tables.Column(attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    activities_a_year = tables.Column(attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    opened_on = DateColumn(precision="opened_precision")
    closed_on = DateColumn()

    class Meta(RegisterTable.Meta):
        model = Home
        fields = (
            "name", "kind", "organisation", "level", "is_passed", "address", "host", "area_m2",
            "activities_a_year", "opened_on", "closed_on",
        )  # fmt: skip

    def render_name(self, record: Any, value: Any) -> Any:
        if record.is_placeholder:
            return format_html("{} {}", value, tag("warn", "alert-triangle", _("名称待补")))
        return value

    def value_name(self, value: Any) -> str:
        return str(value)
