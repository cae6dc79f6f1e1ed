from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DoctorConfig(AppConfig):
    name = "federation.doctor"
    label = "doctor"
    verbose_name = _("自检")
