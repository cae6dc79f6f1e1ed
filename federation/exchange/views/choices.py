"""One row whose organisation entered something since the file was made: theirs, or the table's."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from federation.audit.services import Actor
from federation.exchange import services
from federation.exchange.grids import CHIPS
from federation.exchange.views.rows import RowsPage


class Choice(RowsPage):
    """Takes the table's values for one row, or leaves what was entered; never for several."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, uid: UUID, sheet_no: int, row_no: int) -> HttpResponse:
        if not self.is_open or self.is_running:
            return redirect("exchange:batch", uid)
        try:
            self._choose(sheet_no, row_no)
        except services.CannotEdit as reason:
            messages.error(request, str(reason))
        return redirect(self._address())

    def _choose(self, sheet_no: int, row_no: int) -> None:
        if self.request.POST.get("choice") != "adopt":
            services.row_keep(batch=self.batch, sheet_no=sheet_no, row_no=row_no)
            told = _("第 {row} 行保留本单位所填的内容。")
        else:
            actor = Actor.of(self.request.user)
            row = services.row_adopt(
                batch=self.batch, sheet_no=sheet_no, row_no=row_no, actor=actor
            )
            told = _("第 {row} 行将采用表中的内容，写入后会告知本单位。")
            if row.change == "conflict":
                told = _("第 {row} 行刚才又有新的填报，请核对后再选。")
        messages.success(self.request, told.format(row=row_no))

    def _address(self) -> str:
        chip, page = self.request.POST.get("chip", ""), self.request.POST.get("page", "")
        number = page if page.isascii() and page.isdigit() and len(page) < 8 else "1"
        query = f"?chip={chip}&page={number}" if chip in CHIPS else ""
        return reverse("exchange:rows", args=[self.batch.uid]) + query
