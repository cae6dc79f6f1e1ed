"""Homes and the looks at them, read-only."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from federation.registers.api import ScopedViewSet
from federation.registers.api.fields import WrittenDate
from federation.registers.declare import api_rooms
from homes.filters import CheckFilter, HomeFilter
from homes.models import Home, HomeCheck


class HomeSerializer(serializers.ModelSerializer):
    organisation_code = serializers.CharField(source="organisation.code", help_text=_("组织编号"))
    kind = serializers.CharField(source="kind.name", help_text=_("类型"))
    sharing = serializers.CharField(source="get_sharing_display", help_text=_("使用方式"))
    cluster = serializers.UUIDField(
        source="cluster.uid", allow_null=True, help_text=_("所属微家集群的 uid")
    )
    opened_on = WrittenDate(day="opened_on", precision="opened_precision", help_text=_("建成时间"))

    class Meta:
        model = Home
        fields = [
            "uid", "organisation_code", "kind", "name", "is_placeholder", "level", "host",
            "sharing", "address", "area_m2", "activities_a_year", "activities_as_of", "opened_on",
            "closed_on", "closed_reason", "cluster", "from_report",
        ]  # fmt: skip


@api_rooms.register
class HomeViewSet(ScopedViewSet):
    """Homes in scope; who manages them is told on their pages only."""

    route, noun = "homes", "home"
    title, about = _("阵地"), _("妇女之家等阵地，含已停用的。")
    queryset = Home.objects.select_related("kind", "organisation", "cluster")
    serializer_class = HomeSerializer
    filterset_class = HomeFilter


class HomeCheckSerializer(serializers.ModelSerializer):
    organisation_code = serializers.CharField(source="organisation.code", help_text=_("组织编号"))
    home = serializers.UUIDField(source="home.uid", help_text=_("阵地的 uid"))
    standard = serializers.CharField(source="standard.code", help_text=_("建设标准的代码"))
    standard_number = serializers.IntegerField(
        source="standard.number", help_text=_("建设标准的版本")
    )
    is_imported = serializers.BooleanField(help_text=_("是否由表格导入"))
    answers = serializers.DictField(
        child=serializers.BooleanField(),
        help_text=_("按条目代码：有为 true，没有为 false，未核的不写"),
    )

    class Meta:
        model = HomeCheck
        fields = [
            "uid", "organisation_code", "home", "standard", "standard_number", "checked_on",
            "is_passed", "answers", "evidence", "is_imported",
        ]  # fmt: skip


@api_rooms.register
class HomeCheckViewSet(ScopedViewSet):
    """Checks of the homes in scope; who checked is told on their pages only."""

    route, noun = "home-checks", "home_check"
    title, about = _("阵地核查"), _("每次五有核查的日期、逐条结果和是否全部达标。")
    queryset = HomeCheck.objects.select_related("organisation", "home", "standard")
    serializer_class = HomeCheckSerializer
    filterset_class = CheckFilter
