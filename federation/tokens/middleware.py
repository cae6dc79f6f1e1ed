"""Whoever shows a token to the API speaks for its owner, within what the token is for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from federation.access.middleware import is_api
from federation.tokens.services import token_use

SCHEME = "Token "


class TokenAccess:
    """Puts the owner of a token in the place of the visitor; a bad token is told at once.

    It stands behind the limits of sessions: a token has no session and leaves none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        header = request.headers.get("Authorization", "")
        if not is_api(request) or not header.startswith(SCHEME):
            return self.get_response(request)
        bearer = token_use(code=header.removeprefix(SCHEME).strip())
        if bearer is None:
            detail = _("令牌无效、已过期或已撤销，或者所属账号已停用。请换一个令牌。")
            answer = JsonResponse({"detail": detail}, status=401)
            answer["WWW-Authenticate"] = SCHEME.strip()
            return answer
        request.user = bearer
        return self.get_response(request)
