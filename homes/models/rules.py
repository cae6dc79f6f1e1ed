"""Rules over the dates of a place: the same for the form, the table and the checks."""

from datetime import date

from federation.exchange.cleaners.dates import PartialDate
from orgs.models import Precision


def opened_before(opened: PartialDate | None, since: date | None, precision: str) -> bool:
    """Whether a place opened surely before its organisation stood; unknown days say nothing."""
    if opened is None or since is None or precision == Precision.UNKNOWN:
        return False
    return opened.last_day < since


def reason_without_day(closed: date | None, reason: str | None) -> bool:
    """Whether somebody told why a place closed, and not when."""
    return bool(reason) and closed is None


def is_open_for(day: date, opened: PartialDate | None, closed: date | None) -> bool:
    """Whether a place can have been looked at on ``day``: the closing day itself is too late."""
    begun = opened is None or opened.first_day <= day
    return begun and (closed is None or day < closed)
