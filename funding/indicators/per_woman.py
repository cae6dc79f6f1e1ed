"""Yuan per resident woman: sums of villages, districts and towns that reach 1.00."""

from collections.abc import Iterable
from datetime import date

import numpy as np
from django.utils.translation import gettext_lazy as _

from federation.coverage.declare import Evidence, Indicator, Own, Shape, indicators
from federation.coverage.units import Units
from funding.indicators.sums import COUNTED, Sums, arranged, received, women
from funding.models.amounts import PER_WOMAN_FEN
from funding.services.evidence import evidence_of

REFORM = _("妇联改革文件：妇女人均一元钱、纳入财政预算")


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
    beside = ("FUND-01R", _("到位"))
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
    """Units of one level whose own money of the year reaches 1 yuan per resident woman."""

    counts = COUNTED
    rule = _(
        "按本级安排的经费除以常住妇女数，满 1.00 元为达标；经费或妇女数缺一项的留在分母里，"
        "列为没有数据。"
    )
    source = REFORM

    def sums(self, units: Units) -> Sums:
        """The money of the units: what was arranged."""
        return units.read(arranged)

    def own(self, units: Units) -> Own:
        money, people = self.sums(units), units.read(women)
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


class PerWomanArrived(PerWomanReached):
    """The same of what has arrived; beside what was arranged."""

    counts = (*COUNTED, "funding.LedgerLine")
    rule = _(
        "按本级到位的经费（台账收入合计，没有台账的按年度经费登记）除以常住妇女数，"
        "满 1.00 元为达标；到位数或妇女数缺一项的留在分母里，列为没有数据。"
    )

    def sums(self, units: Units) -> Sums:
        return units.read(received)


@indicators.register
class DistrictsReached(PerWomanReached):
    code = "FUND-02"
    label = _("人均达标区县占比")
    beside = ("FUND-02R", _("到位"))
    applies_to = ("district",)
    numerator_is = _("本年度妇女人均工作经费满 1 元的区县")
    denominator_is = _("全部区县")


@indicators.register
class DistrictsArrived(PerWomanArrived):
    code = "FUND-02R"
    label = _("人均到位达标区县占比")
    applies_to = ("district",)
    numerator_is = _("本年度妇女人均到位经费满 1 元的区县")
    denominator_is = _("全部区县")


@indicators.register
class TownsReached(PerWomanReached):
    code = "FUND-02T"
    label = _("人均达标镇街占比")
    beside = ("FUND-02TR", _("到位"))
    applies_to = ("town",)
    numerator_is = _("本年度本级妇女人均工作经费满 1 元的镇街")
    denominator_is = _("全部镇街")


@indicators.register
class TownsArrived(PerWomanArrived):
    code = "FUND-02TR"
    label = _("人均到位达标镇街占比")
    applies_to = ("town",)
    numerator_is = _("本年度本级妇女人均到位经费满 1 元的镇街")
    denominator_is = _("全部镇街")
