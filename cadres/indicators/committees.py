"""Committees: how many members, whether their leading posts are filled, how old they are."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Count, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cadres.indicators.office import in_office
from cadres.models import Appointment
from federation.coverage.declare import Direction, Evidence, Indicator, Own, Shape, indicators
from federation.coverage.units import Units, units_named
from orgs.indicators.reading import LEADING, built, latest_facts, reports, standing

COUNTS = ("orgs.Organisation", "orgs.ReportedFact", "cadres.Appointment")


@indicators.register
class CommitteesOfFullSize(Indicator):
    """Villages whose committee has at least the members its kind asks for.

    The reported number counts until at least one appointment in office rests on more than a report;
    from then on the people in office do, reported ones among them. More than the maximum is fine.
    """

    code = "ORG-13"
    label = _("村社执委达标率")
    applies_to = ("village",)
    counts = ("orgs.Organisation", "orgs.ReportedFact", "cadres.Appointment")
    numerator_is = _("执委人数达到规定下限的村（社区）")
    denominator_is = _("应建的全部村（社区）")
    rule = _("有任职登记的数在任执委，没有的按最近一次上报的执委人数；没有数据的留在分母里。")
    source = _("下限按组织类型设定，可修改")

    def own(self, units: Units) -> Own:
        office, report = units.read(in_office), units.read(reports)
        least = units.read(standing).committee_min
        has_rule = least > 0
        by_record = has_rule & (office.confirmed > 0)
        by_report = has_rule & ~by_record & report.told["exec_count"]
        size = np.where(by_record, office.members, report.numbers["exec_count"])
        return Own(
            numerator=(by_record | by_report) & (size >= least),
            denominator=np.ones(len(units)),
            counted=by_record,
            reported=by_report,
            unknown=~by_record & ~by_report,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        ids = list(organisation_ids)
        rows = Appointment.objects.in_office_on(on).filter(organisation__in=ids).order_by()
        counted = rows.values_list("organisation_id").annotate(
            members=Count("person", filter=Q(post__is_committee=True), distinct=True),
            confirmed=Count("pk", filter=Q(from_report=False)),
        )
        found = {
            pk: Evidence(_now("在任执委 %(number)s 人") % {"number": n}, _now("任职登记"), on)
            for pk, n, confirmed in counted
            if confirmed
        }
        for pk, (fact,) in latest_facts("exec_count", set(ids) - set(found), on).items():
            value = _now("上报执委 %(number)s 人") % {"number": fact.number}
            found[pk] = Evidence(value, _now("村（社区）报表"), fact.as_of)
        return found


@indicators.register
class LeadingBodiesComplete(Indicator):
    """Federations with a head, a deputy and at least the members their kind asks for.

    Of all levels. Reports do not tell who is deputy, so without an appointment that rests on more
    than a report a unit is unknown and stays in the denominator.
    """

    code = "ORG-11"
    label = _("领导机构健全率")
    applies_to = LEADING
    counts = COUNTS
    numerator_is = _("有主席、有副主席且执委人数达到规定下限的妇联")
    denominator_is = _("已成立的各级妇联")
    rule = _("按在任登记；没有规定下限的只看主席、副主席；没有任职登记的列为没有数据，留在分母里。")
    source = _("妇联改革文件：健全组织机构；下限按组织类型设定，可修改")

    def own(self, units: Units) -> Own:
        office, stands = units.read(in_office), units.read(built).is_built
        is_complete = (
            (office.heads > 0)
            & (office.vices > 0)
            & (office.members >= units.read(standing).committee_min)
        )
        counted = stands & (office.confirmed > 0)
        return Own(
            numerator=counted & is_complete,
            denominator=stands,
            counted=counted,
            reported=np.zeros(len(units)),
            unknown=stands & ~counted,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        return evidence_of_posts(organisation_ids, on, self._said)

    @staticmethod
    def _said(heads: int, vices: int, members: int) -> str:
        words = _now("主席 %(heads)s 人，副主席 %(vices)s 人，执委 %(members)s 人")
        return words % {"heads": heads, "vices": vices, "members": members}


def evidence_of_posts(organisation_ids: Iterable[int], on: date, said: Any) -> dict[int, Evidence]:
    """``said(heads, vices, members)`` of the units with an appointment on record."""
    units = units_named(on, organisation_ids)
    office = units.read(in_office)
    columns = (office.heads, office.vices, office.members, office.confirmed)
    told = zip(units.ids.tolist(), *(column.tolist() for column in columns), strict=True)
    return {
        pk: Evidence(said(heads, vices, members), _now("任职登记"), on)
        for pk, heads, vices, members, confirmed in told
        if confirmed
    }


@indicators.register
class MembersPerTown(Indicator):
    """People in the committees of towns, per town with a committee on record; one woman once."""

    code = "ORG-12"
    label = _("镇街平均执委数")
    shape = Shape.MEAN
    unit = _("人")
    direction = Direction.BAND
    tolerance = Decimal(5)
    applies_to = ("town",)
    counts = COUNTS
    numerator_is = _("乡镇（街道）在任执委人数")
    denominator_is = _("有任职登记的乡镇（街道）妇联")
    rule = _(
        "一人多岗只计一人；没有任职登记的列为没有数据，不进分母；比目标多或少 5 人以内为正常。"
    )
    source = _("妇联改革文件：镇街执委约 25 人")

    def own(self, units: Units) -> Own:
        office, stands = units.read(in_office), units.read(built).is_built
        counted = stands & (office.confirmed > 0)
        return Own(
            numerator=office.members * counted,
            denominator=counted,
            counted=counted,
            reported=np.zeros(len(units)),
            unknown=stands & ~counted,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        return evidence_of_posts(organisation_ids, on, self._said)

    @staticmethod
    def _said(_heads: int, _vices: int, members: int) -> str:
        return _now("在任执委 %(number)s 人") % {"number": members}


@indicators.register
class MeanAgeOfMembers(Indicator):
    """Completed years of age of people in committees; who has no birth on record is left out.

    A birth written as a month or a year counts from its last day.
    """

    code = "TEAM-13"
    label = _("执委平均年龄")
    shape = Shape.MEAN
    unit = _("岁")
    direction = Direction.NEITHER
    applies_to = LEADING
    counts = ("orgs.Organisation", "cadres.Appointment", "cadres.Person")
    numerator_is = _("在任执委的周岁之和")
    denominator_is = _("有出生年月的在任执委")
    rule = _("一人多岗只计一人；没有出生年月的不计入；只写到月的按当月最后一天算。")
    source = _("执委年龄结构，供参考")

    def own(self, units: Units) -> Own:
        office, stands = units.read(in_office), units.read(built).is_built
        counted = office.aged > 0
        return Own(
            numerator=office.years_of_age,
            denominator=office.aged,
            counted=counted,
            reported=np.zeros(len(units)),
            unknown=stands & ~counted,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        units = units_named(on, organisation_ids)
        office = units.read(in_office)
        told = zip(
            units.ids.tolist(), office.years_of_age.tolist(), office.aged.tolist(), strict=True
        )
        words = _now("%(number)s 人，平均 %(age)s 岁")
        return {
            pk: Evidence(
                words % {"number": number, "age": f"{years / number:.1f}"},
                _now("任职登记"),
                on,
                is_person=number == 1,  # the mean of one woman is her age
            )
            for pk, years, number in told
            if number
        }
