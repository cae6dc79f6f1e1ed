"""Periods are months, written ``YYYY-MM``."""

import calendar
import re
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

WRITTEN = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


class BadPeriod(ValueError):
    """Not a month, or a month that has not begun."""


def period_of(day: date) -> str:
    """The month of ``day``."""
    return f"{day:%Y-%m}"


def current_period() -> str:
    """This month."""
    return period_of(timezone.localdate())


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
    return min(today, date(year, month, calendar.monthrange(year, month)[1]))
