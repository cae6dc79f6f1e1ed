"""The checked rows of an import: shown by what becomes of them, put right cell by cell."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from federation.audit.services import Actor
from federation.exchange import services
from federation.exchange.cellforms import CellForms, Opened
from federation.exchange.grids import CHIPS, TREATMENT, grid_of
from federation.exchange.models import Batch
from federation.exchange.plan_warnings import must_be_looked_at
from federation.exchange.plans import data_rows
from federation.exchange.previews import Facts, PlanRow
from federation.exchange.returning.marking import offer_of
from federation.exchange.views.steps import ImportPage

ORGANISATION = "organisation"
#: imports of which there are no rows to be seen: not checked yet, refused, given up
ROWLESS = (Batch.State.UPLOADED, Batch.State.REFUSED, Batch.State.DROPPED)


class RowsPage(ImportPage):
    """What the page of rows and the answer to one typed cell share."""

    @property
    def is_open(self) -> bool:
        """Whether the plan still waits."""
        return self.batch.state == Batch.State.PLANNED

    @cached_property
    def facts(self) -> Facts:
        """What the parts of the page need of the plan; after a cell was typed, not before."""
        return Facts(self.batch)

    def told(self, chip: str) -> dict[str, Any]:
        """What stands around the rows: chips with counts, the verdict, what can be done."""
        batch, summary = self.batch, services.plan_summary(self.batch, self.facts)
        counts = summary.counts
        chips = [(key, CHIPS[key], count) for key, count in summary.chips if count]
        if chip not in CHIPS:
            chip = chips[0][0] if chips else "rejected"
        is_outdated = self.is_open and services.is_outdated(batch, self.facts)
        return {
            "summary": summary,
            "counts": counts,
            "data_rows": data_rows(counts),
            "chips": chips,
            "chip": chip,
            "is_open": self.is_open,
            "is_outdated": is_outdated,
            "moved": moved_lines(counts) if self.is_open else [],
            "asks_to_look": must_be_looked_at(self.facts.head),
            "to_write": to_write(counts),
            "disputed": disputed(counts),
            "can_apply": self.is_open and not is_outdated and bool(to_write(counts)),
            "several_sheets": len(summary.sheets) > 1,
            "has_columns": bool(summary.tables),
        }

    def laid(
        self, rows: list[PlanRow], opened: Opened | None, headings: list[str] | None = None
    ) -> Any:
        """The rows as a table, with forms in the cells that can be typed anew."""
        grid = grid_of(rows, self.sheet, headings)
        if self.is_open:
            CellForms(self.batch, self.sheet, self.facts, opened).lay(grid, rows)
        return grid

    def page(
        self, chip: str, number: int, opened: Opened | None, status: int = 200
    ) -> HttpResponse:
        """The whole page."""
        told = self.told(chip)
        page = services.plan_rows(self.batch, told["chip"], number, self.facts)
        grid = self.laid(page.rows, opened)
        columns = {str(column.heading): column.key for column in self.sheet.columns}
        shown = [columns[heading] for heading in grid.headings]
        shown += [ORGANISATION] if grid.has_organisations else []
        # What the answer to a typed cell needs to give a line of the same table.
        frame = json.dumps({"shown": ",".join(shown), "chip": told["chip"], "page": page.number})
        context = self.context(
            3 if self.is_open else 5,
            **told,
            page=page,
            grid=grid,
            has_organisations=grid.has_organisations,
            frame=frame,
            remarks=remarks(told["summary"].sheets),
            offer=offer_of(self.batch, self.user),
        )
        return render(self.request, "exchange/rows.html", context, status=status)


class Rows(RowsPage):
    """The checked rows by chip: first those to be put right; nothing is written yet."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.is_running or self.batch.state in ROWLESS:
            return redirect("exchange:batch", uid)
        number = _number(request.GET.get("page"))
        return self.page(request.GET.get("chip", ""), number, self._opened())

    def _opened(self) -> Opened | None:
        """The cell that the address asks to open: sheet, row and column."""
        sheet_no, _dash, rest = self.request.GET.get("edit", "").partition("-")
        row_no, _dash, key = rest.partition("-")
        if not self.is_open or not key:
            return None
        opened = Opened(_number(sheet_no, 0), _number(row_no), key[:40])
        try:
            text = services.cell_text(
                batch=self.batch, sheet_no=opened.sheet_no, row_no=opened.row_no, key=opened.key
            )
        except services.CannotEdit as reason:
            return replace(opened, error=str(reason))
        return replace(opened, text=text)


