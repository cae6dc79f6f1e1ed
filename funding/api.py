"""Money, read-only: the ledger, the yearly budgets and the counts of women."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from federation.registers.api import ScopedViewSet
from federation.registers.api.fields import WrittenDate
from federation.registers.declare import api_rooms
from funding.filters import LedgerFilter, PopulationFilter, YearlyFilter
from funding.models import LedgerLine, Population, YearlyBudget


def owner() -> serializers.CharField:
    """Whose record it is, by code."""
    return serializers.CharField(source="organisation.code", help_text=_("组织编号"))


class LedgerLineSerializer(serializers.ModelSerializer):
    organisation_code = owner()
    received_on = WrittenDate(
        day="received_on", precision="received_precision", help_text=_("到账日期")
    )

    class Meta:
        model = LedgerLine
        fields = [
            "uid", "organisation_code", "year", "source", "received_cny", "spent_cny",
            "balance_cny", "received_on", "voucher_number", "purpose",
        ]  # fmt: skip


class YearlyBudgetSerializer(serializers.ModelSerializer):
    organisation_code = owner()

    class Meta:
        model = YearlyBudget
        fields = [
            "uid", "organisation_code", "year", "is_in_fiscal_budget", "document_number",
            "standard_cny", "planned_cny", "approved_cny", "received_cny",
        ]  # fmt: skip


class PopulationSerializer(serializers.ModelSerializer):
    organisation_code = owner()

    class Meta:
        model = Population
        fields = ["uid", "organisation_code", "kind", "as_of", "women"]


@api_rooms.register
class LedgerLineViewSet(ScopedViewSet):
    """Lines of the ledger in scope; amounts in yuan, with two decimals, as text."""

    route, noun = "ledger-lines", "ledger_line"
    title, about = _("经费台账"), _("按笔登记的收入和支出，金额以元为单位。")
    queryset = LedgerLine.objects.select_related("organisation")
    serializer_class = LedgerLineSerializer
    filterset_class = LedgerFilter


@api_rooms.register
class YearlyBudgetViewSet(ScopedViewSet):
    """Budgets of a year in scope, each of one organisation's own level."""

    route, noun = "yearly-budgets", "yearly_budget"
    title, about = _("年度经费"), _("各单位本级每年的应安排、实际安排、到位和是否纳入预算。")
    queryset = YearlyBudget.objects.select_related("organisation")
    serializer_class = YearlyBudgetSerializer
    filterset_class = YearlyFilter


@api_rooms.register
class PopulationViewSet(ScopedViewSet):
    """Counts of women in scope, each with its day and kind."""

    route, noun = "populations", "population"
    title, about = _("女性人口"), _("各单位登记的女性人口，注明截至日期和口径（常住、户籍）。")
    queryset = Population.objects.select_related("organisation")
    serializer_class = PopulationSerializer
    filterset_class = PopulationFilter
