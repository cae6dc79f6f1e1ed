"""Organisations and terms at the administrator's correction desk."""

from django.contrib import admin

from federation.desk.exporting import DeskResource
from federation.desk.registers import DeskRegister
from orgs.forms import OrganisationForm, TermForm
from orgs.models import Organisation, Term


class OrganisationResource(DeskResource):
    class Meta:
        model = Organisation
        fields = (
            "code", "name", "short_name", "parent__code", "kind__name", "kind_group", "status",
            "status_since_on", "is_expected",
        )  # fmt: skip


@admin.register(Organisation)
class OrganisationDesk(DeskRegister):
    form = OrganisationForm
    resource_classes = [OrganisationResource]
    list_display = ("short_name", "code", "kind", "status", "status_since_on", "is_expected")
    list_select_related = ("kind",)
    list_filter = ("kind", "status", "is_expected")
    search_fields = ("name", "code", "initials")
    ordering = ("path",)
    fields = (
        "code", "name", "kind", "status", "status_since_on", "mode", "is_expected", "version",
    )  # fmt: skip
    readonly_fields = ("code", "name", "kind")


class TermResource(DeskResource):
    class Meta:
        model = Term
        fields = (
            "uid", "organisation__code", "organisation__name", "number", "starts_on", "due_on",
            "ended_on",
        )  # fmt: skip


@admin.register(Term)
class TermDesk(DeskRegister):
    form = TermForm
    resource_classes = [TermResource]
    list_display = ("organisation", "number", "starts_on", "due_on", "ended_on")
    list_select_related = ("organisation",)
    list_filter = ("from_report",)
    search_fields = ("organisation__name", "organisation__code")
    ordering = ("organisation__path", "-starts_on")
    fields = (
        "whose", "number", "starts_on", "due_on", "delayed_until_on", "ended_on", "version",
    )  # fmt: skip
    readonly_fields = ("whose",)