class Row(RowsPage):
    """One cell typed anew: its row comes back checked. With 以后都这样 the whole table is."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID, sheet_no: int, row_no: int) -> HttpResponse:
        if not self.is_open or self.is_running:
            return self._away(reverse("exchange:batch", args=[uid]))
        text = request.POST.get("pick") or request.POST.get("value", "")
        typed = Opened(sheet_no, row_no, request.POST.get("key", ""), text)
        try:
            if request.POST.get("reach") == "always":
                return self._settle(typed)
            return self._type(typed)
        except (services.CannotEdit, services.CannotDecide) as reason:
            return self._back(replace(typed, error=str(reason)))

    def _settle(self, typed: Opened) -> HttpResponse:
        actor = Actor.of(self.request.user)
        with transaction.atomic():
            decision = services.cell_settle(batch=self.batch, actor=actor, **_cell(typed))
            services.batch_queue_plan(batch=self.batch, actor=actor)
        messages.success(
            self.request, _("已记住“{decision}”，正在重新检查。").format(decision=decision)
        )
        return self._away(reverse("exchange:batch", args=[self.batch.uid]))

    def _type(self, typed: Opened) -> HttpResponse:
        row = services.row_edit(batch=self.batch, actor=Actor.of(self.request.user), **_cell(typed))
        if not self._is_part():
            messages.success(self.request, _("第 {row} 行已改。").format(row=typed.row_no))
            return self._away(self._address(f"#r-{typed.sheet_no}-{typed.row_no}"))
        return self._line(services.row_again(self.batch, row, self.facts), None)

    def _back(self, typed: Opened) -> HttpResponse:
        """What was typed comes back with the reason; nothing of it is lost."""
        row = services.plan_row(self.batch, typed.sheet_no, typed.row_no)
        if row is None or typed.sheet_no not in self._tables():
            messages.error(self.request, typed.error)
            return self._away(self._address())
        if self._is_part():
            return self._line(row, typed, status=422)
        data = self.request.POST
        return self.page(data.get("chip", ""), _number(data.get("page")), typed, status=422)

    def _tables(self) -> set[int]:
        """The tables whose cells can be typed anew: pages filled in by label have no columns."""
        return set(services.plan_summary(self.batch, self.facts).tables)

    def _line(self, row: PlanRow, opened: Opened | None, status: int = 200) -> HttpResponse:
        """The line of the table, and what is counted around it."""
        shown = self.request.POST.get("shown", "").split(",")
        headings = [str(c.heading) for c in self.sheet.columns if c.key in shown]
        grid = self.laid([row], opened, headings)
        context = {
            **self.told(self.request.POST.get("chip", "")),
            "batch": self.batch,
            "line": grid.lines[0],
            "has_organisations": ORGANISATION in shown,
        }
        return render(self.request, "exchange/row_answer.html", context, status=status)

    def _is_part(self) -> bool:
        return self.request.headers.get("HX-Request") == "true"

    def _address(self, anchor: str = "") -> str:
        chip, page = self.request.POST.get("chip", ""), _number(self.request.POST.get("page"))
        query = f"?chip={chip}&page={page}" if chip in CHIPS else ""
        return reverse("exchange:rows", args=[self.batch.uid]) + query + anchor

    def _away(self, address: str) -> HttpResponse:
        if not self._is_part():
            return redirect(address)
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = address
        return answer


def remarks(parts: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    """What is said of whole worksheets, once for all of which the same is said; three by name."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for warning in part.get("warnings", []):
            found.setdefault(warning["message"], {})[f"“{part['name']}”"] = None
    return [("、".join(list(names)[:3]), len(names), text) for text, names in found.items()]


def to_write(counts: dict[str, Any]) -> int:
    """How many rows the button writes, as the result will say; what is in dispute stays out."""
    return int(counts.get("new", 0) + counts.get("changed", 0))


def disputed(counts: dict[str, Any]) -> int:
    """How many rows are good in themselves and stay out: something in the system or the table
    stands against them."""
    return int(counts.get("conflict", 0) + counts.get("duplicate", 0))


def moved_lines(counts: dict[str, Any]) -> list[str]:
    """Where the plan made anew differs from what the page had promised, in words."""
    told = [
        _("“{treatment}”原来 {before} 行，现在 {after} 行").format(
            treatment=TREATMENT[change], before=before, after=after
        )
        for change, (before, after) in counts.get("moved", {}).items()
        if change in TREATMENT
    ]
    if counts.get("swapped"):
        told.append(_("改过的行里有 {n} 行的处理结果变了").format(n=counts["swapped"]))
    if counts.get("unseen"):
        told.append(_("很多行的同一列会改变，写入前请勾选“我已核对”"))
    return told


def _cell(typed: Opened) -> dict[str, Any]:
    return {
        "sheet_no": typed.sheet_no,
        "row_no": typed.row_no,
        "key": typed.key,
        "text": typed.text,
    }


def _number(text: str | None, otherwise: int = 1) -> int:
    is_number = text and text.isascii() and text.isdigit() and len(text) < 8
    return int(text) if text and is_number else otherwise
