"""How many women came to courses this year."""

from collections.abc import Iterable
from datetime import date

import numpy as np
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from federation.coverage.declare import Evidence, Indicator, Own, Shape, indicators
from federation.coverage.units import Units
from tests.extension.models import Course


def this_year(on: date) -> dict[str, date]:
    """The days of the calendar year up to ``on``."""
    return {"held_on__gte": date(on.year, 1, 1), "held_on__lte": on}


@indicators.register
class WomenTaught(Indicator):
    """Women who came to the courses of the year, every course counted."""

    code = "TRAIN-01"
    label = _("培训人次")
    shape = Shape.COUNT
    unit = _("人次")
    counts = ("extension.Course",)
    numerator_is = _("本年参加培训的人次")
    denominator_is = _("全部单位")
    rule = _("按课程日期计入当年；没有登记课程的单位列为没有数据。")
    source = _("培训台账")

    def own(self, units: Units) -> Own:
        held = Course.objects.filter(**this_year(units.on)).order_by()
        rows = units.narrow(held).values_list("organisation_id").annotate(Sum("attended"))
        (attended,) = units.table(rows, 1).T
        return Own(
            numerator=attended,
            denominator=np.ones(len(units)),
            counted=attended > 0,
            reported=np.zeros(len(units)),
            unknown=attended == 0,
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        held = Course.objects.filter(organisation__in=list(organisation_ids), **this_year(on))
        return {
            course.organisation_id: Evidence(course.title, str(self.source), course.held_on)
            for course in held.order_by("held_on")
        }
