"""Pages found by key and not by counting: the hundredth costs what the first costs."""

import re
from base64 import b64decode
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

# What stands in a cursor: how many to pass over, backwards or not, the key of a record.
CURSOR = re.compile(r"(?:o=[0-9]{1,4}&)?(?:r=1&)?p=[0-9]{1,18}|o=[0-9]{1,4}(?:&r=1)?|r=1")
SIZE = re.compile(r"0*[1-9][0-9]{0,8}")


class Pages(CursorPagination):
    """Fifty records a page, at most 200 (``?page_size=``), in the order of their keys."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "pk"
    cursor_query_description = gettext_lazy("上一页或下一页的位置，从 next、previous 中取得。")
    page_size_query_description = gettext_lazy("每页条数，1—200，默认 50。")

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        if not SIZE.fullmatch(asked):
            raise ValidationError(_("page_size 应为 1—200 的整数。"))
        return min(int(asked), self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Cursor and size as the document describes them: with what they may be."""
        found = super().get_schema_operation_parameters(view)
        for one in found:
            if one["name"] == self.page_size_query_param:
                one["schema"] = {"type": "integer", "minimum": 1, "maximum": self.max_page_size}
        return found

    def decode_cursor(self, request: Request) -> Any:
        """The position a cursor names, None without one. Raises ValidationError for no cursor."""
        asked = request.query_params.get(self.cursor_query_param)
        if asked is not None and not is_cursor(asked):
            raise ValidationError(_("cursor 不对。请从第一页开始，用返回结果中的 next 继续。"))
        return super().decode_cursor(request)


def is_cursor(text: str) -> bool:
    """Whether ``text`` is a cursor as one of our pages gives it."""
    try:
        inside = b64decode(text.encode("ascii"), validate=True).decode("ascii")
    except ValueError:
        return False
    return CURSOR.fullmatch(inside) is not None
