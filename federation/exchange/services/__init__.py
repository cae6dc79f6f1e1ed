"""The doors of the exchange: open a batch, plan it, write it, take it back, let it expire.

Pages, jobs and the command line all come in here, so that one engine serves them.
"""

from federation.exchange.services.batches import (
    CannotUndo,
    UndoResult,
    batch_answer_towns,
    batch_apply,
    batch_cancel,
    batch_drop,
    batch_open,
    batch_plan,
    batch_queue_apply,
    batch_queue_plan,
    batch_queue_undo,
    batch_report,
    batch_undo,
    expire,
    plan_rows,
    plan_summary,
    result_of,
)

__all__ = [
    "CannotUndo",
    "UndoResult",
    "batch_answer_towns",
    "batch_apply",
    "batch_cancel",
    "batch_drop",
    "batch_open",
    "batch_plan",
    "batch_queue_apply",
    "batch_queue_plan",
    "batch_queue_undo",
    "batch_report",
    "batch_undo",
    "expire",
    "plan_rows",
    "plan_summary",
    "result_of",
]
