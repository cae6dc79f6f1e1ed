"""Days as whole numbers, in SQL and in numpy: records are read once and counted for many days."""

from datetime import date
from typing import Any

import numpy as np
from django.db.models import Func, IntegerField
from django.db.models.functions import Coalesce

EPOCH = date(1970, 1, 1).toordinal()
#: the number of a day that never comes, and of one before all others
NEVER, UNTOLD = 1_000_000, -1_000_000


class DayNumber(Func):
    """Days from 1970-01-01 to a date column; NULL stays NULL."""

    output_field = IntegerField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "CAST(julianday(%(expressions)s) - 2440587.5 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(%(expressions)s - DATE '1970-01-01')"
        return self.as_sql(compiler, connection, template=template, **extra)


def day_or(column: str, otherwise: int) -> Coalesce:
    """The number of a date column, ``otherwise`` where it is empty."""
    return Coalesce(DayNumber(column), otherwise)


def day_number(day: date) -> int:
    """Days from 1970-01-01 to ``day``."""
    return day.toordinal() - EPOCH


def day_of(number: int) -> date:
    """``day_number`` backwards."""
    return date.fromordinal(int(number) + EPOCH)


def calendar_parts(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year, month and day of the month of day numbers."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return years, months.astype(np.int64) % 12 + 1, (dates - months).astype(np.int64) + 1
