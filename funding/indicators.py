"""Figures of money.

Records come before reports: what a yearly budget, the ledger or a count of women says of a unit is
taken, and only where they are silent what the unit reported of itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Sum
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.coverage.days import DayNumber
from federation.coverage.declare import Evidence, Indicator, Own, Shape, indicators
from federation.coverage.units import Units
from funding.models import LedgerLine, Population, YearlyBudget
from funding.models.amounts import PER_WOMAN_FEN, fen
from funding.services.evidence import evidence_of
from orgs.indicators import Sign, reports, signs
from orgs.models import Organisation

COUNTED = (
    "orgs.Organisation",
    "orgs.ReportedFact",
    "funding.YearlyBudget",
    "funding.Population",
)
RESIDENT = Population.Kind.RESIDENT
SOURCE = _("妇联改革文件：妇女人均一元钱、纳入财政预算")


@dataclass(frozen=True)
class Sums:
    """One sum of every unit in 分 (or people): known, from a record and not a report, how much."""

    is_known: np.ndarray
    is_record: np.ndarray
    numbers: np.ndarray


def budgets(units: Units) -> np.ndarray:
    """Of the year's budget: arranged told, arranged, received told, received, answered, 纳入."""
    rows = units.narrow(YearlyBudget.objects.of_year(units.on.year).order_by()).values_list(
        "organisation_id", "approved_cny", "received_cny", "is_in_fiscal_budget"
    )
    return units.table(
        (
            (owner, approved is not None, fen(approved) or 0, received is not None,
             fen(received) or 0, flag is not None, bool(flag))
            for owner, approved, received, flag in rows
        ),
        6,
    )  # fmt: skip


def arranged(units: Units) -> Sums:
    """安排 of the calendar year of the day: the yearly budget, else a report of that year."""
    is_record, numbers = (units.read(budgets)[:, place] for place in (0, 1))
    report = units.read(reports)
    return _first(is_record > 0, numbers, report.told["budget_yuan"], report.numbers["budget_yuan"])


def received(units: Units) -> Sums:
    """到位 of the calendar year by the day: lines of the ledger, else what the budget says."""
    lines = units.narrow(LedgerLine.objects.in_year_by(units.on).order_by())
    by_unit = lines.values_list("organisation_id").annotate(received=Sum("received_cny"))
    has_lines, in_lines = units.table(((owner, 1, fen(sum_)) for owner, sum_ in by_unit), 2).T
    told, in_budget = (units.read(budgets)[:, place] for place in (2, 3))
    found = _first(has_lines > 0, in_lines, told > 0, in_budget)
    return Sums(found.is_known, found.is_known, found.numbers)


def women(units: Units) -> Sums:
    """The latest resident women on or before the day: a count on record, else a report."""
    counts = units.narrow(Population.objects.latest_by(units.on, RESIDENT)).values_list(
        "organisation_id", "women"
    )
    is_record, numbers = units.table(((owner, 1, count) for owner, count in counts), 2).T
    report, key = units.read(reports), "women_resident"
    return _first(is_record > 0, numbers, report.told[key], report.numbers[key])


def _first(
    has_record: np.ndarray, recorded: np.ndarray, has_report: np.ndarray, reported: np.ndarray
) -> Sums:
    numbers = np.where(has_record, recorded, np.where(has_report, reported, 0))
    return Sums(has_record | has_report, has_record, numbers)


def municipalities(units: Units) -> np.ndarray:
    """Which units are municipalities (直辖市); a query only where one can be among them."""
    provinces = units.ids[units.groups == "province"].tolist()
    found = Organisation.objects.municipalities().filter(pk__in=provinces) if provinces else ()
    return np.isin(units.ids, [one.pk for one in found])


class MoneyArrived(Sign):
    """A line of the ledger has arrived."""

    key = "ledger"
    label = _("经费到账")
    counts = ("funding.LedgerLine",)

    def days(self, units: Units) -> np.ndarray:
        lines = units.narrow(LedgerLine.objects.order_by().exclude(received_on=None))
        return units.records(lines.values_list("organisation_id", DayNumber("received_on")), 1)


