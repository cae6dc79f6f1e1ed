"""The pages for what may not be opened, is not there, or broke on our side."""

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

log = logging.getLogger("federation.registers")


def answer(request: HttpRequest, status: int, sentence: str, **context: Any) -> HttpResponse:
    """A page for people, one sentence of JSON for programs."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=status)
    return render(request, f"{status}.html", context, status=status)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address or a form no page of ours makes: too large, cut off, for another host."""
    return answer(request, 400, _("请求不完整或不正确，没有处理。"))


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The role lacks this route."""
    return answer(request, 403, _("您的账号不能打开这个页面。"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Unknown and foreign objects look the same."""
    return answer(request, 404, _("找不到这个页面。"))


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours, with a code to read to support; the code stands in the log."""
    code = f"{secrets.randbelow(1_000_000):06d}"
    route = getattr(request.resolver_match, "view_name", "")
    log.error("page broke, code %s, route %s", code, route)
    return answer(request, 500, _("系统出错了，代码 %(code)s。") % {"code": code}, code=code)
