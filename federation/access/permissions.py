"""The same gate for the programming interface."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from federation.access.gates import Gate


class RoutePermission(BasePermission):
    """Admits whom the ``gate`` of the view admits; a view without a gate admits nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        gate = getattr(view, "gate", None)
        return isinstance(gate, Gate) and gate.admits(request.user)
