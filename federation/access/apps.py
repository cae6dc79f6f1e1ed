from importlib import import_module

from django.apps import AppConfig
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

from federation.access.lookups import Begins


class AccessConfig(AppConfig):
    name = "federation.access"
    label = "access"
    verbose_name = _("账号与权限")

    def ready(self) -> None:
        CharField.register_lookup(Begins)
        # Checks look at models, which cannot be imported before all apps are ready.
        import_module(f"{self.name}.checks")
