"""Tags for forms: a field as the design draws it, and the summary of what must be changed."""

from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect

register = template.Library()


@register.inclusion_tag("includes/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Label, 必填 or 选填 in words, hint above and errors below the control, joined for readers."""
    widget = bound.field.widget
    is_group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    is_tick = isinstance(widget, CheckboxInput)
    classes = f"{'ck' if is_tick else 'in'} {widget.attrs.get('class', '')}".strip()
    return {
        "field": bound,
        "is_group": is_group,
        "is_tick": is_tick,
        "control": "" if is_group else bound.as_widget(attrs={"class": classes}),
        "is_required": bound.field.required and not is_tick,
    }


@register.inclusion_tag("includes/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """The box at the top of a refused form: each line leads to its field."""
    lines = [
        {"target": bound.id_for_label or bound.auto_id, "label": bound.label, "error": error}
        for bound in form
        for error in bound.errors
    ]
    general = list(form.non_field_errors()) if form.is_bound else []
    return {"lines": lines, "general": general, "count": len(lines) + len(general)}
