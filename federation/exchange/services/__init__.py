"""The doors of the exchange: open a batch, plan it, write it, take it back, let it expire.

Pages, jobs and the command line all come in here, so that one engine serves them.
"""

from federation.exchange.services.batches import (
    CannotUndo,
    NotLookedAt,
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
    is_outdated,
    plan_row,
    plan_rows,
    plan_summary,
    result_of,
    row_again,
)
from federation.exchange.services.columns import are_columns_known, batch_confirm_columns
from federation.exchange.services.decisions import CannotDecide, decision_make, decision_revoke
from federation.exchange.services.edits import CannotEdit, cell_settle, cell_text, row_edit
from federation.exchange.services.uploads import batch_upload

__all__ = [
    "CannotDecide",
    "CannotEdit",
    "CannotUndo",
    "NotLookedAt",
    "UndoResult",
    "are_columns_known",
    "batch_answer_towns",
    "batch_apply",
    "batch_cancel",
    "batch_confirm_columns",
    "batch_drop",
    "batch_open",
    "batch_plan",
    "batch_queue_apply",
    "batch_queue_plan",
    "batch_queue_undo",
    "batch_report",
    "batch_undo",
    "batch_upload",
    "cell_settle",
    "cell_text",
    "decision_make",
    "decision_revoke",
    "expire",
    "is_outdated",
    "plan_row",
    "plan_rows",
    "plan_summary",
    "result_of",
    "row_again",
    "row_edit",
]
