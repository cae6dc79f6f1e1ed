"""Figures: marking, counting, checking and reading them. Callers import from here."""

from federation.coverage.adding import Figure
from federation.coverage.services.aiming import BadTarget, check_target, target_save, targets
from federation.coverage.services.behind import (
    Behind,
    BehindRow,
    NoSuchIndicator,
    Verdict,
    rows_behind,
)
from federation.coverage.services.counting import mark_dirty, rebuild, recompute
from federation.coverage.services.freezing import (
    month_restate,
    months_backfill,
    months_freeze,
)
from federation.coverage.services.months import Month, history, months_shown
from federation.coverage.services.reading import (
    StoredFigures,
    as_of_day,
    figures,
    stored_figures,
)
from federation.coverage.services.verifying import Difference, verify

__all__ = [
    "BadTarget",
    "Behind",
    "BehindRow",
    "Difference",
    "Figure",
    "Month",
    "NoSuchIndicator",
    "StoredFigures",
    "Verdict",
    "as_of_day",
    "check_target",
    "figures",
    "history",
    "mark_dirty",
    "month_restate",
    "months_backfill",
    "months_freeze",
    "months_shown",
    "rebuild",
    "recompute",
    "rows_behind",
    "stored_figures",
    "target_save",
    "targets",
    "verify",
]
