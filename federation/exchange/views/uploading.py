"""The list of imports, and the page that takes a file."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.audit.services import Actor
from federation.exchange.declare import sheets
from federation.exchange.forms import UploadForm
from federation.exchange.history import HistoryForm, batches_of, lines_of
from federation.exchange.services import batch_upload
from federation.exchange.views.steps import steps_at

PER_PAGE = 30
LATEST = 5
ADVICE: tuple[str | Promise, ...] = (
    _("同一个人按身份证号识别，已有的会更新，不会重复。"),
    _("检查这一步不会写入任何数据，可以放心上传。"),
    _("写入后 30 天内可以整批撤销。"),
    _("名册含个人信息，请在办公电脑上操作，用完删除本地文件。"),
)


class BatchList(View):
    """Imports within the viewer's scope, the newest first, narrowed as she asks."""

    gate = Gate(Grant.IMPORT, people=True)

    def get(self, request: HttpRequest) -> HttpResponse:
        form = HistoryForm(request.GET, user=request.user)
        pages = Paginator(form.narrowed(batches_of(request.user)), PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        asked = {name: text for name, text in request.GET.items() if name in form.fields and text}
        user: Any = request.user
        context = {
            "form": form,
            "page": page,
            "rows": lines_of(page),
            "is_narrowed": bool(asked),
            "kept": f"{urlencode(asked)}&" if asked else "",
            "may_export": user.may("exchange:sheet_export"),
        }
        return render(request, "exchange/batch_list.html", context)


class Upload(View):
    """Choose a table, a unit, a day and a file; a worker then reads and checks it."""

    gate = Gate(Grant.IMPORT, people=True)

    def get(self, request: HttpRequest) -> HttpResponse:
        first = next(iter(sheets), None)
        wanted = request.GET.get("sheet") or (first.key if first else "")
        form = UploadForm(
            user=request.user, initial={"sheet": wanted, "as_of": timezone.localdate()}
        )
        return self._page(form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, user=request.user)
        if not form.is_valid():
            return self._page(form, status=422)
        name, data = form.taken()
        batch = batch_upload(
            sheet=form.cleaned_data["sheet"],
            organisation=form.cleaned_data["organisation"],
            as_of=form.cleaned_data["as_of"],
            actor=Actor.of(request.user),
            file_name=name,
            data=data,
        )
        return redirect("exchange:batch", uid=batch.uid)

    def _page(self, form: UploadForm, status: int = 200) -> HttpResponse:
        latest = batches_of(self.request.user)[:LATEST]
        context = {
            "form": form,
            "title": _("导入表格"),
            "steps": steps_at(1),
            "advice": ADVICE,
            "rows": lines_of(latest),
        }
        return render(self.request, "exchange/upload.html", context, status=status)
