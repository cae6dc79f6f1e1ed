"""The way in and out: login, slip, password, logout."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView

from federation.access.forms import (
    FirstPasswordForm,
    LoginForm,
    OwnPasswordForm,
    SlipForm,
    TextSizeForm,
)
from federation.access.gates import ANYONE_LOGGED_IN, PUBLIC
from federation.access.services import password_set, slip_use
from federation.access.throttles import lock_name, slip_try_is_allowed
from federation.audit.services import Actor, record_event

BACKEND = "federation.access.backends.NameOrPhoneBackend"
ENDED = {
    "idle": gettext_lazy("很久没有操作，已自动退出。请重新登录。"),
    "old": gettext_lazy("登录时间已到，请重新登录。"),
    "posting": gettext_lazy("您的账号现在没有任何角色，不能使用平台。请联系上级妇联。"),
}

NOT_OPENED = gettext_lazy(
    "这个登录码不能用：可能输错、用过或已过 72 小时。请核对，或请上级妇联重新打印。"
)


class Login(LoginView):
    """User name or telephone number with password."""

    gate = PUBLIC
    form_class = LoginForm
    template_name = "access/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ended = ENDED.get(self.request.GET.get("ended", ""))
        return super().get_context_data(ended=ended, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        record_event("login", actor=Actor.of(form.get_user()), request=self.request)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        if form.cleaned_data.get("username") and form.cleaned_data.get("password"):
            name = lock_name(self.request, form.cleaned_data)
            record_event("login_failed", actor=Actor(None, name), request=self.request)
        return self.render_to_response(self.get_context_data(form=form), status=422)


def locked_out(
    request: HttpRequest, original: Any = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of an account that is locked for a while at this address."""
    name = lock_name(request, credentials)
    record_event("locked", actor=Actor(None, name), request=request)
    return render(request, "access/locked.html", status=429)


class Logout(View):
    """Asks on GET, ends the session on POST."""

    gate = PUBLIC

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect("access:login")
        return render(request, "access/logout.html")

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            record_event("logout", actor=Actor.of(request.user), request=request)
            logout(request)
        return redirect("access:login")


class SlipLogin(FormView):
    """Opens an account with the code of a printed slip; its QR code fills the field."""

    gate = PUBLIC
    form_class = SlipForm
    template_name = "access/slip_login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        if not slip_try_is_allowed(self.request):
            form.add_error("code", _("试的次数太多，请 15 分钟后再试。"))
            return self.form_invalid(form)
        account = slip_use(code=form.cleaned_data["code"], request=self.request)
        if account is None:
            form.add_error(
                "code",
                _("这个登录码不能用：可能输错、用过或已过 72 小时。请核对，或请上级妇联重新打印。"),
            )
            return self.form_invalid(form)
        login(self.request, account, backend=BACKEND)
        return redirect("access:password_change")

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PasswordChange(FormView):
    """A new password: with the old one, or without after a slip."""

    gate = ANYONE_LOGGED_IN
    template_name = "access/password.html"

    def get_form_class(self) -> Any:
        return FirstPasswordForm if self.request.user.must_change_password else OwnPasswordForm  # type: ignore[union-attr]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form: Any) -> HttpResponse:
        account: Any = self.request.user
        password_set(
            account=account, password=form.cleaned_data["new_password1"], request=self.request
        )
        update_session_auth_hash(self.request, account)
        messages.success(self.request, _("密码已修改。其他电脑和手机上的登录已退出。"))
        return redirect("/")

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class TextSize(View):
    """Remembers the size of type an account wants."""

    gate = ANYONE_LOGGED_IN

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TextSizeForm(request.POST)
        if form.is_valid():
            account: Any = request.user
            account.text_size = form.cleaned_data["text_size"]
            account.save(update_fields=["text_size"])
        target = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
            target = reverse("access:password_change")
        return redirect(target)
