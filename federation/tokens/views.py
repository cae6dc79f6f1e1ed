"""Tokens: her own and those of the accounts below her, a new one, and the end of one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView

from federation.access.authority import read_standing
from federation.access.gates import Gate
from federation.tokens.forms import TokenForm
from federation.tokens.services import may_revoke, token_make, token_revoke, tokens_seen_by

MANAGES_ACCOUNTS = Gate(flag="manages_accounts")
PAGE_SIZE = 50


class TokenList(View):
    """The tokens she may know of, the newest first."""

    gate = MANAGES_ACCOUNTS

    def get(self, request: HttpRequest) -> HttpResponse:
        officer: Any = request.user
        page = Paginator(tokens_seen_by(officer), PAGE_SIZE).get_page(request.GET.get("page"))
        read_standing([token.owner for token in page])
        lines = [(token, token.is_valid and may_revoke(officer, token)) for token in page]
        return render(request, "tokens/token_list.html", {"lines": lines, "page_obj": page})


class TokenAdd(FormView):
    """A new token of her own; its code is shown once, on the page that answers the form."""

    gate = MANAGES_ACCOUNTS
    template_name = "tokens/token_form.html"
    form_class: Any = TokenForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "owner": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        owner: Any = self.request.user
        token, code = token_make(owner=owner, request=self.request, **form.cleaned_data)
        return render(self.request, "tokens/token_made.html", {"token": token, "code": code})

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class TokenRevoke(View):
    """Ends a token at once."""

    gate = MANAGES_ACCOUNTS

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        officer: Any = request.user
        token = get_object_or_404(tokens_seen_by(officer), uid=uid)
        token_revoke(token=token, actor=officer, request=request)
        messages.success(request, _("已撤销令牌“%(purpose)s”。") % {"purpose": token.purpose})
        return redirect("tokens:token_list")
