"""Homes at the administrator's correction desk."""

from django.contrib import admin

from federation.desk.exporting import DeskResource, declared
from federation.desk.registers import DeskRegister
from homes.forms import HomeForm
from homes.models import Home
from homes.parts.giving import Homes


class HomeResource(DeskResource):
    giver = Homes

    class Meta:
        model = Home
        fields = ("uid", "organisation__code", "organisation__name", *declared(Homes, Home))


@admin.register(Home)
class HomeDesk(DeskRegister):
    """Without who manages the place: people are no matter of the administrator."""

    form = HomeForm
    resource_classes = [HomeResource]
    list_display = ("name", "kind", "organisation", "opened_on", "closed_on")
    list_select_related = ("kind", "organisation")
    list_filter = ("kind", "is_placeholder", "from_report")
    search_fields = ("name", "organisation__name", "organisation__code")
    ordering = ("organisation__path", "pk")
    fields = (
        "whose", "kind", "name", "level", "host", "sharing", "address", "area_m2",
        "opened_on", "is_confirmed", "closed_on", "closed_reason", "version",
    )  # fmt: skip
    readonly_fields = ("whose",)
