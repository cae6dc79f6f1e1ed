"""Why a row cannot be taken because of its dates: beside the record and beside each other.

The rules are those of the forms; where the row tells no date, or a coarser one, that of the record
counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from federation.exchange.cleaners.dates import PartialDate
from homes.models.rules import reason_without_day
from homes.parts.differences import is_told_anew
from homes.parts.standing import Place

#: code and sentence
Refusal = tuple[str, str]


@dataclass(frozen=True)
class Told:
    """What a row says of when a place was in use; ``is_checked``: whether also what was seen."""

    name: str
    opened: PartialDate | None
    closed: date | None
    reason: str | None
    is_checked: bool
    as_of: date


def dates_refused(
    told: Told, place: Place | None, checks: tuple[date | None, date | None]
) -> Refusal | None:
    """The first thing that is wrong; ``checks``: the earliest and latest check of the place."""
    if place is not None:
        found = next(_beside_closing(told, place), None)
        if found is not None:
            return found
    opened = told.opened
    if place is not None and not is_told_anew(place, told.opened):
        # A date as known, or known better, is not written.
        opened = place.opened
    closed = told.closed or (place.closed_on if place else None)
    return next(_among_themselves(told, opened, closed, checks), None)


def _beside_closing(told: Told, place: Place) -> Iterator[Refusal]:
    if place.closed_on is None or told.closed == place.closed_on:
        return
    if place.closed_on <= told.as_of:
        message = _(
            "系统中“{name}”已于 {day} 停用，没有写入。如已重新启用，请先在阵地页面更正停用日期。"
        )
        yield "home_closed", message.format(name=place.name, day=place.closed_on)
    if told.closed is not None:
        message = _("系统中“{name}”的停用日期是 {day}，表中是 {told}，没有写入，请核对。")
        day = {"day": place.closed_on, "told": told.closed}
        yield "closed_differs", message.format(name=place.name, **day)


def _among_themselves(
    told: Told,
    opened: PartialDate | None,
    closed: date | None,
    checks: tuple[date | None, date | None],
) -> Iterator[Refusal]:
    first, last = checks
    if reason_without_day(closed, told.reason):
        yield "reason_without_day", _("写了停用原因，没有停用日期，这一行没有写入，请补填。")
    if opened is not None and closed is not None and closed <= opened.first_day:
        message = _("停用日期 {closed} 要晚于建成时间 {opened}，没有写入，请核对。")
        yield "closed_before_opened", message.format(closed=closed, opened=opened.iso())
    if opened is not None and first is not None and opened.first_day > first:
        message = _("建成时间 {opened} 晚于系统中的核查记录（{day}），没有写入，请核对。")
        yield "opened_after_check", message.format(opened=opened.iso(), day=first)
    if told.closed is not None and last is not None and told.closed <= last:
        message = _("停用日期 {closed} 当天或以后系统中还有核查记录（{day}），没有写入，请核对。")
        yield "closed_before_check", message.format(closed=told.closed, day=last)
    if told.closed is not None and told.closed <= told.as_of and told.is_checked:
        message = _(
            "“{name}”已于 {closed} 停用，又填了“五有”情况（按 {day} 核查登记），没有写入。"
            "请清空“五有”各列，或核对停用日期。"
        )
        day = {"closed": told.closed, "day": told.as_of}
        yield "closed_and_checked", message.format(name=told.name, **day)
    if opened is not None and opened.first_day > told.as_of:
        message = _("系统中“{name}”从 {day} 起启用，晚于填报日期，没有写入，请核对。")
        yield "home_not_open", message.format(name=told.name, day=opened.iso())
