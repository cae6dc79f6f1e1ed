"""Filters of ledger lines, yearly budgets and counts of women."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from federation.exchange.models import Option
from federation.registers.filters import RegisterFilter
from funding.models import LedgerLine, Population, YearlyBudget
from orgs.filters import places


def sources() -> list[tuple[str, str]]:
    """The sources of money as an administrator keeps them."""
    labels = Option.objects.filter(list_key="source").values_list("label", flat=True)
    return [(label, label) for label in labels]


class YearFilter(django_filters.NumberFilter):
    """A calendar year; the box takes four digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("年度"), min_value=1990, max_value=2100, **kwargs)


class LedgerFilter(RegisterFilter):
    year = YearFilter()
    source = django_filters.ChoiceFilter(
        choices=sources, label=_("经费来源"), empty_label=_("不限")
    )

    class Meta:
        model = LedgerLine
        fields = ["q", "year", "source"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        text = value.strip()
        return queryset.filter(
            Q(voucher_number=text) | Q(purpose__contains=text) | Q(organisation__in=places(text))
        )


class YearlyFilter(RegisterFilter):
    year = YearFilter()
    state = django_filters.ChoiceFilter(
        choices=[("in", _("已纳入")), ("out", _("未纳入")), ("unknown", _("未登记"))],
        method="by_state", label=_("纳入预算"), empty_label=_("不限"),
    )  # fmt: skip

    class Meta:
        model = YearlyBudget
        fields = ["q", "year", "state"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        text = value.strip()
        return queryset.filter(Q(document_number__contains=text) | Q(organisation__in=places(text)))

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        if value == "unknown":
            return queryset.unanswered()
        return queryset.filter(is_in_fiscal_budget=value == "in")


class PopulationFilter(RegisterFilter):
    kind = django_filters.ChoiceFilter(
        choices=Population.Kind.choices, label=_("口径"), empty_label=_("不限")
    )

    class Meta:
        model = Population
        fields = ["q", "kind"]

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(organisation__in=places(value.strip()))
