"""Organisations and terms, read-only."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from federation.registers.api import ScopedViewSet
from federation.registers.api.fields import WrittenDate
from federation.registers.declare import api_rooms
from orgs.filters import OrganisationFilter, TermFilter
from orgs.models import Organisation, Term


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
