"""What an export of the desk is made of: columns named as on the pages."""

from typing import Any

from django.utils.translation import gettext as _
from import_export.resources import ModelResource

from federation.exchange.giving.sending import harmless


class DeskResource(ModelResource):
    """Columns of a register; one of another record is named after both: 组织编号."""

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        fields = self.get_export_fields(selected_fields)
        return [heading(self._meta.model, field.attribute) for field in fields]

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        value = super().export_field(field, instance, **kwargs)
        return harmless(value) if isinstance(value, str) else value


def heading(model: Any, attribute: str) -> str:
    """What ``organisation__code`` is called: the names of the fields on the way, put together."""
    if attribute == "uid":
        return _("记录编号")
    words = []
    for step in attribute.split("__"):
        field = model._meta.get_field(step)
        words.append(str(field.verbose_name))
        model = field.related_model
    return "".join(words)
