"""Filters of a register: they live in the address, and every one in force shows as a chip."""

from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Chip:
    """A condition in force and the address without it."""

    label: str
    text: str
    url: str


class RegisterFilter(django_filters.FilterSet):
    """Base of all register filters: ``q`` searches, the rest narrows.

    Subclasses set ``searching``, a function of queryset and text.
    """

    q = django_filters.CharFilter(method="search", label=_("查找"))

    def search(self, queryset: Any, name: str, value: str) -> Any:
        """The records that answer to ``value``."""
        raise NotImplementedError

    @property
    def form(self) -> forms.Form:
        form = super().form
        for bound in form.fields.values():
            bound.widget.attrs.setdefault("class", "in")
        return form

    def chips(self, query: QueryDict) -> list[Chip]:
        """The conditions in force, each with the address that drops it."""
        found = []
        for name, field in self.form.fields.items():
            value = self.form.cleaned_data.get(name) if self.form.is_valid() else None
            if value in (None, "", []):
                continue
            rest = query.copy()
            rest.pop(name, None)
            rest.pop("page", None)
            found.append(Chip(str(field.label), shown(field, value), f"?{rest.urlencode()}"))
        return found


def shown(field: Any, value: Any) -> str:
    """What a chosen value is called in the list it was chosen from."""
    choices: Any = getattr(field, "choices", ())
    if isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    if isinstance(field, forms.ChoiceField):
        return str(dict(choices).get(value, value))
    return str(value)
