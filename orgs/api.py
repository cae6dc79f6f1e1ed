"""Organisations, their terms, renewals and host units, read-only."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from federation.registers.api import ScopedViewSet
from federation.registers.api.fields import WrittenDate
from federation.registers.declare import api_rooms
from orgs.filters import HostUnitFilter, OrganisationFilter, RenewalFilter, TermFilter
from orgs.models import HostUnit, Organisation, Renewal, Term


class OrganisationSerializer(serializers.ModelSerializer):
    parent_code = serializers.CharField(
        source="parent.code", default=None, allow_null=True, help_text=_("上级编号")
    )
    kind = serializers.CharField(source="kind.name", help_text=_("类型"))
    status = serializers.CharField(source="get_status_display", help_text=_("状态"))
    status_since_on = WrittenDate(
        day="status_since_on", precision="status_since_precision", help_text=_("成立时间")
    )

    class Meta:
        model = Organisation
        fields = [
            "code", "uid", "name", "short_name", "parent_code", "kind", "kind_group", "status",
            "status_since_on", "is_expected",
        ]  # fmt: skip


@api_rooms.register
class OrganisationViewSet(ScopedViewSet):
    """Organisations in scope, each by its code."""

    route, noun = "organisations", "organisation"
    title, about = _("组织"), _("应建、已建妇联组织的单位，按编号查一个。")
    queryset = Organisation.objects.select_related("parent", "kind")
    serializer_class = OrganisationSerializer
    filterset_class = OrganisationFilter
    lookup_field = "code"
    lookup_value_regex = r"[0-9A-Za-z-]+"

    def own_records(self, queryset: Any, organisation: Any) -> Any:
        return queryset.filter(parent=organisation)


class TermSerializer(serializers.ModelSerializer):
    organisation_code = serializers.CharField(source="organisation.code", help_text=_("组织编号"))
    starts_on = WrittenDate(day="starts_on", precision="starts_precision", help_text=_("换届日期"))

    class Meta:
        model = Term
        fields = [
            "uid", "organisation_code", "number", "starts_on", "due_on", "ended_on", "from_report",
        ]  # fmt: skip


@api_rooms.register
class TermViewSet(ScopedViewSet):
    """Terms of the organisations in scope."""

    route, noun = "terms", "term"
    title, about = _("届次"), _("各组织历届的起止日期。")
    queryset = Term.objects.select_related("organisation")
    serializer_class = TermSerializer
    filterset_class = TermFilter


class RenewalSerializer(serializers.ModelSerializer):
    organisation_code = serializers.CharField(source="organisation.code", help_text=_("组织编号"))
    due_on = WrittenDate(day="due_on", precision="due_precision", help_text=_("届满日期"))
    stage = serializers.CharField(source="stage.label", help_text=_("进度"))

    class Meta:
        model = Renewal
        fields = [
            "uid", "organisation_code", "due_on", "stage", "requested_on", "approved_on",
            "held_on", "members", "filing_number",
        ]  # fmt: skip


@api_rooms.register
class RenewalViewSet(ScopedViewSet):
    """How far renewals have come, in scope; who was elected is not told."""

    route, noun = "renewals", "renewal"
    title, about = _("换届进度"), _("各组织换届走到哪一步：请示、批复、大会、备案。")
    queryset = Renewal.objects.select_related("organisation")
    serializer_class = RenewalSerializer
    filterset_class = RenewalFilter


class HostUnitSerializer(serializers.ModelSerializer):
    organisation_code = serializers.CharField(source="organisation.code", help_text=_("组织编号"))
    covered_by_code = serializers.CharField(
        source="covered_by.code", default=None, allow_null=True, help_text=_("由谁覆盖，组织编号")
    )
    surveyed_on = WrittenDate(
        day="surveyed_on", precision="surveyed_precision", help_text=_("排查日期")
    )

    class Meta:
        model = HostUnit
        fields = [
            "uid", "organisation_code", "name", "uscc", "sort", "employees", "women", "has_party",
            "has_union", "has_league", "has_women_org", "surveyed_on", "covered_by_code",
        ]  # fmt: skip


@api_rooms.register
class HostUnitViewSet(ScopedViewSet):
    """Units of the new fields, in scope."""

    route, noun = "host-units", "host_unit"
    title, about = _("两企三新"), _("排查登记的企业、社会组织和新就业群体，及党群组织建设情况。")
    queryset = HostUnit.objects.select_related("organisation", "covered_by")
    serializer_class = HostUnitSerializer
    filterset_class = HostUnitFilter
