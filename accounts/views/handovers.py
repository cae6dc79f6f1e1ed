"""Hand-overs that are due, and the page of one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from accounts.forms import HandoverForm
from accounts.services import differing, hand_over, head_of, unit_postings
from cadres.models import Appointment, Person
from federation.access.authority import management_scope
from federation.access.gates import Gate
from federation.access.models import Posting
from federation.access.scope import Grant
from federation.access.services import AccountProblem, Overtaken
from federation.audit.services import Actor
from federation.registers.narrowing import narrowed
from federation.registers.scopebar import chosen_organisation, scope_steps
from federation.registers.services import Gone, Stale

PAGE_SIZE = 50
KEEPS_ACCOUNTS = Gate(Grant.VIEW, people=True, flag="manages_accounts")


class HandoverList(View):
    """Units below the officer whose head in office is not who holds the account."""

    gate = KEEPS_ACCOUNTS

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        chosen = chosen_organisation(user, Grant.VIEW, request.GET.get("organisation", ""))
        scope = management_scope(user, people=True)
        scope = scope if chosen is None else narrowed(scope, chosen)
        pages = Paginator(differing(scope, timezone.localdate()), PAGE_SIZE)
        context = {
            "page": pages.get_page(request.GET.get("page")),
            "chosen": chosen,
            "scope_steps": scope_steps(
                user, Grant.VIEW, chosen, lambda code: f"{request.path}?organisation={code}"
            ),
        }
        return render(request, "accounts/handover_list.html", context)


class Handover(View):
    """One unit's account from its old holder to the head in office."""

    gate = KEEPS_ACCOUNTS

    @cached_property
    def posting(self) -> Posting:
        """The posting of the address, below the officer. Raises Http404."""
        user: Any = self.request.user
        scope = management_scope(user, people=True)
        below = unit_postings(timezone.localdate()).in_scope(scope)
        found = below.select_related("user", "role", "organisation")
        return get_object_or_404(found, uid=self.kwargs["uid"])

    @cached_property
    def successor(self) -> Appointment | None:
        """The head in office, when she is not the holder already."""
        head = head_of(self.posting, timezone.localdate())
        return None if head is None or head.person.user_id == self.posting.user_id else head

    def form(self, data: Any = None) -> HandoverForm:
        """The form, asking for a name only where there is no account yet."""
        needs_name = self.successor is not None and self.successor.person.user_id is None
        return HandoverForm(data, posting=self.posting, needs_name=needs_name)

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        return self.page(self.form())

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if self.successor is None or not form.is_valid():
            return self.page(form, status=422)
        try:
            account = hand_over(
                posting=self.posting,
                head=self.successor,
                actor=Actor.of(request.user),
                **form.cleaned_data,
            )
        except (Overtaken, Person.DoesNotExist, Gone, Stale, IntegrityError):
            form.add_error(
                None, _("刚才有人改动了这个人或这个账号，这次没有交接。请核对后再交接。")
            )
            return self.page(form, status=409)
        except AccountProblem as problem:
            form.add_error(None, str(problem))
            return self.page(form, status=422)
        messages.success(request, _("已交接给%(name)s。首次使用请打印登录条。") % {"name": account})
        return redirect("access:account_detail", uid=account.uid)

    def page(self, form: HandoverForm, status: int = 200) -> HttpResponse:
        """Who has the account, who is to have it, and the form."""
        context = {"posting": self.posting, "head": self.successor, "form": form}
        return render(self.request, "accounts/handover.html", context, status=status)
