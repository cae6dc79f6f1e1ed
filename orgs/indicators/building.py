"""Whether every place that should have a federation has one."""

from collections.abc import Iterable
from datetime import date

import numpy as np
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.coverage.declare import Evidence, Indicator, Own, indicators
from federation.coverage.units import Units
from orgs.indicators.reading import SILENT, built, latest_facts
from orgs.models import Organisation


class WithFederation(Indicator):
    """Places of one level with a 妇联 that stands on the day."""

    counts = ("orgs.Organisation", "orgs.ReportedFact")
    rule = _("没有登记的，按最近一次上报；妇代会未改建的不算；没有数据的留在分母里。")

    def own(self, units: Units) -> Own:
        found = units.read(built)
        return Own(
            numerator=found.is_built,
            denominator=np.ones(len(units)),
            counted=found.counted,
            reported=found.reported,
            unknown=~found.counted & ~found.reported,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        ids = list(organisation_ids)
        found: dict[int, Evidence] = {}
        for unit in Organisation.objects.filter(pk__in=ids).exclude(SILENT):
            source = _now("村（社区）报表") if unit.from_report else _now("组织登记")
            found[unit.pk] = Evidence(unit.get_status_display(), source, unit.status_since_on)
        for pk, (fact,) in latest_facts("exec_count", set(ids) - set(found), on).items():
            value = _now("上报执委 %(number)s 人") % {"number": fact.number}
            found[pk] = Evidence(value, _now("村（社区）报表"), fact.as_of)
        return found


@indicators.register
class TownsWithFederation(WithFederation):
    """Towns and streets with a 妇联 of their own."""

    code = "ORG-01"
    label = _("乡镇街道妇联组建率")
    applies_to = ("town",)
    numerator_is = _("已成立妇联的乡镇（街道）")
    denominator_is = _("应建的全部乡镇（街道）")
    rule = _("按组织登记；没有登记的列为没有数据，留在分母里。")
    source = _("妇联改革文件：乡镇街道妇联组建率")


@indicators.register
class VillagesWithFederation(WithFederation):
    """Villages and communities with a 妇联."""

    code = "ORG-02"
    label = _("村社区妇联组建率")
    applies_to = ("village",)
    numerator_is = _("已成立妇联的村（社区）")
    denominator_is = _("应建的全部村（社区）")
    source = _("妇联改革文件：传统领域组建率")
