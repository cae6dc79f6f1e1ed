from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "federation.audit"
    label = "audit"
    verbose_name = _("变更记录")

    def ready(self) -> None:
        """After every migration the log stays one line."""
        creations = import_module(f"{self.name}.creations")
        post_migrate.connect(creations.keep_in_line, sender=self, dispatch_uid="audit_in_line")
