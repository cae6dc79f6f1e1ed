"""Filters of homes and of the looks at them."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.registers.fields import labels_of
from federation.registers.filters import RegisterFilter
from homes.models import Home, HomeCheck, HomeKind
from orgs.filters import places

VERDICTS = {"passed": True, "failed": False, "unchecked": None}


def levels() -> list[tuple[str, str]]:
    """The levels an administrator keeps."""
    return [(label, label) for label in labels_of({"level"})["level"]]


class HomeFilter(RegisterFilter):
    kind = django_filters.ModelChoiceFilter(
        queryset=HomeKind.objects.all(),
        to_field_name="code",
        label=_("类型"),
        empty_label=_("不限"),
    )
    state = django_filters.ChoiceFilter(
        choices=[("open", _("在用")), ("closed", _("已停用")), ("unnamed", _("名称待补"))],
        method="by_state", label=_("状态"), empty_label=_("不限"),
    )  # fmt: skip
    haves = django_filters.ChoiceFilter(
        choices=[
            ("passed", _("达标")), ("failed", _("未达标")), ("unchecked", _("一年内没有核查")),
        ],
        method="by_haves", label=_("五有"), empty_label=_("不限"),
    )  # fmt: skip
    level = django_filters.ChoiceFilter(choices=levels, label=_("示范级别"), empty_label=_("不限"))

    class Meta:
        model = Home
        fields = ["q", "kind", "state", "haves", "level"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        text = value.strip()
        return queryset.filter(
            Q(name__contains=text) | Q(address__contains=text) | Q(organisation__in=places(text))
        )

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        today = timezone.localdate()
        if value == "unnamed":
            return queryset.filter(is_placeholder=True)
        if value == "open":
            return queryset.open_on(today)
        return queryset.filter(closed_on__lte=today)

    def by_haves(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.with_check(timezone.localdate()).filter(is_passed=VERDICTS[value])


class CheckFilter(RegisterFilter):
    home = django_filters.UUIDFilter(field_name="home__uid", label=_("阵地"))
    passed = django_filters.BooleanFilter(field_name="is_passed", label=_("全部达标"))
    checked_from = django_filters.DateFilter(
        field_name="checked_on", lookup_expr="gte", label=_("核查日期起")
    )
    checked_to = django_filters.DateFilter(
        field_name="checked_on", lookup_expr="lte", label=_("核查日期止")
    )

    class Meta:
        model = HomeCheck
        fields = ["q", "home", "passed", "checked_from", "checked_to"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        text = value.strip()
        return queryset.filter(Q(home__name__contains=text) | Q(organisation__in=places(text)))
