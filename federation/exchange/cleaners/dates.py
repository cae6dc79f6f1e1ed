"""Dates with the precision that was written: a year, a month or a day."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from federation.exchange.cleaners.base import CellContext, Cleaner, CleaningError, Doubt, Likely
from federation.exchange.cleaners.text import LIKE_FIGURES, as_text, squash

UNKNOWN_DATES = frozenset(("不详", "未知", "不清楚", "无", "至今", "暂无", "未换届"))
_PARTS = re.compile(r"(\d+)(?:[.\-/年](\d{1,2})(?:[.\-/月](\d{1,2})日?|月份?)?|年)?(?:号)?")
_CLOCK = re.compile(r"[t ]?\d{1,2}[:时]\d{1,2}.*$", re.IGNORECASE)
_CHINESE = re.compile(
    r"[〇○零一二三四五六七八九]{4}年([一二三四五六七八九十]{1,2}月([一二三四五六七八九十]{1,3}[日号])?)?"
)
_YEAR = re.compile(r"(\d{4})(?:\.0+)?年?度?")
#: marks that people put between year, month and day, or that a keyboard puts there
_BETWEEN = str.maketrans(
    {
        "。": ".",
        "、": ".",
        "·": ".",
        "•": ".",
        "_": "-",
        "\\": "/",
        "—": "-",
        "–": "-",
        "―": "-",
    }
)
_TENS = re.compile(r"([一二三]?)十([一二三四五六七八九]?)")
_FIGURES = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_LONGEST_MENDED = 20
_EXCEL_EPOCH, _APPLE_EPOCH = date(1899, 12, 30), date(1904, 1, 1)
_EARLIEST_SERIAL, _LATEST_SERIAL = 7_000, 80_000  # 1919 to 2119


class PartialDate(NamedTuple):
    """A date as exact as it was written. ``first_day`` is the first day it can mean."""

    first_day: date
    precision: str = "day"

    def iso(self) -> str:
        """2021, 2021-03 or 2021-03-08."""
        length = {"year": 4, "month": 7}.get(self.precision, 10)
        return self.first_day.isoformat()[:length]

    @property
    def last_day(self) -> date:
        """The last day it can mean: comparisons use this one."""
        if self.precision == "year":
            return date(self.first_day.year, 12, 31)
        if self.precision == "month":
            year, month = self.first_day.year, self.first_day.month
            return date(year, month, monthrange(year, month)[1])
        return self.first_day

    @classmethod
    def parse(cls, iso: str) -> "PartialDate":
        """Back from ``iso()``. Raises ValueError."""
        full = iso + {4: "-01-01", 7: "-01"}.get(len(iso), "")
        precision = {4: "year", 7: "month"}.get(len(iso), "day")
        return cls(date.fromisoformat(full), precision)


class DateCleaner(Cleaner):
    """A date between ``earliest`` and today, in every shape staff write it."""

    kind = "date"

    def __init__(self, earliest: date = date(1900, 1, 1), allow_future: bool = False) -> None:
        self.earliest, self.allow_future = earliest, allow_future

    def clean(self, cell: Any, context: CellContext) -> Any:
        """A PartialDate. Codes: bad_date, ambiguous_date, two_digit_year, future_date, date_range.

        The wrong day of a month is never moved to a right one.
        """
        if isinstance(cell, datetime):
            return self._checked(PartialDate(cell.date()), cell.date().isoformat(), context)
        if isinstance(cell, date):
            return self._checked(PartialDate(cell), cell.isoformat(), context)
        if isinstance(cell, float) and not cell.is_integer():
            return self._from_decimal(cell, context)
        raw = as_text(cell)
        text = squash(raw).strip("'`‘’").rstrip("。.,，;；").translate(_BETWEEN)
        if text in UNKNOWN_DATES:
            return None
        try:
            return self._from_text(text, raw, context)
        except CleaningError as problem:
            if problem.code == "bad_date":
                problem.likely = self._likely(text, context)
            raise

    def _likely(self, text: str, context: CellContext) -> Likely | None:
        """The one date that is left when a stray mark is taken out or for a dot."""
        found = set()
        for mended in _mended(text) if len(text) <= _LONGEST_MENDED else ():
            try:
                found.add(self._from_text(mended, mended, context))
            except CleaningError:
                continue
        dates = [one for one in found if isinstance(one, PartialDate)]
        return Likely(dates[0].iso(), "near") if len(dates) == 1 else None

    def _from_decimal(self, cell: float, context: CellContext) -> Any:
        raw = repr(cell)
        if _EARLIEST_SERIAL < cell < _LATEST_SERIAL:
            return self._from_serial(int(cell), raw, context)
        year, _, month = raw.partition(".")
        if month == "1" and len(year) == 4:  # 2021.1 and 2021.10 are the same number
            raise CleaningError("ambiguous_date", raw=raw, year=year)
        return self._from_text(raw, raw, context)

    def _from_serial(self, serial: int, raw: str, context: CellContext) -> Any:
        epoch = _APPLE_EPOCH if context.from_1904 else _EXCEL_EPOCH
        day = epoch + timedelta(days=serial)
        checked = self._checked(PartialDate(day), raw, context)
        return Doubt(checked, "serial_as_date", {"raw": raw, "value": day.isoformat()})

    def _from_text(self, text: str, raw: str, context: CellContext) -> Any:
        if text.isdigit():
            return self._from_digits(text, raw, context)
        if _CHINESE.fullmatch(text):
            text = _in_figures(text)
        match = _PARTS.fullmatch(_CLOCK.sub("", text) if ":" in text or "时" in text else text)
        if match is None:
            raise CleaningError("bad_date", raw=raw)
        year, month, day = match.groups()
        if len(year) == 2:
            raise CleaningError("two_digit_year", raw=raw)
        if len(year) != 4:
            raise CleaningError("bad_date", raw=raw)
        if context.untyped and text == f"{year}.1":
            raise CleaningError("ambiguous_date", raw=raw, year=year)
        return self._built(int(year), month, day, raw, context)

    def _from_digits(self, text: str, raw: str, context: CellContext) -> Any:
        if len(text) == 8:
            return self._built(int(text[:4]), text[4:6], text[6:], raw, context)
        if len(text) == 6 and text[:2] in ("10", "11", "12", "13", "14", "15", "16", "17"):
            raise CleaningError("date_range", raw=raw)
        if len(text) == 6 and text[:2] not in ("18", "19", "20"):
            raise CleaningError("two_digit_year", raw=raw)
        if len(text) == 6:
            return self._built(int(text[:4]), text[4:], None, raw, context)
        if len(text) == 4 and text[:2] in ("19", "20"):
            return self._built(int(text), None, None, raw, context)
        if len(text) == 5 and _EARLIEST_SERIAL < int(text) < _LATEST_SERIAL:
            return self._from_serial(int(text), raw, context)
        raise CleaningError("bad_date", raw=raw)

    def _built(
        self, year: int, month: str | None, day: str | None, raw: str, context: CellContext
    ) -> Any:
        try:
            first = date(year, int(month or 1), int(day or 1))
        except ValueError:
            raise CleaningError("bad_date", raw=raw) from None
        precision = "day" if day else "month" if month else "year"
        return self._checked(PartialDate(first, precision), raw, context)

    def _checked(self, found: PartialDate, raw: str, context: CellContext) -> PartialDate:
        if found.last_day < self.earliest:
            raise CleaningError("date_range", raw=raw)
        if found.first_day > context.today and not self.allow_future:
            raise CleaningError("future_date", raw=raw, today=context.today.isoformat())
        return found

    def plain(self, value: Any) -> Any:
        """ISO text with the precision that was written."""
        return None if value is None else value.iso()

    written = plain


class DayCleaner(DateCleaner):
    """A date told to the day; a month or a year is not enough."""

    def _checked(self, found: PartialDate, raw: str, context: CellContext) -> PartialDate:
        checked = super()._checked(found, raw, context)
        if checked.precision != "day":
            raise CleaningError("need_day", raw=raw)
        return checked


class YearCleaner(Cleaner):
    """A calendar year in four digits, not before ``earliest`` and not yet to come."""

    kind = "integer"

    def __init__(self, earliest: int = 1990) -> None:
        self.earliest = earliest

    def clean(self, cell: Any, context: CellContext) -> Any:
        """The year as int. Codes: year_bad, future_year."""
        raw = as_text(cell)
        if isinstance(cell, date):
            found = cell.year
        else:
            text = squash(raw).strip("'")
            text = text.translate(_FIGURES) if text[:1] in "一二" else text
            match = _YEAR.fullmatch(text)
            if match is None:
                raise CleaningError("year_bad", raw=raw)
            found = int(match.group(1))
        if found > context.today.year and found < 2100:
            raise CleaningError("future_year", raw=raw, year=context.today.year)
        if not self.earliest <= found <= context.today.year:
            raise CleaningError("year_bad", raw=raw)
        return found


def _mended(text: str) -> Iterator[str]:
    """``text`` with letters taken for figures, and with each mark in turn left out or a dash."""
    yield text.translate(LIKE_FIGURES)
    for place, mark in enumerate(text):
        if not mark.isdigit():
            yield text[:place] + text[place + 1 :]
            yield f"{text[:place]}-{text[place + 1 :]}"


def _in_figures(text: str) -> str:
    """2021年3月8日 for 二〇二一年三月八日."""
    text = _TENS.sub(lambda tens: f"{tens.group(1) or '一'}{tens.group(2) or '〇'}", text)
    return text.translate(_FIGURES)


#: there is nothing to report of the time before
FIRST_DAY = date(1949, 10, 1)
partial_date = DateCleaner(earliest=FIRST_DAY)
whole_day = DayCleaner(earliest=FIRST_DAY)
birth_date = DateCleaner(earliest=date(1900, 1, 1))
calendar_year = YearCleaner()
