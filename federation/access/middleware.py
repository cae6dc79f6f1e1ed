"""The two doormen: how long a session lasts, and who may open which route."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.translation import gettext as _

from federation.access.gates import gate_of
from federation.access.way_back import to_login
from federation.audit.services import Actor, record_event

Answer = Callable[[HttpRequest], HttpResponseBase]
# The session row is written at most once in this many seconds, not with every request.
SEEN_EVERY_SECONDS = 60
# What an account may open whose password somebody else knows or a slip has opened.
WITHOUT_OWN_PASSWORD = {"access:password_change", "access:logout", "access:text_size"}


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks: it gets JSON and status codes instead of pages."""
    return request.path_info.startswith("/api/")


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match is not None else ""


def holds_nul(request: HttpRequest) -> bool:
    """Whether address or form carry a NUL: no text of ours has one, and PostgreSQL takes none."""
    sent = [request.GET, *([request.POST] if request.method == "POST" else [])]
    values = [value for data in sent for _name, found in data.lists() for value in found]
    return any("\0" in str(value) for value in (request.path_info, *values))


class SessionLimits:
    """Ends sessions that are idle, too old, or of accounts without a posting."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            why = self._end(request)
            if why:
                logout(request)
                return self._answer(request, why)
        return self.get_response(request)

    def _end(self, request: HttpRequest) -> str:
        session, now = request.session, int(timezone.now().timestamp())
        started = session.setdefault("started_at", now)
        seen = session.setdefault("seen_at", now)
        if now - started > settings.SESSION_COOKIE_AGE:
            return "old"
        if now - seen > settings.SESSION_IDLE_SECONDS:
            return "idle"
        if not request.user.current_postings():  # type: ignore[union-attr]
            return "posting"
        if now - seen > SEEN_EVERY_SECONDS:
            session["seen_at"] = now
        return ""

    def _answer(self, request: HttpRequest, why: str) -> HttpResponseBase:
        if is_api(request):
            return JsonResponse({"detail": _("登录已结束，请重新登录。")}, status=401)
        return to_login(request, why)


class RouteAccess:
    """Asks the gate of every resolved view; a view without one stays shut."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # The login page, too, must not come back from a cache with a stale form.
        if request.user.is_authenticated or request.path_info.startswith("/accounts/"):
            add_never_cache_headers(response)
            patch_cache_control(response, no_store=True)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if holds_nul(request):
            raise BadRequest("NUL")
        gate = gate_of(view)
        if gate is not None and gate.public:
            return None
        if not request.user.is_authenticated:
            if is_api(request):
                return JsonResponse({"detail": _("请先登录。")}, status=401)
            return to_login(request)
        if request.user.must_change_password and _route(request) not in WITHOUT_OWN_PASSWORD:
            if is_api(request):
                return JsonResponse({"detail": _("请先在网页上修改密码。")}, status=403)
            return redirect("access:password_change")
        if gate is None or not gate.admits(request.user):
            return self._refuse(request)
        return None

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        actor = Actor.of(request.user)
        record_event("refused", actor=actor, request=request, route=_route(request))
        if is_api(request):
            return JsonResponse({"detail": _("您的角色不能使用这项功能。")}, status=403)
        raise PermissionDenied
