"""The read-only API: who am I, what every declared viewset of the apps above shows, and figures.

An app declares a viewset in its ``api.py``: a ``ScopedViewSet`` registered in ``api_rooms``.
"""

from federation.registers.api import figures  # noqa: F401 - declares its rooms
from federation.registers.api.routes import api_urls
from federation.registers.api.viewsets import ScopedViewSet

__all__ = ["ScopedViewSet", "api_urls"]
