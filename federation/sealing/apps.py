from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SealingConfig(AppConfig):
    name = "federation.sealing"
    label = "sealing"
    verbose_name = _("加密与遮盖")
