"""Tables given out: the template of a sheet, and the records as they could be imported."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant, Scope
from federation.access.tree import organisation_model
from federation.audit.services import Actor, record_event
from federation.exchange.declare import sheet_on, sheets
from federation.exchange.giving.asking import SheetExportForm
from federation.exchange.giving.givers import units_of
from federation.exchange.giving.numbers import WholeNumbers
from federation.exchange.giving.sending import Sending, watermark
from federation.exchange.giving.sheets import (
    Asked,
    best_day,
    narrow,
    rows_for,
    sheet_export,
    template,
)
from federation.exchange.giving.tables import NOBODY, has_secrets

BLANK = "none"


class Template(View):
    """The template of ``?sheet=``, filled with what is known of ``organisation`` and below.

    Without ``sheet`` it is the first table, without ``organisation`` the first root of the scope;
    ``rows=none`` leaves it blank. Numbers are masked for everybody.
    """

    gate = Gate(Grant.IMPORT, people=True)

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        user: Any = request.user
        today = timezone.localdate()
        offered = [one.key for one in sheets if one.is_for(user)]
        wanted = request.GET.get("sheet") or next(iter(offered), "")
        sheet = sheet_on(wanted, today)
        if sheet is None or wanted not in offered:
            raise Http404
        whole = user.scope(Grant.IMPORT).of_people()
        place = asked_place(whole, request.GET.get("organisation", ""))
        scope = narrow(whole, place)
        day = best_day(sheet, scope, today)
        asked = Asked(place, scope, day, user, timezone.now())
        is_blank = request.GET.get("rows") == BLANK
        event = record_event(
            "export",
            actor=Actor.of(user),
            request=request,
            organisation_id=place.pk,
            sheet=sheet.key,
            whole=False,
        )
        sending = Sending(event)
        rows = iter(()) if is_blank else rows_for(sheet, scope, day, to_fill=True)
        blocks = template(sheet, asked, sending.counted(rows))
        answer: StreamingHttpResponse = sending.answer(blocks, sheet.title)
        return answer


class SheetExport(View):
    """GET asks which table, POST sends it: what imports as unchanged on every row."""

    gate = Gate(Grant.EXPORT, people=True)

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"sheet": request.GET.get("sheet", "")}
        return self._page(SheetExportForm(user=request.user, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        form = SheetExportForm(request.POST, user=request.user)
        if not form.is_valid():
            return self._page(form, status=422)
        return self._send(request, form.cleaned_data)

    def _send(self, request: HttpRequest, told: dict[str, Any]) -> StreamingHttpResponse:
        user: Any = request.user
        place, today = told["organisation"], timezone.localdate()
        scope = narrow(user.scope(Grant.EXPORT), place)
        day = told["as_of"] or best_day(_sheet(told["sheet"], today), scope, today)
        sheet = _sheet(told["sheet"], day)
        is_whole = bool(told.get("is_whole")) and has_secrets(sheet)
        event = record_event(
            "export",
            actor=Actor.of(user),
            request=request,
            organisation_id=place.pk,
            reason=told["reason"] if is_whole else "",
            sheet=sheet.key,
            numbers=is_whole,
            whole=False,
        )
        sending, sensitive = Sending(event), NOBODY
        rows = rows_for(sheet, scope, day, to_fill=False)
        if is_whole:
            sensitive = narrow(user.scope(Grant.SENSITIVE), place)
            numbers = WholeNumbers(units_of(scope), sensitive)
            written = numbers.write_down(rows, event, request=request)
            rows = numbers.known(rows_for(sheet, scope, day, to_fill=False), written)
        blocks = sheet_export(
            sheet,
            Asked(place, scope, day, user, timezone.now()),
            sending.counted(rows),
            sensitive=sensitive,
            watermark=watermark(user),
        )
        answer: StreamingHttpResponse = sending.answer(blocks, sheet.title)
        return answer

    def _page(self, form: SheetExportForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "title": _("数据导出")}
        return render(self.request, "exchange/sheet_export.html", context, status=status)


def asked_place(scope: Scope, code: str) -> Any:
    """The organisation of ``code`` in ``scope``, else the first of its roots. Raises Http404."""
    tree = organisation_model().objects.in_scope(scope)
    if code:
        found = tree.find_by_code(code)
    else:
        found = tree.filter(path__in=scope.paths).order_by("path").first()
    if found is None:
        raise Http404
    return found


def _sheet(key: str, day: Any) -> Any:
    """The sheet of a key that the form let in."""
    found = sheet_on(key, day)
    if found is None:
        raise Http404
    return found
