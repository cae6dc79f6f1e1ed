"""Organisations, read-only."""

from rest_framework import serializers

from federation.registers.api import ScopedViewSet
from federation.registers.declare import api_rooms
from orgs.models import Organisation


class OrganisationSerializer(serializers.ModelSerializer):
    parent_code = serializers.CharField(source="parent.code", default=None)
    kind = serializers.CharField(source="kind.name")
    status = serializers.CharField(source="get_status_display")

    class Meta:
        model = Organisation
        fields = [
            "code", "uid", "name", "short_name", "parent_code", "kind", "kind_group", "status",
            "status_since_on", "is_expected",
        ]  # fmt: skip


@api_rooms.register
class OrganisationViewSet(ScopedViewSet):
    """Organisations in scope in the order of the tree, each by its code."""

    route, noun = "organisations", "organisation"
    queryset = Organisation.objects.select_related("parent", "kind").order_by("path")
    serializer_class = OrganisationSerializer
    lookup_field = "code"
    lookup_value_regex = r"[0-9A-Za-z-]+"
