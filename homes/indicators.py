"""Figures of 妇女之家."""

from collections.abc import Iterable
from datetime import date

import numpy as np
from django.db.models import Count, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.coverage.declare import Evidence, Indicator, Own, indicators
from federation.coverage.units import Units
from homes.models import Home
from homes.models.homes import WOMEN_HOME
from orgs.indicators import latest_facts, reports


def homes(units: Units) -> np.ndarray:
    """妇女之家 of the units: open ones, open ones not resting on a report, all that ever opened."""
    is_open = Q(closed_on=None) | Q(closed_on__gt=units.on)
    begun = Home.objects.of_kind(WOMEN_HOME).filter(Q(opened_on=None) | Q(opened_on__lte=units.on))
    rows = (
        units.narrow(begun.order_by())
        .values_list("organisation_id")
        .annotate(
            standing=Count("pk", filter=is_open),
            confirmed=Count("pk", filter=is_open & Q(from_report=False)),
            ever=Count("pk"),
        )
    )
    return units.table(rows, 3)


@indicators.register
class VillagesWithHome(Indicator):
    """Villages with an open 妇女之家; other kinds of places do not count."""

    code = "POS-01"
    label = _("村社妇女之家覆盖率")
    applies_to = ("village",)
    counts = ("orgs.Organisation", "orgs.ReportedFact", "homes.Home")
    numerator_is = _("有妇女之家的村（社区）")
    denominator_is = _("应建的全部村（社区）")
    rule = _("只数类型为妇女之家的阵地；没有登记的按最近一次上报；没有数据的留在分母里。")
    source = _("妇联改革文件：妇女之家全覆盖")

    def own(self, units: Units) -> Own:
        is_open, confirmed, ever = (units.read(homes) > 0).T
        report = units.read(reports)
        told = report.told["has_home"]
        says_yes = told & (report.numbers["has_home"] > 0)
        counted = confirmed | (ever & ~is_open)
        reported = ~counted & (is_open | told)
        return Own(
            numerator=is_open | (~ever & says_yes),
            denominator=np.ones(len(units)),
            counted=counted,
            reported=reported,
            unknown=~counted & ~reported,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        ids = list(organisation_ids)
        found = {}
        for pk, (fact,) in latest_facts("has_home", ids, on).items():
            value = _now("上报建有妇女之家") if fact.number else _now("上报没有妇女之家")
            found[pk] = Evidence(value, _now("村（社区）报表"), fact.as_of)
        places = Home.objects.of_kind(WOMEN_HOME).filter(organisation__in=ids)
        for home in places.filter(Q(opened_on=None) | Q(opened_on__lte=on)).order_by(
            "-from_report"
        ):
            is_open = home.closed_on is None or home.closed_on > on
            if is_open or home.organisation_id not in found:
                found[home.organisation_id] = self._home(home, is_open=is_open)
        return found

    @staticmethod
    def _home(home: Home, *, is_open: bool) -> Evidence:
        if not is_open:
            value = _now("%(name)s（已停用）") % {"name": home.name}
            return Evidence(value, _now("阵地登记"), home.closed_on)
        source = _now("村（社区）报表") if home.from_report else _now("阵地登记")
        return Evidence(home.name, source, home.opened_on)
