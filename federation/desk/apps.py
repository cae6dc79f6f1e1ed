from django.contrib.admin.apps import SimpleAdminConfig


class DeskAdminConfig(SimpleAdminConfig):
    """Django's admin with the correction desk as its one site, which finds its registers itself."""

    default_site = "federation.desk.site.CorrectionDesk"
