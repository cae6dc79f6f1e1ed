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


def home_url(home: Home) -> str:
    """The page of a home."""
    return reverse("homes:home_detail", args=[home.uid])


class HomeTable(RegisterTable):
    name = tables.Column(linkify=lambda record: home_url(record))
    kind = tables.Column(order_by="kind__order")
    organisation = PlaceColumn()
    address = tables.Column(orderable=False)
    area_m2 = tables.Column(attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    opened_on = DateColumn(precision="opened_precision")
    closed_on = DateColumn()

    class Meta(RegisterTable.Meta):
        model = Home
        fields = ("name", "kind", "organisation", "address", "area_m2", "opened_on", "closed_on")

    def render_name(self, record: Any, value: Any) -> Any:
        if record.is_placeholder:
            return format_html("{} {}", value, tag("warn", "alert-triangle", _("名称待补")))
        return value

    def value_name(self, value: Any) -> str:
        return str(value)
