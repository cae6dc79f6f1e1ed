"""What was settled about words in tables: shown to whoever imports there, and revocable."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.audit.services import Actor
from federation.exchange.corrections import Decision
from federation.exchange.services import decision_revoke

PER_PAGE = 50


def decisions_of(user: Any) -> Any:
    """The decisions of her import scope, the newest first."""
    found = Decision.objects.in_scope(user.scope(Grant.IMPORT))
    return found.select_related("organisation").order_by("-made_at", "-pk")


class DecisionList(View):
    """All decisions of the scope, with how often each took part and who made it."""

    gate = Gate(Grant.IMPORT, people=True)

    def get(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(decisions_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
        return render(request, "exchange/decisions.html", {"page": page})


class DecisionRevoke(View):
    """Forgets one decision; later tables are checked without it."""

    gate = Gate(Grant.IMPORT, people=True)

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        decision = get_object_or_404(decisions_of(request.user), uid=uid)
        decision_revoke(decision=decision, actor=Actor.of(request.user))
        messages.success(
            request,
            _("已撤销“{decision}”，以后导入不再照此识别，已写入的不变。").format(decision=decision),
        )
        return redirect("exchange:decision_list")
