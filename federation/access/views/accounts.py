"""Accounts below an officer: list, one account, new, roles, slips."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import DetailView, FormView, ListView

from federation.access.authority import (
    accounts_seen_by,
    grantable_roles,
    management_scope,
    may_close,
    may_end,
    may_print_slip,
)
from federation.access.forms import AccountForm, AccountSearch, PostingForm
from federation.access.gates import Gate
from federation.access.models import Posting, User
from federation.access.services import (
    AccountProblem,
    Overtaken,
    account_create,
    account_set_active,
    posting_end,
    posting_give,
    slip_make,
)
from federation.audit.services import Actor
from federation.sealing.masking import holds_number

MANAGES_ACCOUNTS = Gate(flag="manages_accounts")


def _postings_seen_by(user: User) -> QuerySet[Posting]:
    scope = management_scope(user)
    seen = Posting.objects.in_scope(scope).select_related("role", "organisation")
    return seen.order_by("organisation__path", "role__order")


class AccountList(ListView):
    """Accounts with a posting in her part, by name; what the address asks for narrows them."""

    gate = MANAGES_ACCOUNTS
    template_name = "access/account_list.html"
    context_object_name = "accounts"
    paginate_by = 50

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if holds_number(request.GET.get("q", "")):
            # Addresses are kept by browsers and proxies: a number must not stay in one.
            messages.warning(request, _("查找框不能填手机号，请改按姓名或用户名查找。"))
            return redirect("access:account_list")
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[User]:
        officer: Any = self.request.user
        self.search = AccountSearch(self.request.GET, officer=officer)
        self.search.is_valid()
        # A condition that nobody can read narrows nothing; the form says what is wrong with it.
        asked = self.search.cleaned_data
        accounts: Any = accounts_seen_by(
            officer, role=asked.get("role"), within=asked.get("organisation")
        )
        accounts = accounts.called(asked.get("q", ""))
        if asked.get("state"):
            accounts = accounts.filter(is_active=asked["state"] == "open")
        if asked.get("login"):
            accounts = accounts.last_in(asked["login"], timezone.now())
        seen = Prefetch("postings", _postings_seen_by(officer), to_attr="seen_postings")
        return accounts.prefetch_related(seen).order_by("name", "username")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        officer: Any = self.request.user
        query = self.request.GET.copy()
        query.pop("page", None)
        return super().get_context_data(
            search=self.search,
            kept=query.urlencode(),
            is_narrowed=any(self.search.cleaned_data.values()),
            can_add=bool(grantable_roles(officer)),
            can_hand_over=officer.may("accounts:handover_list"),
            can_import=officer.may("exchange:upload"),
            **kwargs,
        )


class AccountDetail(DetailView):
    """One account with the postings in her part and what she may do with it."""

    gate = MANAGES_ACCOUNTS
    template_name = "access/account_detail.html"
    context_object_name = "account"
    slug_field = slug_url_kwarg = "uid"

    def get_queryset(self) -> QuerySet[User]:
        officer: Any = self.request.user
        return accounts_seen_by(officer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        officer: Any = self.request.user
        postings = _postings_seen_by(officer).filter(user=self.object)
        current = {posting.pk for posting in self.object.current_postings()}
        endable = {p.pk for p in postings if p.pk in current and may_end(officer, p)}
        return super().get_context_data(
            postings=[(p, p.pk in current, p.pk in endable) for p in postings],
            can_close=may_close(officer, self.object),
            can_print=may_print_slip(officer, self.object),
            can_post=self.object.pk != officer.pk and bool(grantable_roles(officer)),
            **kwargs,
        )


class AccountAdd(FormView):
    """A new account below the officer."""

    gate = MANAGES_ACCOUNTS
    template_name = "access/account_form.html"
    form_class: Any = AccountForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "officer": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            account = self.write(form.cleaned_data, Actor.of(self.request.user))
        except AccountProblem as problem:
            form.add_error(None, str(problem))
            return self.form_invalid(form, status=409 if isinstance(problem, Overtaken) else 422)
        return redirect("access:account_detail", uid=account.uid)

    def write(self, cleaned: dict[str, Any], actor: Actor) -> User:
        """Carry out what the form says. Raises AccountProblem, PermissionDenied."""
        account = account_create(actor=actor, **cleaned)
        messages.success(
            self.request, _("已新建账号“%(name)s”。打印登录条交给本人，72 小时内有效。") % cleaned
        )
        return account

    def form_invalid(self, form: Any, status: int = 422) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)


class PostingAdd(AccountAdd):
    """One more role for an account."""

    form_class = PostingForm

    def account(self) -> User:
        """The account of the address; 404 when it is not hers to see."""
        officer: Any = self.request.user
        return get_object_or_404(accounts_seen_by(officer), uid=self.kwargs["uid"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.account().pk == request.user.pk:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(account=self.account(), **kwargs)

    def write(self, cleaned: dict[str, Any], actor: Actor) -> User:
        account = self.account()
        posting_give(user=account, actor=actor, **cleaned)
        messages.success(self.request, _("已授予角色“%(role)s”。") % cleaned)
        return account


class PostingEnd(View):
    """Ends one role of an account today."""

    gate = MANAGES_ACCOUNTS

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        officer: Any = request.user
        posting = get_object_or_404(_postings_seen_by(officer), uid=uid)
        account = posting.user
        try:
            posting_end(posting=posting, actor=Actor.of(officer))
        except Overtaken as problem:
            messages.warning(request, str(problem))
        else:
            messages.success(request, _("已结束该角色，账号今天起不能再用它登录办事。"))
        if accounts_seen_by(officer).filter(pk=account.pk).exists():
            return redirect("access:account_detail", uid=account.uid)
        return redirect("access:account_list")


class AccountSwitch(View):
    """Closes or opens an account."""

    gate = MANAGES_ACCOUNTS

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        officer: Any = request.user
        account = get_object_or_404(accounts_seen_by(officer), uid=uid)
        is_active = request.POST.get("is_active") == "1"
        account_set_active(account=account, is_active=is_active, actor=Actor.of(officer))
        messages.success(
            request, _("账号已恢复。") if is_active else _("账号已停用，已退出所有登录。")
        )
        return redirect("access:account_detail", uid=uid)


class SlipPrint(View):
    """Makes a slip and shows its code once, ready to print."""

    gate = MANAGES_ACCOUNTS

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        officer: Any = request.user
        account = get_object_or_404(accounts_seen_by(officer), uid=uid)
        slip, code = slip_make(account=account, actor=Actor.of(officer), request=request)
        # The code stands behind the "#": browsers do not send it, so no log can hold it.
        address = request.build_absolute_uri(reverse("access:slip_login"))
        return render(
            request,
            "access/slip.html",
            {
                "account": account,
                "slip": slip,
                "code": grouped(code),
                "address": address,
                "square": qr_square(f"{address}#{code}"),
            },
        )


def grouped(code: str) -> str:
    """A code in groups of four, as it is read out."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def qr_square(text: str) -> tuple[int, str]:
    """A QR code as the side of its square (modules) and the ``d`` of one SVG path."""
    rows = list(segno.make(text, error="m").matrix_iter(border=4))
    dots = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return len(rows), "".join(dots)
