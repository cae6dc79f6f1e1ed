"""What an import from above changed of an organisation's own entries, and what is said to it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.registers.answering import CannotAnswer, overruled_answer, overruled_settle
from federation.registers.overruled import (
    answered,
    lines_of,
    may_answer,
    may_settle,
    reachable,
    to_answer,
    to_settle,
)

PER_PAGE, LATEST = 50, 20
ANSWERING = Gate(Grant.CAPTURE, people=True)
SETTLING = Gate(Grant.IMPORT, people=True)


class OverruledList(View):
    """What the viewer's organisation has to look at, and what it answered last."""

    gate = ANSWERING

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(to_answer(request.user), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            "page": page,
            "lines": lines_of(page.object_list),
            "answered": answered(request.user, LATEST),
        }
        return render(request, "registers/overruled.html", context)


class ObjectionList(View):
    """What is said to be wrong of what the viewer imported."""

    gate = SETTLING

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(to_settle(request.user), PER_PAGE).get_page(request.GET.get("page"))
        context = {"page": page, "lines": lines_of(page.object_list)}
        return render(request, "registers/objections.html", context)


class _Answer(View):
    """One tap: what is said to one value; then back to where it was said."""

    http_method_names = ["post"]
    list_route = ""

    def done(self, words: str) -> HttpResponse:
        """Say so, and go back."""
        messages.success(self.request, words)
        return self.back()

    def refused(self, words: str) -> HttpResponse:
        """Say why nothing was done, and go back."""
        messages.error(self.request, words)
        return self.back()

    def back(self) -> HttpResponse:
        """The start page for whoever came from there, else the list."""
        at_home = self.request.POST.get("from") == "home"
        return redirect("/" if at_home else reverse(self.list_route))


class OverruledAnswer(_Answer):
    """没问题 or 有误, by the organisation whose entry it was and nobody else."""

    gate = ANSWERING
    list_route = "registers:overruled_list"

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        user: Any = request.user
        found = get_object_or_404(reachable(user, Grant.CAPTURE), uid=uid)
        answer = request.POST.get("answer")
        if not may_answer(user, found):
            return self.refused(_("这一处由{place}自己答复。").format(place=found.organisation))
        if answer not in ("fine", "wrong"):
            return self.refused(_("请选“没问题”或“有误”。"))
        try:
            overruled_answer(overruled=found, is_right=answer == "fine", user=user)
        except CannotAnswer as reason:
            return self.refused(str(reason))
        if answer == "fine":
            return self.done(_("已确认，按导入的值保留。"))
        return self.done(_("已告知{who}，请她核对。").format(who=found.changed_label))


class ObjectionAnswer(_Answer):
    """恢复原值 or 保持, by whoever imported, or by who stands in for her."""

    gate = SETTLING
    list_route = "registers:objection_list"

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        user: Any = request.user
        found = get_object_or_404(reachable(user, Grant.IMPORT), uid=uid)
        answer = request.POST.get("answer")
        if not may_settle(user, found):
            return self.refused(_("这一处由{who}处理。").format(who=found.changed_label))
        if answer not in ("restore", "keep"):
            return self.refused(_("请选“恢复原值”或“保持”。"))
        try:
            overruled_settle(overruled=found, is_restored=answer == "restore", user=user)
        except CannotAnswer as reason:
            return self.refused(str(reason))
        if answer == "restore":
            return self.done(_("已恢复{place}所填的值。").format(place=found.organisation))
        return self.done(_("已保持导入的值。"))
