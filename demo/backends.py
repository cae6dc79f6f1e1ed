"""No account of the demonstration logs in where no demonstration is."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from demo.guard import PREFIX, is_demo


class DemoAccountsStayInTheDemo(BaseBackend):
    """Stands before the backend that checks passwords and only ever refuses."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, **kwargs: Any
    ) -> None:
        if username and username.strip().startswith(PREFIX) and not is_demo():
            raise PermissionDenied
