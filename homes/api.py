"""Homes, read-only."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from federation.registers.api import ScopedViewSet
from federation.registers.api.fields import WrittenDate
from federation.registers.declare import api_rooms
from homes.filters import HomeFilter
from homes.models import Home


class HomeSerializer(serializers.ModelSerializer):
    organisation_code = serializers.CharField(source="organisation.code", help_text=_("组织编号"))
    kind = serializers.CharField(source="kind.name", help_text=_("类型"))
    sharing = serializers.CharField(source="get_sharing_display", help_text=_("使用方式"))
    opened_on = WrittenDate(day="opened_on", precision="opened_precision", help_text=_("建成时间"))

    class Meta:
        model = Home
        fields = [
            "uid", "organisation_code", "kind", "name", "is_placeholder", "level", "host",
            "sharing", "address", "area_m2", "activities_a_year", "activities_as_of", "opened_on",
            "closed_on", "from_report",
        ]  # fmt: skip


@api_rooms.register
class HomeViewSet(ScopedViewSet):
    """Homes in scope; who manages them is told on their pages only."""

    route, noun = "homes", "home"
    title, about = _("阵地"), _("妇女之家等阵地，含已停用的。")
    queryset = Home.objects.select_related("kind", "organisation")
    serializer_class = HomeSerializer
    filterset_class = HomeFilter
