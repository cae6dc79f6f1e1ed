"""What the API tells of figures, indicators and targets."""

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from federation.coverage.declare import Direction, Shape


class FigureSerializer(serializers.Serializer):
    """One indicator of one organisation; money in 分."""

    indicator = serializers.CharField(help_text=gettext_lazy("指标编号"))
    numerator = serializers.IntegerField(help_text=gettext_lazy("分子，金额以分计"))
    denominator = serializers.IntegerField(help_text=gettext_lazy("分母"))
    counted = serializers.IntegerField(help_text=gettext_lazy("有登记的单位数"))
    reported = serializers.IntegerField(help_text=gettext_lazy("仅上报的单位数"))
    unknown = serializers.IntegerField(help_text=gettext_lazy("无数据的单位数"))


class FigureRowSerializer(serializers.Serializer):
    """The figures of one organisation and everything below, for one period."""

    organisation_code = serializers.CharField(help_text=gettext_lazy("组织编号"))
    organisation_name = serializers.CharField(help_text=gettext_lazy("组织名称"))
    period = serializers.CharField(
        allow_null=True, help_text=gettext_lazy("统计期，如 2026-11；还没有统计时为空")
    )
    as_of = serializers.DateField(allow_null=True, help_text=gettext_lazy("数据截止日"))
    figures = FigureSerializer(many=True)


class MonthSerializer(serializers.Serializer):
    """One indicator of one organisation over the months that are stored."""

    period = serializers.CharField(help_text=gettext_lazy("统计期"))
    as_of = serializers.DateField(help_text=gettext_lazy("数据截止日"))
    is_frozen = serializers.BooleanField(help_text=gettext_lazy("月末已封存"))
    is_computed_later = serializers.BooleanField(help_text=gettext_lazy("事后按日期补算"))
    figures = FigureSerializer(many=True)


class IndicatorSerializer(serializers.Serializer):
    """What an indicator means."""

    code = serializers.CharField(help_text=gettext_lazy("指标编号"))
    label = serializers.CharField(help_text=gettext_lazy("名称"))
    version = serializers.IntegerField(help_text=gettext_lazy("口径版本"))
    shape = serializers.ChoiceField(
        choices=[shape.value for shape in Shape],
        help_text=gettext_lazy("怎样显示：分子占分母的百分比、分子本身、每人多少元等"),
    )
    unit = serializers.CharField(help_text=gettext_lazy("单位"))
    direction = serializers.ChoiceField(
        choices=[direction.value for direction in Direction],
        help_text=gettext_lazy("up 越高越好，down 越低越好"),
    )
    numerator_is = serializers.CharField(help_text=gettext_lazy("分子是什么"))
    denominator_is = serializers.CharField(help_text=gettext_lazy("分母是什么"))
    rule = serializers.CharField(help_text=gettext_lazy("口径"))
    source = serializers.CharField(help_text=gettext_lazy("依据"))


class TargetSerializer(serializers.Serializer):
    """The target of an indicator for a level."""

    indicator = serializers.CharField(help_text=gettext_lazy("指标编号"))
    level = serializers.CharField(help_text=gettext_lazy("层级，空的用于所有层级"))
    value = serializers.DecimalField(
        max_digits=8, decimal_places=2, help_text=gettext_lazy("目标值，百分比或元")
    )
