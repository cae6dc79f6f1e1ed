"""Which cells of the shown rows can be typed anew, and what the field of each one offers."""

from dataclasses import dataclass
from typing import Any

from federation.exchange.declare import Sheet
from federation.exchange.effects import told
from federation.exchange.grids import Cell, CellForm, Grid, Line
from federation.exchange.models import Batch
from federation.exchange.offers import OPTION_CODE, PLACE_CODES, Offers, among
from federation.exchange.previews import Facts, PlanRow
from federation.exchange.settling import PLACE_FAULTS, is_rememberable

#: rejected rows are kept with this much of each cell; a longer one is not laid into the field
_LONGEST_KEPT = 200


@dataclass(frozen=True)
class Opened:
    """The cell that somebody opened, with what is to stand in its field, and why it came back."""

    sheet_no: int
    row_no: int
    key: str
    text: str = ""
    error: str = ""


class CellForms:
    """Gives the cells of a grid their forms."""

    def __init__(
        self, batch: Batch, sheet: type[Sheet], facts: Facts, opened: Opened | None = None
    ) -> None:
        self.opened = opened
        self.offers = Offers(batch, sheet)
        self.columns = {column.key: column for column in sheet.columns}
        self.mapped = [set(part["columns"]) for part in facts.head.get("sheets", [])]

    def lay(self, grid: Grid, rows: list[PlanRow]) -> None:
        """Put forms into the cells with errors and into the opened one."""
        for line, row in zip(grid.lines, rows, strict=True):
            if row.can_edit:
                self._lay_row(line, row)

    def _lay_row(self, line: Line, row: PlanRow) -> None:
        texts = {cell.key: cell.text for cell in line.cells}
        problems = {problem.get("field"): problem for problem in row.problems}
        mapped = self.mapped[line.sheet_no] if line.sheet_no < len(self.mapped) else set()
        for cell in line.cells:
            if cell.key not in mapped:
                continue
            cell.can_open = True
            opened = self.opened
            if opened and (line.sheet_no, line.number, cell.key) == (
                opened.sheet_no, opened.row_no, opened.key,
            ):  # fmt: skip
                cell.error = opened.error or cell.error
                cell.form = self._form(cell, problems.get(cell.key, {}), texts)
                cell.form.is_opened = True
                cell.form.value = shown_in_field(self.columns[cell.key], opened.text)
            elif cell.error:
                cell.form = self._form(cell, problems.get(cell.key, {}), texts)

    def _form(self, cell: Cell, problem: dict[str, Any], texts: dict[str, str]) -> CellForm:
        column, code = self.columns[cell.key], problem.get("code", "")
        whole = "" if len(cell.text) >= _LONGEST_KEPT else cell.text
        form = CellForm(shown_in_field(column, whole), self.offers.options(column))
        if code == OPTION_CODE:
            form.offers = self.offers.near_options(column, cell.text)
        elif PLACE_CODES.get(code) == cell.key:
            form.offers = self.offers.places(cell.key, cell.text, texts.get("town", ""))
        _lay_likely(form, shown_in_field(column, problem.get("likely", {}).get("text", "")))
        is_unknown = code == OPTION_CODE or PLACE_FAULTS.get(code) == cell.key
        form.can_remember = is_unknown and bool(cell.text) and is_rememberable(column)
        return form


def _lay_likely(form: CellForm, likely: str) -> None:
    """What was probably meant comes first, in the words in which it is offered among others."""
    if likely:
        form.likely = among(form.offers, likely)
        form.offers = [offer for offer in form.offers if offer != form.likely]


def shown_in_field(column: Any, text: str) -> str:
    """What may stand in the field of a cell: nothing where it is, or holds, a masked number."""
    is_number = column.clean.kind in ("id", "phone") or told(column.key, text) != text
    return "" if is_number or "****" in text else text
