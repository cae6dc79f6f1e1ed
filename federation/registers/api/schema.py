"""The description of the API as a document: words for people taken from the rooms themselves."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

TOKEN_SCHEME = "token"  # noqa: S105 - the name of a scheme, no secret
SESSION_SCHEME = "session"


class RoomSchema(AutoSchema):
    """Titles and descriptions in Chinese, and the parameters every room takes."""

    def get_summary(self) -> str:
        title = str(getattr(self.view, "title", ""))
        if self._is_list_view():
            return _("%(title)s列表") % {"title": title}
        return _("%(title)s，一条") % {"title": title}

    def get_description(self) -> str:
        return str(getattr(self.view, "about", ""))

    def get_tags(self) -> list[str]:
        return [str(getattr(self.view, "title", ""))]

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{TOKEN_SCHEME: []}, {SESSION_SCHEME: []}]

    def get_override_parameters(self) -> list[Any]:
        asked = self.view.parameters() if hasattr(self.view, "parameters") else set()
        return [found for found in common_parameters() if found.name in asked]


def common_parameters() -> list[OpenApiParameter]:
    """What every list takes beside the filters of its register."""
    words = {
        "fields": _("只要这些字段，用逗号隔开"),
        "organisation": _("只要这个组织及下级的，填组织编号"),
        "reach": _("填 own 只要这个组织本级的，与 organisation 一起用"),
    }
    return [
        OpenApiParameter(
            name,
            OpenApiTypes.STR,
            description=text,
            enum=["own"] if name == "reach" else None,
        )
        for name, text in words.items()
    ]
