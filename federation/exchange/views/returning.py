"""The clerk's own workbook with marks, to be put right and uploaded again."""

from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from federation.access.throttles import turn
from federation.audit.services import Actor, record_event
from federation.exchange.reading import Refused
from federation.exchange.returning import marking
from federation.exchange.views.steps import ImportPage

_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_EXCEL = "application/vnd.ms-excel"
KINDS = {
    "xlsx": f"{_SPREADSHEET}.sheet",
    "xltx": f"{_SPREADSHEET}.template",
    "xlsm": f"{_EXCEL}.sheet.macroEnabled.12",
    "xltm": f"{_EXCEL}.template.macroEnabled.12",
}
#: how many are made at the same time: each takes a process of its own, and a place of the server's
AT_ONCE = 2


class Marked(ImportPage):
    """The workbook with its bad cells marked; where there is none to be had, the page says why."""

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        if self.is_running or marking.offer_of(self.batch, self.user) is None:
            return self._back(_("这次导入没有可以下载的标好的表格。"))
        with turn("marking", self.user, at_once=AT_ONCE, seconds=marking.LONGEST) as is_hers:
            if not is_hers:
                return self._back(_("正在做另一份标好的表格，请过一会儿再下载。"))
            return self._made(request)

    def _made(self, request: HttpRequest) -> HttpResponse:
        try:
            made = marking.marked(self.batch)
        except (marking.NothingToMark, FileNotFoundError, LookupError):
            return self._back(_("这次导入没有可以下载的标好的表格。"))
        except Refused:
            return self._back(
                _("这份文件太大，没有做出标好的表格。请按页面上列出的位置在原文件里改。")
            )
        record_event(
            "export",
            actor=Actor.of(request.user),
            request=request,
            obj=self.batch,
            organisation_id=self.batch.organisation_id,
            sheet=self.batch.sheet,
            rows=self.batch.counts.get("read", 0),
            marked=made.rows,
        )
        answer = HttpResponse(made.data, content_type=KINDS[made.ending])
        name = _("{name}_标好.{ending}").format(name=self._stem(), ending=made.ending)
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return answer

    def _stem(self) -> str:
        return PurePath(self.batch.file_name).stem[:80] or _("导入")

    def _back(self, words: str) -> HttpResponse:
        messages.warning(self.request, words)
        address: Any = redirect("exchange:batch", self.batch.uid)
        return address
