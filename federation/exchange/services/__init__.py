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
from federation.exchange.services.choices import row_adopt, row_keep
from federation.exchange.services.collected import (
    collection_apply,
    collection_queue_apply,
    collection_queue_undo,
    collection_undo,
)
from federation.exchange.services.collections import (
    collection_add,
    collection_cancel,
    collection_drop,
    collection_open,
    file_answer,
    file_drop,
    file_queue_check,
)
from federation.exchange.services.columns import are_columns_known, batch_confirm_columns
from federation.exchange.services.decisions import CannotDecide, decision_make, decision_revoke
from federation.exchange.services.edits import CannotEdit, cell_settle, cell_text, row_edit
from federation.exchange.services.looking import CannotCollect, file_check
from federation.exchange.services.mending import (
    Mended,
    cause_answer_towns,
    cause_leave_blank,
    cause_mend,
    cause_take_likely,
    collection_check,
    collection_choose,
)
from federation.exchange.services.uploads import batch_upload

__all__ = [
    "CannotCollect",
    "CannotDecide",
    "CannotEdit",
    "CannotUndo",
    "Mended",
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
    "cause_answer_towns",
    "cause_leave_blank",
    "cause_mend",
    "cause_take_likely",
    "batch_upload",
    "cell_settle",
    "cell_text",
    "collection_add",
    "collection_apply",
    "collection_cancel",
    "collection_check",
    "collection_choose",
    "collection_drop",
    "collection_open",
    "collection_queue_apply",
    "collection_queue_undo",
    "collection_undo",
    "decision_make",
    "decision_revoke",
    "expire",
    "file_answer",
    "file_check",
    "file_drop",
    "file_queue_check",
    "is_outdated",
    "plan_row",
    "plan_rows",
    "plan_summary",
    "result_of",
    "row_adopt",
    "row_again",
    "row_edit",
    "row_keep",
]
