"""Heads: whether they sit on two committees, work full-time, hold a higher rank."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cadres.indicators.office import InOffice, in_office
from cadres.models import Appointment
from federation.coverage.declare import Evidence, Indicator, Own, indicators
from federation.coverage.units import Units
from orgs.indicators.reading import latest_facts, reports, standing


def report_words() -> str:
    return _now("村（社区）报表")


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


class TownHeads(Indicator):
    """Heads of towns in post of whom something is told by their appointment.

    A head of whom it is not told stays in the denominator as unknown; a vacancy is outside it and
    stands beside it; a town that never had a head on record is unknown.
    """

    applies_to = ("town",)
    counts = ("orgs.Organisation", "cadres.Appointment")
    denominator_is = _("在任的乡镇（街道）妇联主席")

    def answers(self, office: InOffice) -> tuple[np.ndarray, np.ndarray]:
        """How many heads it is told of, and of how many it is true."""
        raise NotImplementedError(self.code)

    def said(self, post: Any) -> str:
        """The answer of one appointment in words."""
        raise NotImplementedError(self.code)

    def own(self, units: Units) -> Own:
        office = units.read(in_office)
        told, true = self.answers(office)
        has_head, vacant = office.heads > 0, (office.heads_ever > 0) & (office.heads == 0)
        counted = (has_head & (told > 0) & (office.heads_confirmed > 0)) | vacant
        reported = has_head & (told > 0) & ~counted
        return Own(
            numerator=has_head & (true > 0),
            denominator=has_head,
            counted=counted,
            reported=reported,
            unknown=~counted & ~reported,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        heads = Appointment.objects.in_office_on(on).heads()
        mine = heads.filter(organisation__in=list(organisation_ids)).order_by("from_on")
        return {
            post.organisation_id: Evidence(
                f"{post.post} {post.person.name}：{self.said(post)}",
                report_words() if post.from_report else _now("任职登记"),
                post.from_on,
                is_person=True,
            )
            for post in mine.select_related("person", "post")
        }


@indicators.register
class TownHeadsFullTime(TownHeads):
    """Heads of towns whose whole work it is."""

    code = "TEAM-04"
    label = _("镇街主席专职率")
    numerator_is = _("专职的乡镇（街道）妇联主席")
    rule = _("没有登记专、挂、兼职的留在分母里，列为没有数据；空缺不进分母，另列。")
    source = _("妇联改革文件：专职专用")

    def answers(self, office: InOffice) -> tuple[np.ndarray, np.ndarray]:
        return office.heads_engaged, office.heads_full_time

    def said(self, post: Any) -> str:
        return post.get_engagement_display() or _now("专职或兼职不详")


@indicators.register
class TownHeadsOfHigherRank(TownHeads):
    """Heads of towns who hold a higher rank than their kind usually has (高配)."""

    code = "TEAM-05"
    label = _("镇街主席高配率")
    numerator_is = _("职级高于一般职级的乡镇（街道）妇联主席")
    rule = _(
        "一般职级按组织类型设定，可修改；没有登记职级的留在分母里，列为没有数据；空缺不进分母。"
    )
    source = _("妇联改革文件：主席高配")

    def answers(self, office: InOffice) -> tuple[np.ndarray, np.ndarray]:
        return office.heads_ranked, office.heads_ranked_higher

    def said(self, post: Any) -> str:
        return post.get_rank_display() or _now("职级不详")
