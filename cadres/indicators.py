"""Figures of committees and their heads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Count, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cadres.models import Appointment
from federation.coverage.declare import Evidence, Indicator, Own, indicators
from federation.coverage.units import Units
from orgs.indicators import latest_facts, reports, standing


@dataclass(frozen=True)
class InOffice:
    """Who holds posts in the units on the day of a count; whole numbers by unit."""

    members: np.ndarray  # distinct people in committee posts
    confirmed: np.ndarray  # appointments that do not rest on a report alone
    heads: np.ndarray
    heads_confirmed: np.ndarray
    heads_on_two: np.ndarray
    heads_not_on_two: np.ndarray
    heads_ever: np.ndarray  # who began on or before the day, gone or not


def in_office(units: Units) -> InOffice:
    """Appointments of the units, in one query."""
    held = Q(until_on=None) | Q(until_on__gt=units.on)
    head = held & Q(is_head=True)
    begun = units.narrow(Appointment.objects.filter(from_on__lte=units.on).order_by())
    rows = begun.values_list("organisation_id").annotate(
        members=Count("person", filter=held & Q(post__is_committee=True), distinct=True),
        confirmed=Count("pk", filter=held & Q(from_report=False)),
        heads=Count("pk", filter=head),
        heads_confirmed=Count("pk", filter=head & Q(from_report=False)),
        heads_on_two=Count("pk", filter=head & Q(is_on_two_committees=True)),
        heads_not_on_two=Count("pk", filter=head & Q(is_on_two_committees=False)),
        heads_ever=Count("pk", filter=Q(is_head=True)),
    )
    return InOffice(*units.table(rows, 7).T)


def report_words() -> str:
    return _now("村（社区）报表")


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
            found[pk] = Evidence(value, report_words(), fact.as_of)
        return found


class HeadsOnTwoCommittees(Indicator):
    """Heads in post who sit on the party branch's or the villagers' committee.

    Her appointment says so; where it is silent the latest report of the unit does. A unit that
    never had a head on record has one by report when that report says she sits on a committee; a
    unit whose heads have all left is vacant. Vacancies are outside the denominator and stand
    beside it: all units are ``counted + reported + unknown``.
    """

    version = 1
    applies_to = ("village",)
    counts = ("orgs.Organisation", "orgs.ReportedFact", "cadres.Appointment")
    rule = _("是否进“两委”没有登记的，按最近一次上报；空缺不进分母，另列。")
    source = _("妇联改革文件：进“两委”")
    of_communities: bool

    def own(self, units: Units) -> Own:
        office, report = units.read(in_office), units.read(reports)
        mine = units.read(standing).is_community == self.of_communities
        told = report.told["chair_in_committee"]
        says_yes = told & (report.numbers["chair_in_committee"] > 0)
        has_head, ever = office.heads > 0, office.heads_ever > 0
        known = (office.heads_on_two > 0) | (office.heads_not_on_two > 0)
        by_report_alone = ~ever & says_yes
        yes = np.where(has_head, np.where(known, office.heads_on_two > 0, says_yes), False)
        counted = (has_head & known & (office.heads_confirmed > 0)) | (ever & ~has_head)
        reported = (has_head & ~counted & (known | told)) | by_report_alone
        return Own(
            numerator=mine & (yes | by_report_alone),
            denominator=mine & (has_head | by_report_alone),
            counted=mine & counted,
            reported=mine & reported,
            unknown=mine & ~counted & ~reported,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        ids = list(organisation_ids)
        heads = Appointment.objects.in_office_on(on).heads().filter(organisation__in=ids)
        facts = latest_facts("chair_in_committee", ids, on)
        found = {
            pk: Evidence(self._said(bool(fact.number)), report_words(), fact.as_of)
            for pk, (fact,) in facts.items()
        }
        for post in heads.select_related("person", "post").order_by("from_on"):
            by_record = post.is_on_two_committees is not None and not post.from_report
            source = _now("任职登记") if by_record else report_words()
            answer = post.is_on_two_committees
            if answer is None and post.organisation_id in facts:
                answer = bool(facts[post.organisation_id][0].number)
            value = f"{post.post} {post.person.name}：{self._said(answer)}"
            found[post.organisation_id] = Evidence(value, source, post.from_on, is_person=True)
        return found

    @staticmethod
    def _said(answer: bool | None) -> str:
        if answer is None:
            return _now("是否进“两委”不详")
        return _now("进“两委”") if answer else _now("未进“两委”")


@indicators.register
class VillageHeadsOnTwoCommittees(HeadsOnTwoCommittees):
    """Heads of villages, unconverted 妇代会 among them."""

    code = "TEAM-01"
    label = _("村妇联主席进两委率")
    numerator_is = _("进“两委”的村妇联主席（妇代会主任）")
    denominator_is = _("在任的村妇联主席（妇代会主任）")
    of_communities = False


@indicators.register
class CommunityHeadsOnTwoCommittees(HeadsOnTwoCommittees):
    """Heads of communities."""

    code = "TEAM-02"
    label = _("社区妇联主席进两委率")
    numerator_is = _("进“两委”的社区妇联主席")
    denominator_is = _("在任的社区妇联主席")
    of_communities = True
