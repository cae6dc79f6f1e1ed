"""Month ends: kept as they were, worked out afterwards where they were not, restated with a reason.

Months worked out afterwards (补算) rest on dated records alone and on today's tree: they are
comparable with today's figures, not a picture of who led whom at the time.
"""

import time
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.audit.services import Actor, record_event
from federation.coverage.models import CoverageRow, FrozenMonth, Layout
from federation.coverage.periods import (
    BadPeriod,
    counting_day,
    current_period,
    last_day,
    last_periods,
)
from federation.coverage.services import storing
from federation.coverage.services.counting import write_count
from federation.coverage.services.verifying import verify
from federation.coverage.units import units_of


@transaction.atomic
def months_freeze() -> list[str]:
    """Count every past month that was kept as of its last day and freeze it.

    Returns the months frozen, the oldest first; a second call finds none.
    """
    layout = storing.take_turn()
    kept = CoverageRow.objects.filter(period__lt=current_period()).order_by("period")
    frozen = FrozenMonth.objects.values("period")
    due = list(kept.exclude(period__in=frozen).values_list("period", flat=True).distinct())
    _freeze(due, layout, is_computed_later=False)
    return due


@transaction.atomic
def months_backfill(*, months: int = 24) -> dict[str, int | float]:
    """Work out the past ``months`` month ends that are not frozen, from dated records, as 补算.

    A month that was kept while it ran is frozen as such. Records are read once for all of them.
    Returns ``months`` worked out, ``organisations`` and ``seconds``.
    """
    began = time.perf_counter()
    layout = storing.take_turn()
    months_freeze()
    frozen = set(FrozenMonth.objects.values_list("period", flat=True))
    due = [period for period in last_periods(months + 1)[:-1] if period not in frozen]
    organisations = _freeze(due, layout, is_computed_later=True)
    return {
        "months": len(due),
        "organisations": organisations,
        "seconds": round(time.perf_counter() - began, 3),
    }


def _freeze(periods: Iterable[str], layout: Layout, *, is_computed_later: bool) -> int:
    units = units_of(counting_day(current_period()))
    for period in periods:
        write_count(period, units.as_of(last_day(period)), layout)
        FrozenMonth.objects.create(
            period=period,
            frozen_at=timezone.now(),
            is_computed_later=is_computed_later,
            layout=layout.fingerprint,
        )
        deed = "coverage_computed_later" if is_computed_later else "coverage_frozen"
        record_event(deed, actor=Actor.system(), period=period)
    return len(units)


@transaction.atomic
def month_restate(*, period: str, reason: str, actor: Actor) -> int:
    """Count a frozen month again from today's records; the only way to change it.

    The reason is kept with the month and in the log of deeds. Returns how many organisations had
    other figures. Raises BadPeriod.
    """
    counting_day(period)
    layout = storing.take_turn()
    month = FrozenMonth.objects.select_for_update().filter(period=period).first()
    if month is None:
        raise BadPeriod(
            _("统计期 %(period)s 还没有封存，不需要更正；请用 rebuild_coverage 重算。")
            % {"period": period}
        )
    if not reason.strip():
        raise BadPeriod(_("请写明更正 %(period)s 的原因。") % {"period": period})
    changed = len(verify(period))
    write_count(period, units_of(last_day(period)), layout)
    month.restated_at, month.reason = timezone.now(), reason.strip()[:200]
    month.layout = layout.fingerprint
    month.save()
    record_event(
        "coverage_restated", actor=actor, reason=month.reason, period=period, organisations=changed
    )
    return changed
