from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "federation.jobs"
    label = "jobs"
    verbose_name = _("后台任务")

    def ready(self) -> None:
        """The file-system transport expects its folders to exist."""
        if not settings.REDIS_URL:
            for folder in ("queue", "control"):
                (settings.BROKER_FOLDER / folder).mkdir(parents=True, exist_ok=True)
