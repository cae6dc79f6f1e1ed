"""The slips of one imported list: how many wait, and the sheets to print, shown once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from accounts.services import SLIPS_AT_ONCE, slips_print, waiting
from federation.access.gates import Gate
from federation.access.scope import Grant
from federation.access.views.accounts import grouped, qr_square
from federation.audit.services import Actor
from federation.exchange.models import Batch


class BatchSlips(View):
    """For whoever brought the list in, and for nobody else."""

    gate = Gate(Grant.IMPORT, people=True, flag="manages_accounts")

    @cached_property
    def batch(self) -> Batch:
        """Her own written list. Raises Http404."""
        user: Any = self.request.user
        found = Batch.objects.in_scope(user.scope(Grant.IMPORT)).select_related("organisation")
        own = found.filter(sheet="accounts", state=Batch.State.APPLIED, actor=user)
        batch = own.filter(uid=self.kwargs["uid"]).first()
        if batch is None:
            raise Http404
        return batch

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        count = waiting(self.batch).count()
        context = {"batch": self.batch, "count": count, "at_once": min(count, SLIPS_AT_ONCE)}
        return render(request, "accounts/batch_slips.html", context)

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        made = slips_print(batch=self.batch, actor=Actor.of(request.user), request=request)
        if not made:
            if waiting(self.batch).exists():
                messages.warning(request, _("剩下的账号已有您不能管理的角色，请由上级打印登录条。"))
            return redirect("accounts:batch_slips", uid=uid)
        address = request.build_absolute_uri(reverse("access:slip_login"))
        # The code stands behind the "#": browsers do not send it, so no log can hold it.
        slips = [
            {"slip": slip, "code": grouped(code), "square": qr_square(f"{address}#{code}")}
            for slip, code in made
        ]
        context = {
            "batch": self.batch,
            "slips": slips,
            "address": address,
            "left": waiting(self.batch).count(),
        }
        return render(request, "accounts/slips.html", context)
