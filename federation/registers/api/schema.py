"""The description of the API as a document: words for people taken from the rooms themselves."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

TOKEN_SCHEME = "token"  # noqa: S105 - the name of a scheme, no secret
SESSION_SCHEME = "session"


class RoomSchema(AutoSchema):
    """Titles and descriptions in Chinese, and the parameters every room takes."""

    def get_summary(self) -> str:
        title = str(getattr(self.view, "title", ""))
        if self._is_list_view():
            return _("%(title)s列表") % {"title": title}
        is_one_of_many = getattr(self.view, "detail", False)
        return _("%(title)s，一条") % {"title": title} if is_one_of_many else title

    def get_description(self) -> str:
        return str(getattr(self.view, "about", ""))

    def get_tags(self) -> list[str]:
        return [str(getattr(self.view, "title", ""))]

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{TOKEN_SCHEME: []}, {SESSION_SCHEME: []}]

    def get_override_parameters(self) -> list[Any]:
        asked = self.view.parameters() if hasattr(self.view, "parameters") else set()
        return [found for found in self._common_parameters() if found.name in asked]

    def _common_parameters(self) -> list[OpenApiParameter]:
        """What every list takes beside the filters of its register."""
        serializer = (
            self.view.get_serializer_class()() if hasattr(self.view, "parameters") else None
        )
        names = "|".join(getattr(serializer, "fields", ()))
        chosen = {"type": "string", "pattern": f"^({names})(,({names}))*$"}
        return [
            OpenApiParameter("fields", chosen, description=_("只要这些字段，用逗号隔开")),
            OpenApiParameter(
                "organisation", str, description=_("只要这个组织及下级的，填组织编号")
            ),
            OpenApiParameter(
                "reach",
                str,
                enum=["own"],
                description=_("填 own 只要这个组织本级的，与 organisation 一起用"),
            ),
        ]


def leave_fields_open(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """The document with no field of a record required: ``?fields=`` may leave out any."""
    for name, schema in result["components"]["schemas"].items():
        if not name.startswith("Paginated"):
            schema.pop("required", None)
    return result
