"""Looking at one full number, with a reason."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from federation.access.forms import RevealForm
from federation.access.gates import Gate
from federation.access.reveals import RevealLimit, find_sealed, reveal, reveals_today
from federation.access.scope import Grant


class Reveal(View):
    """GET asks for the reason, POST shows the value of one sealed column of one record.

    Asked by htmx it answers with the inside of a dialog, else with a page. Context: record,
    label (of the column), form, used, limit; value once it is open.
    """

    gate = Gate(Grant.SENSITIVE, people=True)

    def get(self, request: HttpRequest, model: str, uid: UUID, column: str) -> HttpResponse:
        record = self._record(model, uid, column)
        return self._show(record, column, RevealForm(initial={"about": "meeting"}))

    def post(self, request: HttpRequest, model: str, uid: UUID, column: str) -> HttpResponse:
        record = self._record(model, uid, column)
        form = RevealForm(request.POST)
        if not form.is_valid():
            return self._show(record, column, form, status=422)
        user: Any = request.user
        try:
            value = reveal(
                user=user, record=record, column=column, reason=form.sentence(), request=request
            )
        except RevealLimit as problem:
            form.add_error(None, str(problem))
            return self._show(record, column, form, status=429)
        return self._show(record, column, form, value=value)

    def _record(self, model: str, uid: UUID, column: str) -> Any:
        user: Any = self.request.user
        return find_sealed(user=user, label=model, uid=uid, column=column)

    def _show(
        self, record: Any, column: str, form: RevealForm, *, value: str = "", status: int = 200
    ) -> HttpResponse:
        user: Any = self.request.user
        is_fragment = self.request.headers.get("HX-Request") == "true"
        template = "access/reveal_inside.html" if is_fragment else "access/reveal.html"
        context = {
            "record": record,
            "label": record._meta.get_field(column).verbose_name,
            "masked": getattr(record, f"{column}_masked"),
            "form": form,
            "value": value,
            "used": reveals_today(user),
            "limit": settings.REVEALS_PER_DAY,
        }
        return render(self.request, template, context, status=status)
