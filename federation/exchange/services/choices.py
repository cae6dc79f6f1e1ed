"""A row whose organisation entered something else since: looked at and chosen for, one by one."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.audit.services import Actor
from federation.exchange import choosing, rawrows, rechecking
from federation.exchange.corrections import RowChoice, RowEdit
from federation.exchange.models import Batch
from federation.exchange.own_entries import marks_told
from federation.exchange.rawrows import Rechecked
from federation.exchange.services.edits import CannotEdit, waiting_plan


@transaction.atomic
def row_adopt(*, batch: Batch, sheet_no: int, row_no: int, actor: Actor) -> Rechecked:
    """Take what the table says of one row, against the entries that the page names beside it.

    Where something was entered anew meanwhile the row comes back as a conflict. Raises CannotEdit
    for a row that nothing was entered against, or a plan that waits no more.
    """
    batch, place = waiting_plan(batch), (sheet_no, row_no)
    held = choosing.held_row(batch, place)
    now = rawrows.rechecked_rows(batch).get(place)
    problems = now.problems if now else held[1].warnings if held else []
    marks = marks_told(problems)
    if not marks:
        raise CannotEdit(_("这一行没有与本单位所填不同的内容，不用选择。"))
    about = {"batch": batch, "sheet_no": sheet_no, "row_no": row_no}
    RowChoice.objects.filter(**about).delete()
    RowChoice.objects.create(
        **about, marks=marks, by=actor.user, by_label=actor.label, at=timezone.now()
    )
    if held is None or _is_typed(batch, place):
        row = rechecking.recheck(batch, *place)
    else:
        row = choosing.reconsider(batch, *held)
    rawrows.keep_rechecked(batch, row)
    return row


@transaction.atomic
def row_keep(*, batch: Batch, sheet_no: int, row_no: int) -> None:
    """Leave what the organisation entered, as without any choice. Raises CannotEdit."""
    batch, place = waiting_plan(batch), (sheet_no, row_no)
    chosen = RowChoice.objects.filter(batch=batch, sheet_no=sheet_no, row_no=row_no)
    if not chosen.delete()[0]:
        return
    if _is_typed(batch, place):
        rawrows.keep_rechecked(batch, rechecking.recheck(batch, *place))
    else:
        rawrows.forget_rechecked(batch, *place)


def _is_typed(batch: Batch, place: tuple[int, int]) -> bool:
    sheet_no, row_no = place
    return RowEdit.objects.filter(batch=batch, sheet_no=sheet_no, row_no=row_no).exists()