signs.register(MoneyArrived())


class PerWoman(Indicator):
    """A sum of the year per resident woman.

    Both are plain sums: women of a unit without the sum stay in the denominator (no data is not
    left out), the sum of a unit without women stays in the numerator. A unit that lacks either is
    counted as unknown, so the mix is never silent.
    """

    shape = Shape.CNY_EACH
    unit = _("元/人")
    applies_to = ("village",)
    denominator_is = _("最近一次登记（没有登记的按上报）的常住妇女数")
    source = _("妇联改革文件：人均工作经费标准")

    def sums(self, units: Units) -> Sums:
        """The money of the units."""
        raise NotImplementedError(self.code)

    def own(self, units: Units) -> Own:
        money, people = self.sums(units), units.read(women)
        known = money.is_known & people.is_known
        counted = known & money.is_record & people.is_record
        return Own(
            numerator=money.numbers,
            denominator=people.numbers,
            counted=counted,
            reported=known & ~counted,
            unknown=~known,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        return evidence_of(organisation_ids, on)


@indicators.register
class FundsPerWoman(PerWoman):
    """Arranged working funds of the year per resident woman."""

    code = "FUND-01"
    version = 2  # records come before reports
    label = _("妇女人均工作经费")
    counts = COUNTED
    numerator_is = _("本年度安排的工作经费")
    rule = _(
        "按年度经费登记，没有登记的按上报；经费或妇女数缺一项的村（社区）列为没有数据，"
        "已有的一项照样计入。"
    )

    def sums(self, units: Units) -> Sums:
        return units.read(arranged)


@indicators.register
class FundsReceivedPerWoman(PerWoman):
    """Working funds of the year that have arrived, per resident woman; beside FUND-01."""

    code = "FUND-01R"
    label = _("妇女人均到位经费")
    counts = (*COUNTED, "funding.LedgerLine")
    numerator_is = _("本年度已到位的工作经费")
    rule = _(
        "到位按经费台账收入合计，没有台账的按年度经费登记；经费或妇女数缺一项的村（社区）"
        "列为没有数据，已有的一项照样计入。"
    )

    def sums(self, units: Units) -> Sums:
        return units.read(received)


class PerWomanReached(Indicator):
    """Units of one level whose own budget reaches 1 yuan per resident woman."""

    counts = COUNTED
    rule = _(
        "按本级安排的经费除以常住妇女数，满 1.00 元为达标；经费或妇女数缺一项的留在分母里，"
        "列为没有数据。"
    )
    source = SOURCE

    def own(self, units: Units) -> Own:
        money, people = units.read(arranged), units.read(women)
        known = money.is_known & people.is_known & (people.numbers > 0)
        counted = known & money.is_record & people.is_record
        return Own(
            numerator=known & (money.numbers >= PER_WOMAN_FEN * people.numbers),
            denominator=np.ones(len(units)),
            counted=counted,
            reported=known & ~counted,
            unknown=~known,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        return evidence_of(organisation_ids, on)


@indicators.register
class DistrictsReached(PerWomanReached):
    code = "FUND-02"
    label = _("人均达标区县占比")
    applies_to = ("district",)
    numerator_is = _("本年度妇女人均工作经费满 1 元的区县")
    denominator_is = _("全部区县")


@indicators.register
class TownsReached(PerWomanReached):
    code = "FUND-02T"
    label = _("人均达标镇街占比")
    applies_to = ("town",)
    numerator_is = _("本年度本级妇女人均工作经费满 1 元的镇街")
    denominator_is = _("全部镇街")


class InFiscalBudget(Indicator):
    """Units of one level whose funds stand in the government's budget; one rate per level."""

    counts = ("orgs.Organisation", "funding.YearlyBudget")
    rule = _(
        "以年度经费登记的“是否纳入预算”为准；没有登记的留在分母里，列为没有数据。各级分别计算。"
    )
    source = SOURCE

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
