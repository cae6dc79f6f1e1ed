"""Who may ask the API what, and how often: by session or by token."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from federation.tokens.models import Bearer


class TokenAuthentication(BaseAuthentication):
    """Takes over whom the middleware found behind a token; sessions are asked next."""

    def authenticate(self, request: Request) -> tuple[Bearer, Any] | None:
        bearer = request._request.user
        return (bearer, bearer.token) if isinstance(bearer, Bearer) else None


class TokenReads(BasePermission):
    """A token opens only the parts of the API it was made for."""

    message = gettext_lazy("这个令牌不能读取这一部分，请换一个令牌。")

    def has_permission(self, request: Request, view: Any) -> bool:
        part = getattr(view, "part", None)
        return request.auth is None or part is None or part in request.auth.parts


class Rate(SimpleRateThrottle):
    """So many requests a minute of one token, or of one account without a token."""

    scope = "api"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        asker = f"token-{request.auth.pk}" if request.auth else f"account-{request.user.pk}"
        return self.cache_format % {"scope": self.scope, "ident": asker}
