"""Figures of 妇女之家."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.coverage.days import DayNumber
from federation.coverage.declare import Evidence, Indicator, Own, indicators
from federation.coverage.units import Units
from homes.models import Home, HomeCheck
from homes.models.homes import WOMEN_HOME
from orgs.indicators import Sign, flag, latest_facts, reports, signs


def homes(units: Units) -> np.ndarray:
    """妇女之家 of the units, in one query; five columns of numbers of homes.

    Open; open and not resting on a report; ever opened; open and passed; open and looked at within
    the year.
    """
    is_open = Q(closed_on=None) | Q(closed_on__gt=units.on)
    begun = Home.objects.of_kind(WOMEN_HOME).filter(Q(opened_on=None) | Q(opened_on__lte=units.on))
    rows = units.narrow(begun.with_check(units.on).order_by()).values_list(
        "organisation_id", flag(is_open), flag(is_open & Q(from_report=False)), "is_passed"
    )
    found = np.array(
        [
            (pk, stands, confirmed, 1, stands and passed is True, stands and passed is not None)
            for pk, stands, confirmed, passed in rows
        ],
        dtype=np.int64,
    ).reshape(-1, 6)
    table = np.zeros((len(units), 5), dtype=np.int64)
    place = units.positions(found[:, 0])
    np.add.at(table, place[place >= 0], found[place >= 0, 1:])
    return table


class WithHome(Indicator):
    """Organisations with an open 妇女之家; other kinds of places do not count."""

    counts = ("orgs.Organisation", "orgs.ReportedFact", "homes.Home")
    rule = _("只数类型为妇女之家的阵地；没有登记的按最近一次上报；没有数据的留在分母里。")
    source = _("妇联改革文件：妇女之家全覆盖")

    def own(self, units: Units) -> Own:
        is_open, confirmed, ever, *_haves = (units.read(homes) > 0).T
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


@indicators.register
class VillagesWithHome(WithHome):
    """Villages with an open 妇女之家."""

    code = "POS-01"
    label = _("村社妇女之家覆盖率")
    applies_to = ("village",)
    numerator_is = _("有妇女之家的村（社区）")
    denominator_is = _("应建的全部村（社区）")


@indicators.register
class TownsWithHome(WithHome):
    """Towns with an open 妇女之家 of their own; those of their villages are not theirs."""

    code = "POS-02"
    label = _("镇街妇女之家覆盖率")
    applies_to = ("town",)
    numerator_is = _("本级有妇女之家的乡镇（街道）")
    denominator_is = _("应建的全部乡镇（街道）")


class PlaceUsed(Sign):
    """A place is opened, closed or looked at; of a place known from a report the report speaks."""

    key = "home"
    label = _("阵地启用、停用或核查")
    counts = ("homes.Home", "homes.HomeCheck")

    def days(self, units: Units) -> np.ndarray:
        owner, known = "organisation_id", Home.objects.order_by().filter(from_report=False)
        opened = units.narrow(known.exclude(opened_on=None))
        closed = units.narrow(known.exclude(closed_on=None))
        checks = units.narrow(HomeCheck.objects.order_by())
        rows = opened.values_list(owner, DayNumber("opened_on")).union(
            closed.values_list(owner, DayNumber("closed_on")),
            checks.values_list(owner, DayNumber("checked_on")),
        )
        return units.records(rows, 1)


signs.register(PlaceUsed())


@indicators.register
class HomesWithFiveHaves(Indicator):
    """妇女之家 whose latest check, made within the year, found everything the standard asks for.

    The own part counts homes, not organisations: a village with two homes has two.
    """

    code = "POS-03"
    label = _("五有达标率")
    counts = ("orgs.Organisation", "homes.Home", "homes.HomeCheck")
    numerator_is = _("一年内核查五有全部达标的妇女之家")
    denominator_is = _("在用的妇女之家")
    rule = _(
        "只数类型为妇女之家的阵地，按最近一次核查；超过一年没有核查的列为没有数据，留在分母里。"
    )
    source = _("妇联组织建设文件：妇女之家“五有”")

    def own(self, units: Units) -> Own:
        homes_open, _confirmed, _ever, passed, looked_at = units.read(homes).T
        return Own(
            numerator=passed,
            denominator=homes_open,
            counted=looked_at,
            reported=np.zeros(len(units)),
            unknown=homes_open - looked_at,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        places = Home.objects.of_kind(WOMEN_HOME).open_on(on).with_check(on)
        by_owner: dict[int, list[Home]] = {}
        for home in places.filter(organisation__in=list(organisation_ids)).order_by("pk"):
            by_owner.setdefault(home.organisation_id, []).append(home)
        return {pk: self._of(places) for pk, places in by_owner.items()}

    @staticmethod
    def _of(places: list[Any]) -> Evidence:
        passed = sum(home.is_passed is True for home in places)
        dates = [home.checked_on for home in places if home.checked_on]
        if not dates:
            return Evidence(_now("一年内没有核查"), _now("阵地登记"), None)
        told = {"passed": passed, "count": len(places)}
        value = _now("在用 %(count)s 个，五有达标 %(passed)s 个") % told
        return Evidence(value, _now("阵地核查"), max(dates))
