"""Leading bodies: who in them comes from outside, seconded or part-time."""

from collections.abc import Iterable
from datetime import date

import numpy as np
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cadres.indicators.office import in_office
from federation.coverage.declare import Evidence, Indicator, Own, indicators
from federation.coverage.units import Units, units_named
from orgs.indicators.reading import LEADING, built

COUNTS = ("orgs.Organisation", "orgs.ReportedFact", "cadres.Appointment")


@indicators.register
class BodiesWithPartTimeVice(Indicator):
    """Federations with at least one part-time deputy head."""

    code = "TEAM-06"
    label = _("兼职副主席配备率")
    applies_to = LEADING
    counts = COUNTS
    numerator_is = _("至少有一名兼职副主席的妇联")
    denominator_is = _("已成立的各级妇联")
    rule = _("没有任职登记的，或有副主席没有登记专、挂、兼职的，列为没有数据，留在分母里。")
    source = _("妇联改革文件：专挂兼相结合，增设兼职副主席")

    def own(self, units: Units) -> Own:
        office, stands = units.read(in_office), units.read(built).is_built
        has_one = stands & (office.vices_part_time > 0)
        is_told = (office.confirmed > 0) & (office.vices_engaged == office.vices)
        counted = stands & (is_told | has_one)
        return Own(
            numerator=has_one,
            denominator=stands,
            counted=counted,
            reported=np.zeros(len(units)),
            unknown=stands & ~counted,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        units = units_named(on, organisation_ids)
        office = units.read(in_office)
        words = _now("副主席 %(all)s 人，其中兼职 %(part)s 人")
        columns = (office.vices, office.vices_part_time, office.confirmed)
        told = zip(units.ids.tolist(), *(column.tolist() for column in columns), strict=True)
        return {
            pk: Evidence(words % {"all": vices, "part": part_time}, _now("任职登记"), on)
            for pk, vices, part_time, confirmed in told
            if confirmed
        }


@indicators.register
class LeadersFromOutside(Indicator):
    """Of the leading bodies, heads and deputies, those who are seconded or part-time."""

    code = "TEAM-07"
    label = _("班子挂职兼职占比")
    applies_to = LEADING
    counts = COUNTS
    numerator_is = _("挂职和兼职的主席、副主席")
    denominator_is = _("在任的主席、副主席")
    rule = _("按职务计；没有登记专、挂、兼职的留在分母里，所在组织列为没有数据。")
    source = _("妇联改革文件：提高挂职、兼职比例")

    def own(self, units: Units) -> Own:
        office, stands = units.read(in_office), units.read(built).is_built
        is_told = (office.leaders > 0) & (office.leaders_engaged == office.leaders)
        counted = is_told & (office.leaders_confirmed > 0)
        return Own(
            numerator=office.leaders_from_outside,
            denominator=office.leaders,
            counted=counted,
            reported=is_told & ~counted,
            unknown=(stands | (office.leaders > 0)) & ~is_told,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        units = units_named(on, organisation_ids)
        office = units.read(in_office)
        words = _now("主席、副主席 %(all)s 人，其中挂职、兼职 %(outside)s 人")
        columns = (office.leaders, office.leaders_from_outside)
        told = zip(units.ids.tolist(), *(column.tolist() for column in columns), strict=True)
        return {
            pk: Evidence(words % {"all": leaders, "outside": outside}, _now("任职登记"), on)
            for pk, leaders, outside in told
            if leaders
        }
