"""What a program is told when something is wrong: one sentence, and the fields it concerns."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import (
    MethodNotAllowed,
    NotAcceptable,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)
from rest_framework.response import Response
from rest_framework.views import exception_handler


def explained(problem: Exception, context: dict[str, Any]) -> Response | None:
    """``{"detail": sentence}``, for entries with ``errors`` by field; None for a fault of ours."""
    response = exception_handler(problem, context)
    if response is None:
        return None
    if isinstance(problem, ValidationError):
        response.data = told(response.data)
    else:
        response.data = {"detail": _sentence(problem) or response.data["detail"]}
    return response


def _sentence(problem: Exception) -> str:
    """The words for what the framework says in English or not at all; "" keeps its own."""
    if isinstance(problem, Throttled):
        seconds = int(problem.wait or 60)
        return _("请求太频繁，请在 %(seconds)s 秒后再试。") % {"seconds": seconds}
    if isinstance(problem, MethodNotAllowed):
        return _("接口只能读取，请用 GET 请求。")
    if isinstance(problem, NotAcceptable | UnsupportedMediaType):
        return _("接口只返回 JSON。请去掉 Accept 头，或写成 application/json。")
    return ""


def told(entries: Any) -> dict[str, Any]:
    """Mistakes in entries as the API tells them."""
    if isinstance(entries, dict):
        return {"detail": " ".join(sentences(entries)), "errors": entries}
    return {"detail": " ".join(str(words) for words in entries)}


def sentences(entries: dict[str, Any]) -> Iterator[str]:
    """Each mistake with the name of the parameter it was found in."""
    for name, found in entries.items():
        for words in found if isinstance(found, list) else [found]:
            yield _("%(name)s：%(words)s") % {"name": name, "words": words}
