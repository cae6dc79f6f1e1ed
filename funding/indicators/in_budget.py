"""Whose money stands in the government's budget, a rate for each level."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.coverage.declare import Evidence, Indicator, Own, indicators
from federation.coverage.units import Units
from funding.indicators.per_woman import REFORM
from funding.indicators.sums import budgets
from funding.models import YearlyBudget
from orgs.models import Organisation


def municipalities(units: Units) -> np.ndarray:
    """Which units are municipalities (直辖市); a query only where one can be among them."""
    provinces = units.ids[units.groups == "province"].tolist()
    found = Organisation.objects.municipalities().filter(pk__in=provinces) if provinces else ()
    return np.isin(units.ids, [one.pk for one in found])


class InFiscalBudget(Indicator):
    """Units of one level whose funds stand in the government's budget; one rate per level."""

    counts = ("orgs.Organisation", "funding.YearlyBudget")
    rule = _(
        "以年度经费登记的“是否纳入预算”为准；没有登记的留在分母里，列为没有数据。各级分别计算。"
    )
    source = REFORM

    def own(self, units: Units) -> Own:
        answered, is_in = (units.read(budgets)[:, place] > 0 for place in (4, 5))
        nothing = np.zeros(len(units))
        return Own(
            numerator=is_in,
            denominator=np.ones(len(units)),
            counted=answered,
            reported=nothing,
            unknown=~answered,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        told = YearlyBudget.objects.of_year(on.year).filter(organisation__in=list(organisation_ids))
        answers: dict[Any, str] = {True: _now("已纳入预算"), False: _now("未纳入预算")}
        return {
            one.organisation_id: Evidence(
                _now("，").join(
                    filter(None, (answers[one.is_in_fiscal_budget], one.document_number))
                ),
                _now("年度经费登记"),
                date(one.year, 1, 1),
            )
            for one in told.exclude(is_in_fiscal_budget=None)
        }


@indicators.register
class CitiesInBudget(InFiscalBudget):
    """Cities, and municipalities, whose 市妇联 is of the province's level and the 市级 at once."""

    code = "FUND-03C"
    version = 2  # a municipality counts as a city
    label = _("市级纳入财政预算率")
    applies_to = ("city",)
    numerator_is = _("本年度妇联经费纳入财政预算的市")
    denominator_is = _("全部市级妇联（直辖市妇联计入）")

    def applies(self, units: Units) -> np.ndarray:
        return super().applies(units) | (units.expected & units.read(municipalities))


@indicators.register
class DistrictsInBudget(InFiscalBudget):
    code = "FUND-03D"
    label = _("区县纳入财政预算率")
    applies_to = ("district",)
    numerator_is = _("本年度妇联经费纳入财政预算的区县")
    denominator_is = _("全部区县")


@indicators.register
class TownsInBudget(InFiscalBudget):
    code = "FUND-03T"
    label = _("镇街纳入财政预算率")
    applies_to = ("town",)
    numerator_is = _("本年度妇联经费纳入财政预算的镇街")
    denominator_is = _("全部镇街")
