"""What an export of the desk is made of: the columns of the tables that bring the records in."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from import_export.resources import ModelResource

from federation.exchange.declare import Column, sheets
from federation.exchange.giving.givers import Giver
from federation.exchange.giving.sending import harmless


class DeskResource(ModelResource):
    """Columns of a register, called as in its table; others after their fields: 组织编号.

    ``giver`` links the fields of the model with the columns of the table they come from.
    """

    giver: ClassVar[type[Giver] | None] = None

    def get_export_headers(self, selected_fields: Any = None) -> list[str]:
        model, known = self._meta.model, {}
        if self.giver is not None:
            known = {name: str(column.heading) for name, column in linked(self.giver, model)}
        fields = self.get_export_fields(selected_fields)
        return [known.get(one.attribute) or heading(model, one.attribute) for one in fields]

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        value = super().export_field(field, instance, **kwargs)
        return harmless(value) if isinstance(value, str) else value


def declared(giver: type[Giver], model: Any) -> tuple[str, ...]:
    """The fields of ``model`` that the table of ``giver`` tells, without those about people."""
    return tuple(name for name, column in linked(giver, model) if not column.is_personal)


def linked(giver: type[Giver], model: Any) -> Iterator[tuple[str, Column]]:
    """Fields of ``model`` with their columns, in the order of the table; records by their name."""
    sheet = sheets.get(giver.sheet)
    if sheet is None:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = {key: attname for attname, key in giver.fields[model._meta.label].items()}
    for column in sheet.columns:
        if column.key in names:
            field = fields[names[column.key]]
            yield f"{field.name}__name" if field.is_relation else field.attname, column


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
