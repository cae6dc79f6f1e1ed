"""System checks that keep the doors shut: every record has a scope, every route a gate."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import FieldDoesNotExist

from federation.access.routes import routes
from federation.access.scope import ScopedModel, ScopedQuerySet
from federation.access.tree import Node, organisation_model


@register(Tags.models)
def records_have_a_scope(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """access.E001: the scope_path of a ScopedModel does not lead to an organisation."""
    return list(_unscoped())


def _unscoped() -> Iterator[CheckMessage]:
    for model in apps.get_models():
        if not issubclass(model, ScopedModel) or _scopes_itself(model):
            continue
        if _end_of(model, model.scope_path) is not organisation_model():
            yield Error(
                f"scope_path {model.scope_path!r} does not lead to an organisation",
                obj=model,
                id="access.E001",
            )


def _scopes_itself(model: Any) -> bool:
    """Whether the model answers ``in_scope`` by a queryset of its own."""
    return type(model._default_manager.all()).in_scope is not ScopedQuerySet.in_scope


def _end_of(model: Any, path: str) -> Any:
    if not path:
        return model if issubclass(model, Node) else None
    for step in path.split("__"):
        try:
            model = model._meta.get_field(step).related_model
        except (FieldDoesNotExist, AttributeError):
            return None
    return model


@register(Tags.urls)
def routes_have_a_gate(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """access.E002: a URL pattern leads to a view without a gate."""
    return [
        Error(f"the route {route.name or route.pattern!r} has no gate", id="access.E002")
        for route in routes()
        if route.gate is None
    ]
