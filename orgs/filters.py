"""Filters of organisations and terms."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from federation.exchange.models import Option
from federation.registers.declare import todos, todos_in_order
from federation.registers.filters import RegisterFilter
from orgs.models import HostUnit, Kind, Organisation, Renewal, Term


def places(text: str) -> Any:
    """Keys of organisations whose name, pinyin, initials or code begin with ``text``."""
    return Organisation.objects.begins(text).values("pk")


def lacks() -> list[tuple[str, Any]]:
    """What organisations can be narrowed to lack: every to-do that no stored figure counts."""
    return [(todo.key, todo.label) for todo in todos_in_order() if not todo.indicator]


class OrganisationFilter(RegisterFilter):
    kind = django_filters.ModelChoiceFilter(
        queryset=Kind.objects.all(), to_field_name="code", label=_("类型"), empty_label=_("不限")
    )
    status = django_filters.ChoiceFilter(
        choices=Organisation.Status.choices, label=_("状态"), empty_label=_("不限")
    )
    term = django_filters.ChoiceFilter(
        choices=[("running", _("在届")), ("lapsed", _("届满未换")), ("none", _("没有届次"))],
        method="by_term", label=_("换届"), empty_label=_("不限"),
    )  # fmt: skip
    todo = django_filters.ChoiceFilter(
        choices=lacks, method="by_todo", label=_("缺什么"), empty_label=_("不限")
    )

    class Meta:
        model = Organisation
        fields = ["q", "kind", "status", "term", "todo"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.search(value)

    def by_term(self, queryset: Any, name: str, value: str) -> Any:
        today = timezone.localdate()
        with_term = Term.objects.values("organisation_id")
        running = Term.objects.containing(today).values("organisation_id")
        if value == "running":
            return queryset.filter(pk__in=running)
        if value == "lapsed":
            return queryset.filter(pk__in=with_term).exclude(pk__in=running)
        return queryset.exclude(pk__in=with_term)

    def by_todo(self, queryset: Any, name: str, value: str) -> Any:
        todo = todos.get(value)
        return todo().lacking(queryset, timezone.localdate()) if todo else queryset.none()


class TermFilter(RegisterFilter):
    state = django_filters.ChoiceFilter(
        choices=[("running", _("在届")), ("due", _("一年内届满")), ("over", _("已结束或届满"))],
        method="by_state", label=_("状态"), empty_label=_("不限"),
    )  # fmt: skip

    class Meta:
        model = Term
        fields = ["q", "state"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(organisation__in=places(value.strip()))

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        today = timezone.localdate()
        if value == "over":
            return queryset.exclude(pk__in=Term.objects.containing(today).values("pk"))
        running = queryset.containing(today)
        if value == "due":
            return running.filter(due_on__lte=today + timedelta(days=365))
        return running


class RenewalFilter(RegisterFilter):
    stage = django_filters.ChoiceFilter(
        choices=Renewal.Stage.choices, method="by_stage", label=_("进度"), empty_label=_("不限")
    )
    year = django_filters.NumberFilter(
        field_name="due_on", lookup_expr="year", label=_("届满年份"), min_value=1990,
        max_value=2100,
    )  # fmt: skip
    term = django_filters.ChoiceFilter(
        choices=[("missing", _("已开大会，没有登记新一届"))], method="by_term",
        label=_("新一届"), empty_label=_("不限"),
    )  # fmt: skip

    class Meta:
        model = Renewal
        fields = ["q", "stage", "year", "term"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        text = value.strip()
        return queryset.filter(Q(filing_number=text) | Q(organisation__in=places(text)))

    def by_stage(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.at_stage(value)

    def by_term(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.without_term()


def host_sorts() -> list[tuple[str, str]]:
    """The kept list of sorts of host units."""
    labels = Option.objects.filter(list_key="host_sort").values_list("label", flat=True)
    return [(label, label) for label in labels]


class HostUnitFilter(RegisterFilter):
    sort = django_filters.ChoiceFilter(choices=host_sorts, label=_("类别"), empty_label=_("不限"))
    cover = django_filters.ChoiceFilter(
        choices=[("yes", _("已覆盖")), ("no", _("未覆盖"))], method="by_cover",
        label=_("妇女组织"), empty_label=_("不限"),
    )  # fmt: skip

    class Meta:
        model = HostUnit
        fields = ["q", "sort", "cover"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        text = value.strip()
        named = Q(name__contains=text) | Q(uscc=text.upper())
        return queryset.filter(named | Q(organisation__in=places(text)))

    def by_cover(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.reached() if value == "yes" else queryset.unreached()
