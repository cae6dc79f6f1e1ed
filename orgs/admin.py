"""Organisations, terms, renewals and host units at the administrator's correction desk."""

from django.contrib import admin

from federation.desk.exporting import DeskResource
from federation.desk.registers import DeskRegister
from orgs.forms import HostUnitForm, OrganisationForm, RenewalForm, TermForm
from orgs.models import HostUnit, Organisation, Renewal, Term


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


class RenewalResource(DeskResource):
    class Meta:
        model = Renewal
        fields = (
            "uid", "organisation__code", "organisation__name", "due_on", "requested_on",
            "approved_on", "held_on", "members", "filing_number",
        )  # fmt: skip


@admin.register(Renewal)
class RenewalDesk(DeskRegister):
    form = RenewalForm
    resource_classes = [RenewalResource]
    list_display = ("organisation", "due_on", "requested_on", "approved_on", "held_on")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name", "organisation__code")
    ordering = ("organisation__path", "-due_on")
    fields = (
        "whose", "due_on", "requested_on", "approved_on", "held_on", "members", "filing_number",
        "version",
    )  # fmt: skip
    readonly_fields = ("whose",)


class HostUnitResource(DeskResource):
    class Meta:
        model = HostUnit
        fields = (
            "uid", "organisation__code", "organisation__name", "name", "uscc", "sort", "employees",
            "women", "has_party", "has_union", "has_league", "has_women_org", "surveyed_on",
        )  # fmt: skip


@admin.register(HostUnit)
class HostUnitDesk(DeskRegister):
    form = HostUnitForm
    resource_classes = [HostUnitResource]
    list_display = ("name", "organisation", "uscc", "sort", "employees", "women")
    list_select_related = ("organisation",)
    list_filter = ("sort", "has_women_org")
    search_fields = ("name", "uscc", "organisation__name", "organisation__code")
    ordering = ("organisation__path", "name", "pk")
    fields = (
        "whose", "name", "uscc", "sort", "employees", "women", "has_party", "has_union",
        "has_league", "has_women_org", "surveyed_on", "version",
    )  # fmt: skip
    readonly_fields = ("whose",)
