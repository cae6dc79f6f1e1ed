from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SealingConfig(AppConfig):
    name = "federation.sealing"
    label = "sealing"
    verbose_name = _("加密与遮盖")

    def ready(self) -> None:
        guarding = import_module(f"{self.name}.guard")
        connection_created.connect(guarding.guard.on_connection, dispatch_uid="sealing_guard")
        post_migrate.connect(guarding.mark_ring, sender=self, dispatch_uid="sealing_mark")
