"""Figures of money."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.coverage.declare import Evidence, Indicator, Own, Shape, indicators
from federation.coverage.units import Units
from federation.writing import cny
from orgs.indicators import latest_facts, reports


@indicators.register
class FundsPerWoman(Indicator):
    """Arranged working funds of the year per resident woman.

    Numerator: 分 arranged for the calendar year of the day, from reports of that year. Denominator:
    the latest reported resident women, of whatever year. Both are plain sums: women of a unit that
    told no sum stay in the denominator (no data is not left out), a sum of a unit that told no
    women stays in the numerator. A unit that lacks either is counted as unknown, so the
    mix is never silent.
    """

    code = "FUND-01"
    label = _("妇女人均工作经费")
    shape = Shape.CNY_EACH
    unit = _("元/人")
    applies_to = ("village",)
    counts = ("orgs.Organisation", "orgs.ReportedFact")
    numerator_is = _("本年度安排的工作经费")
    denominator_is = _("最近一次上报的常住妇女数")
    rule = _("经费或妇女数缺一项的村（社区）列为没有数据，已报的一项照样计入。")
    source = _("妇联改革文件：人均工作经费标准")

    def own(self, units: Units) -> Own:
        report = units.read(reports)
        has_sum = report.told["budget_yuan"]
        has_women = report.told["women_resident"]
        known = has_sum & has_women
        return Own(
            numerator=report.numbers["budget_yuan"],
            denominator=report.numbers["women_resident"],
            counted=~known & False,
            reported=known,
            unknown=~known,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        ids = list(organisation_ids)
        sums, women = (latest_facts(key, ids, on) for key in ("budget_yuan", "women_resident"))
        found = {}
        for pk in {*sums, *women}:
            words, days = [], []
            for (fact,) in (found_in[pk] for found_in in (sums, women) if pk in found_in):
                if fact.key == "women_resident":
                    words.append(_now("常住妇女 %(number)s 人") % {"number": fact.number})
                elif fact.as_of.year == on.year:
                    words.append(_now("安排 %(sum)s 元") % {"sum": cny(fact.number)})
                days.append(fact.as_of)
            found[pk] = Evidence("，".join(words), _now("村（社区）报表"), max(days))
        return found
