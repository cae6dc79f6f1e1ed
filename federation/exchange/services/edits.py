"""A cell of an upload typed anew: kept sealed, its row checked again at once."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from federation.audit.services import Actor
from federation.exchange import rawrows, rechecking
from federation.exchange.cleaners.choices import Option as OptionCleaner
from federation.exchange.cleaners.text import as_text
from federation.exchange.corrections import Decision, RowEdit
from federation.exchange.deciding import edits_of
from federation.exchange.declare import Sheet, sheet_on
from federation.exchange.gazetteer import places_near
from federation.exchange.models import Batch
from federation.exchange.options import OptionLists
from federation.exchange.planning import lists, shared_of
from federation.exchange.rawrows import Rechecked
from federation.exchange.services.decisions import CannotDecide, decision_make
from federation.exchange.setting import Decisions
from federation.exchange.settling import SettlingPlacer

LONGEST = 500


class CannotEdit(Exception):
    """Why a cell cannot be typed anew, as a sentence for the user."""


@transaction.atomic
def row_edit(
    *, batch: Batch, sheet_no: int, row_no: int, key: str, text: str, actor: Actor
) -> Rechecked:
    """Take ``text`` for a cell and check its row again; the other rows stay as they were planned.

    Raises CannotEdit for a cell that is not kept or a plan that waits no more.
    """
    batch = waiting_plan(batch)
    if len(text) > LONGEST:
        raise CannotEdit(_("一格最多 {most} 个字，请精简。").format(most=LONGEST))
    cells = cells_of(batch, sheet_no, row_no)
    if key not in cells:
        raise CannotEdit(_("这一格不能在这里改，请改好表格后再上传。"))
    about = {"batch": batch, "sheet_no": sheet_no, "row_no": row_no, "key": key}
    edit = RowEdit.objects.filter(**about).first() or RowEdit(**about)
    edit.value = text.strip() or None
    edit.by, edit.by_label, edit.at = actor.user, actor.label, timezone.now()
    edit.save()
    row = rechecking.recheck(batch, sheet_no, row_no)
    rawrows.keep_rechecked(batch, row)
    return row


@transaction.atomic
def cell_settle(
    *, batch: Batch, sheet_no: int, row_no: int, key: str, text: str, actor: Actor
) -> Decision:
    """Remember for the batch's organisation that what stands in a cell means ``text``.

    ``text``: a name as the table may write it, or the label of an option. The whole table is to be
    checked again then. Raises CannotEdit or CannotDecide.
    """
    batch = waiting_plan(batch)
    cells = cells_of(batch, sheet_no, row_no)
    sheet = sheet_on(batch.sheet, batch.as_of)
    if sheet is None or key not in cells:
        raise CannotEdit(_("这一格不能在这里改，请改好表格后再上传。"))
    column = sheet.column(key)
    if isinstance(column.clean, OptionCleaner):
        meant = _option_code(lists(), column.clean.list_key, text)
    else:
        meant = _place_code(batch, sheet, key, as_text(cells.get("town") or ""), text)
    return decision_make(
        organisation=batch.organisation,
        column=column,
        written=as_text(cells[key]),
        meant=meant,
        actor=actor,
    )


def cell_text(*, batch: Batch, sheet_no: int, row_no: int, key: str) -> str:
    """What stands in a cell, typed or from the workbook; personal. Raises CannotEdit."""
    cells = cells_of(batch, sheet_no, row_no)
    typed = edits_of(batch, sheet_no=sheet_no, row_no=row_no)
    return as_text({**cells, **typed.get((sheet_no, row_no), {})}.get(key, ""))


def waiting_plan(batch: Batch) -> Batch:
    """The batch, locked, while its plan waits to be written. Raises CannotEdit."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state != Batch.State.PLANNED:
        raise CannotEdit(_("这次导入已经处理完，不能再改。"))
    return batch


def cells_of(batch: Batch, sheet_no: int, row_no: int) -> dict[str, Any]:
    """Column → cell of a row to be put right, as the workbook has it. Raises CannotEdit."""
    try:
        cells = rawrows.row_of(batch, sheet_no, row_no)
        columns = rawrows.opening_of(batch, sheet_no).columns
    except LookupError as missing:
        raise CannotEdit(_("这一行不能在这里改，请改好表格后再上传。")) from missing
    return {key: cells.get(key, "") for key in columns}


def _option_code(known: OptionLists, list_key: str, text: str) -> str:
    codes = (code for code, label in known.get(list_key, {}).values() if label == text)
    return next(codes, "")


def _place_code(batch: Batch, sheet: type[Sheet], key: str, town: str, text: str) -> str:
    """The code of the one place that ``text`` names beside ``town``. Raises CannotDecide."""
    places = places_near(shared_of(batch)["ceiling"])
    if key == "town":
        towns = places.towns.find(text.strip())
        found = towns[0] if len(towns) == 1 else None
    else:
        placer = SettlingPlacer(places, decisions=Decisions(), level=sheet.level)
        found = placer["", town, text].row
    if found is None:
        raise CannotDecide(_("“{text}”也认不出，请从列出的名称中选。").format(text=text[:40]))
    return found.code
