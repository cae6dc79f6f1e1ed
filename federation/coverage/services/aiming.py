"""Targets: what a figure should reach, per level and year; editable defaults, no law."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.access.tree import organisation_model
from federation.audit.services import Actor, ChangeRow, record_changes, snapshot
from federation.coverage.declare import Shape, indicators
from federation.coverage.models import Target
from federation.coverage.services.behind import NoSuchIndicator

HIGHEST = Decimal("999999.99")
STEP = Decimal("0.01")
FIRST_YEAR, YEARS_AHEAD = 2000, 10


class BadTarget(ValueError):
    """The target cannot be; the message is a sentence for the user."""


def targets(year: int) -> dict[tuple[str, str], Decimal]:
    """Targets of a year by (code, level); level "" stands for every level without its own.

    A level is the kind group of the organisation whose figure is judged. A row of the year wins
    over one for all years. Shares in percent, money in 元, means in their unit.
    """
    rows = Target.objects.filter(Q(year=None) | Q(year=year))
    ordered = sorted(rows, key=lambda row: row.year or 0)
    return {(row.indicator, row.kind_group): row.value for row in ordered}


@transaction.atomic
def target_save(
    *,
    indicator: str,
    value: Decimal | None,
    actor: Actor,
    level: str = "",
    year: int | None = None,
    source: str = "",
) -> Target | None:
    """Set the target of an indicator for a level ("" every) and a year (None every year).

    Shares in percent, money in 元, means in their unit; None takes the target away. Written to the
    change log at the top of the tree. Returns the target, None when there is none now. Raises
    NoSuchIndicator, BadTarget.
    """
    check_target(indicator, value, year)
    stored = Target.objects.select_for_update().filter(
        indicator=indicator, kind_group=level, year=year
    )
    target = stored.first()
    if value is None:
        _take_away(target, actor)
        return None
    before = snapshot(target) if target else None
    target = target or Target(indicator=indicator, kind_group=level, year=year)
    target.value, target.source = value.quantize(STEP), source
    if before is not None:
        if before == snapshot(target):
            return target
        target.version += 1
    target.save()
    _log(target, before, snapshot(target), actor)
    return target


def check_target(indicator: str, value: Decimal | None, year: int | None) -> None:
    """Forms ask the same. Raises NoSuchIndicator, or BadTarget with a sentence for the user."""
    declared = indicators.get(indicator)
    if declared is None:
        raise NoSuchIndicator(indicator)
    latest = timezone.localdate().year + YEARS_AHEAD
    if year is not None and not FIRST_YEAR <= year <= latest:
        raise BadTarget(
            _("年度应在 %(first)s 到 %(last)s 之间：%(year)s")
            % {"first": FIRST_YEAR, "last": latest, "year": year}
        )
    if value is None:
        return
    if value < 0:
        raise BadTarget(_("目标值不能为负数：%(value)s") % {"value": value})
    if declared.shape == Shape.SHARE and value > 100:
        raise BadTarget(_("百分比目标不能超过 100：%(value)s") % {"value": value})
    if value > HIGHEST:
        raise BadTarget(_("目标值太大，请核对单位：%(value)s") % {"value": value})


def _take_away(target: Target | None, actor: Actor) -> None:
    if target is not None:
        before = snapshot(target)
        target.delete()
        _log(target, before, None, actor)


def _log(
    target: Target, before: dict[str, Any] | None, after: dict[str, Any] | None, actor: Actor
) -> None:
    operation = "update" if before and after else "delete" if before else "create"
    if before and after:
        names = [name for name in after if before[name] != after[name]]
        before, after = ({name: one[name] for name in names} for one in (before, after))
    root = organisation_model().objects.filter(parent=None).order_by("path").first()
    row = ChangeRow(
        target._meta.label, target.uid, root and root.pk, None, operation, before, after
    )
    record_changes([row], actor=actor)
