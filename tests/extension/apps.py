from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExtensionConfig(AppConfig):
    name = "tests.extension"
    label = "extension"
    verbose_name = _("培训")
