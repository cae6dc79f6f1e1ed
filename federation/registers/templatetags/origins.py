"""The quiet mark beside a value that came from a table, with its cell inside."""

from typing import Any

from django import template

from federation.registers.origins import Told

register = template.Library()


@register.inclusion_tag("registers/origin.html")
def origin(origins: Any, record: Any, name: str, label: Any) -> dict[str, Any]:
    """Where field ``name`` of ``record``, called ``label``, came from; nothing where no import
    wrote it. ``origins``: those of the page (``registers.origins.Origins``)."""
    told: Told | None = origins.told(record, name) if origins else None
    return {"told": told, "label": label}
