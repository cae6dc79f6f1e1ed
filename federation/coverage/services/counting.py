"""Marking what changed, counting it again, and counting everything."""

import time
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.tree import ancestors, organisation_model
from federation.bulk.services import insert_rows
from federation.coverage.adding import add_up, count_own
from federation.coverage.declare import catalogue
from federation.coverage.models import CoverageRow, DirtyOrganisation, FrozenMonth, Layout
from federation.coverage.packing import pack, pack_rows, unpack
from federation.coverage.periods import FrozenPeriod, counting_day, current_period, period_of
from federation.coverage.services import storing
from federation.coverage.units import COLUMNS, Units, units_of

# Beyond this many a full count is cheaper than a partial one.
MANY = 500


def mark_dirty(organisation_ids: Iterable[int]) -> int:
    """Remember, in the caller's transaction, whose own parts must be counted again.

    A mark is always a new row: one found standing may be about to be removed by somebody who
    counted before this change was visible. Many organisations leave one mark without a name:
    everything is counted again, as it would be for many marks.
    """
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    touched: list[int | None] = [*sorted(set(organisation_ids))]
    named = touched if len(touched) <= MANY else [None]
    marks = [(pk, now) for pk in named]
    insert_rows(DirtyOrganisation, ("organisation_id", "marked_at"), marks)
    return len(touched)


def recompute(organisation_ids: Iterable[int] | None = None) -> int:
    """Count the own parts of these organisations again and add up their ancestors.

    Without ``organisation_ids`` those marked dirty, whose marks are removed. Returns how many were
    counted; running it twice changes nothing more.
    """
    if organisation_ids is None and not DirtyOrganisation.objects.exists():
        return 0
    with transaction.atomic():
        return _recompute(organisation_ids)


def _recompute(organisation_ids: Iterable[int] | None) -> int:
    layout = storing.take_turn()
    marks: list[int] = []
    if organisation_ids is None:
        dirty = list(DirtyOrganisation.objects.values_list("pk", "organisation_id"))
        marks, named = [mark for mark, _pk in dirty], {pk for _mark, pk in dirty}
        if None in named:
            return _rebuild(current_period(), timezone.localdate(), layout)
        organisation_ids = named
    touched = set(organisation_ids)
    if touched:
        _count_again(touched, layout)
    _forget(marks)
    return len(touched)


def _forget(marks: list[int]) -> None:
    for first in range(0, len(marks), 5000):
        DirtyOrganisation.objects.filter(pk__in=marks[first : first + 5000]).delete()


def _count_again(touched: set[int], layout: Layout) -> None:
    period, today = current_period(), timezone.localdate()
    rows = CoverageRow.objects.filter(period=period)
    nodes = _with_ancestors(touched) if len(touched) <= MANY else []
    chain = {node[0]: node[-1] for node in nodes}
    stored = {row.organisation_id: row for row in rows.filter(organisation__in=list(chain))}
    is_older = any(row.layout != layout.fingerprint for row in stored.values())
    if is_older or not stored:
        # Much of a city, the month's first need, or new rules: everything, once.
        _rebuild(period, today, layout)
        return
    missing = chain.keys() - stored.keys()
    asked = touched | missing
    units = Units(today, [node for node in nodes if node[0] in asked], is_whole=False)
    own = dict(zip(units.ids.tolist(), pack_rows(count_own(units)), strict=True))
    if missing:
        storing.insert(
            (pk, chain[pk], period, today, layout.fingerprint, own[pk], own[pk])
            for pk in sorted(missing)
        )
        stored |= {row.organisation_id: row for row in rows.filter(organisation__in=missing)}
    for pk in own:
        stored[pk].own, stored[pk].as_of = own[pk], today
    _add_up_chain(chain, stored)
    storing.update(stored.values())


def _with_ancestors(organisation_ids: set[int]) -> list[tuple[Any, ...]]:
    """The organisations and all above them, deepest first, as Units takes them."""
    nodes = organisation_model().objects
    paths = set(nodes.filter(pk__in=organisation_ids).values_list("path", flat=True))
    paths |= {above for path in paths for above in ancestors(path)}
    return list(nodes.filter(path__in=paths).order_by("-depth").values_list(*COLUMNS))


def _add_up_chain(chain: Iterable[int], stored: dict[int, CoverageRow]) -> None:
    """Totals of a chain from its own parts and the children's totals, deepest first.

    Adding the children instead of a difference lets moved subtrees leave their old ancestors, and
    costs one query more than the difference would.
    """
    if not stored:
        return
    period = next(iter(stored.values())).period
    below: dict[int | None, list[Any]] = {}
    children = CoverageRow.objects.filter(period=period, organisation__parent__in=list(chain))
    for child, parent, total in children.values_list(
        "organisation_id", "organisation__parent_id", "total"
    ):
        below.setdefault(parent, []).append((child, total))
    for pk in chain:
        row = stored[pk]
        sums = unpack(row.own).copy()
        for child, total in below.get(pk, []):
            sums += unpack(stored[child].total if child in stored else total)
        row.total = pack(sums)


@transaction.atomic
def rebuild(period: str | None = None, on: date | None = None) -> dict[str, int | float]:
    """Count every organisation as of ``on`` (the last day of a past period, else today).

    Returns ``organisations``, ``indicators``, ``seconds`` and ``differences`` (0: what stands is
    what was counted). Raises BadPeriod, and FrozenPeriod for a month that was frozen.
    """
    began = time.perf_counter()
    period = period or (period_of(on) if on else current_period())
    if FrozenMonth.objects.filter(period=period).exists():
        raise FrozenPeriod(
            _("统计期 %(period)s 已封存，不再改动；确需更正，请用 restate_coverage 并写明原因。")
            % {"period": period}
        )
    on = on or counting_day(period)
    organisations = _rebuild(period, on, storing.take_turn())
    return {
        "organisations": organisations,
        "indicators": len(catalogue()),
        "seconds": round(time.perf_counter() - began, 3),
        "differences": 0,
    }


def _rebuild(period: str, on: date, layout: Layout) -> int:
    if period == current_period():
        # Everything is counted after this point, so older marks have done their duty.
        _forget(list(DirtyOrganisation.objects.values_list("pk", flat=True)))
    units = units_of(on)
    write_count(period, units, layout)
    return len(units)


def write_count(period: str, units: Units, layout: Layout) -> int:
    """Count the whole tree as of the day of ``units`` and store it as ``period``.

    Returns how many rows were written; those that stood as counted are not.
    """
    numbers = count_own(units)
    own = pack_rows(numbers)
    add_up(units, numbers)
    counts = zip(units.ids.tolist(), units.branches, own, pack_rows(numbers), strict=True)
    return storing.replace(period, units.on, layout, counts)
