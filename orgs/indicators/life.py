"""Whether organisations give a sign of life."""

from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from federation.coverage.days import UNTOLD, day_number, day_of
from federation.coverage.declare import Evidence, Indicator, Own, indicators
from federation.coverage.units import Units, units_named
from orgs.indicators.reading import LEADING, built
from orgs.indicators.signs import signs

DAYS = 90


class Watched:
    """The models of all signs declared, and of the organisation itself."""

    def __iter__(self) -> Iterator[str]:
        yield from ("orgs.Organisation", "orgs.ReportedFact")
        for sign in signs:
            yield from sign.counts


def last_signs(units: Units) -> np.ndarray:
    """Day numbers of the latest sign of each sort, a row each; UNTOLD where there is none."""
    found = [sign.latest(units) for sign in signs]
    return np.stack([np.full(len(units), UNTOLD), *found])


@indicators.register
class OrganisationsAlive(Indicator):
    """Federations with a sign of life in the last 90 days: any dated record the portal keeps."""

    code = "ORG-17"
    label = _("活跃组织率")
    applies_to = LEADING
    counts = Watched()
    numerator_is = _("最近 90 天内有动静的妇联")
    denominator_is = _("已成立的各级妇联")
    rule = _(
        "动静指平台里有日期的记录：上报数据、换届、任职和离任、阵地启用和核查、经费到账；"
        "按记录发生的日期算，不按录入的日期。"
    )
    source = _("“僵尸组织”整治要求；90 天为本平台设定")

    def own(self, units: Units) -> Own:
        stands = units.read(built)
        is_alive = units.read(last_signs).max(axis=0) > day_number(units.on) - DAYS
        counted = stands.is_built & stands.counted
        return Own(
            numerator=stands.is_built & is_alive,
            denominator=stands.is_built,
            counted=counted,
            reported=stands.is_built & ~counted,
            unknown=np.zeros(len(units)),
        )

    def evidence(self, organisation_ids: Iterable[int], on: date) -> dict[int, Evidence]:
        units = units_named(on, organisation_ids)
        last = last_signs(units)
        words = ["", *(sign.label for sign in signs)]
        sorts, days = last.argmax(axis=0).tolist(), last.max(axis=0).tolist()
        return {
            pk: Evidence(
                _now("%(day)s %(what)s") % {"day": day_of(day).isoformat(), "what": words[sort]},
                _now("平台记录"),
                day_of(day),
            )
            for pk, sort, day in zip(units.ids.tolist(), sorts, days, strict=True)
            if day > UNTOLD
        }
