"""Periods are months, written ``YYYY-MM``."""

import calendar
import re
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

WRITTEN = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


class BadPeriod(ValueError):
    """Not a month, or a month that has not begun."""


class FrozenPeriod(BadPeriod):
    """A month whose figures stand for good."""


def period_of(day: date) -> str:
    """The month of ``day``."""
    return f"{day:%Y-%m}"


def current_period() -> str:
    """This month."""
    return period_of(timezone.localdate())


def last_day(period: str) -> date:
    """The last day of a month."""
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, calendar.monthrange(year, month)[1])


def month_before(period: str) -> str:
    """The month before."""
    year, month = int(period[:4]), int(period[5:])
    return f"{year - 1:04}-12" if month == 1 else f"{year:04}-{month - 1:02}"


def last_periods(number: int) -> list[str]:
    """This month and those before it, ``number`` in all, the oldest first."""
    found = [current_period()][:number]
    while len(found) < number:
        found.append(month_before(found[-1]))
    return found[::-1]


def counting_day(period: str) -> date:
    """The day as of which ``period`` is counted: its last, or today while it runs.

    Raises BadPeriod with a sentence for the user.
    """
    written = WRITTEN.match(period)
    if written is None:
        raise BadPeriod(_("统计期“%(period)s”看不懂，请写成 2026-06 的样子。") % {"period": period})
    year, month = int(written[1]), int(written[2])
    today = timezone.localdate()
    if (year, month) > (today.year, today.month) or year < 1949:
        raise BadPeriod(
            _("统计期 %(period)s 还没有到，请填本月或以前的月份。") % {"period": period}
            if year >= 1949
            else _("统计期 %(period)s 太早，请填 1949 年以后的月份。") % {"period": period}
        )
    return min(today, last_day(period))
