from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    """Django's admin with the correction desk as its one site."""

    default_site = "federation.desk.site.CorrectionDesk"
