"""Routes of homes."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from federation.registers.declare import RecordPage, Room, record_pages, rooms
from homes.views import checks, kinds, registers, standards, tiles

app_name = "homes"
urlpatterns = [
    path("", registers.HomeList.as_view(), name="home_list"),
    path("export/", registers.HomeExport.as_view(), name="home_export"),
    path("tiles/", tiles.HomeTiles.as_view(), name="home_tiles"),
    path("new/", registers.HomeCreate.as_view(), name="home_create"),
    path("<uuid:uid>/", registers.HomeDetail.as_view(), name="home_detail"),
    path("<uuid:uid>/edit/", registers.HomeEdit.as_view(), name="home_edit"),
    path("<uuid:uid>/close/", registers.HomeClose.as_view(), name="home_close"),
    path("check/", checks.CheckNext.as_view(), name="check_next"),
    path("<uuid:uid>/check/", checks.HomeCheckNew.as_view(), name="home_check"),
    path("checks/<uuid:uid>/edit/", checks.CheckEdit.as_view(), name="check_edit"),
    path("kinds/", kinds.KindList.as_view(), name="kind_list"),
    path("kinds/new/", kinds.KindCreate.as_view(), name="kind_new"),
    path("kinds/<uuid:uid>/edit/", kinds.KindEdit.as_view(), name="kind_edit"),
    path("kinds/<uuid:uid>/history/", kinds.KindHistory.as_view(), name="kind_history"),
    path("standards/", standards.StandardList.as_view(), name="standard_list"),
    path("standards/<slug:code>/new/", standards.StandardCreate.as_view(), name="standard_new"),
    path("standards/<uuid:uid>/edit/", standards.StandardEdit.as_view(), name="standard_edit"),
    path(
        "standards/<uuid:uid>/withdraw/",
        standards.StandardWithdraw.as_view(),
        name="standard_withdraw",
    ),
    path(
        "standards/<uuid:uid>/history/",
        standards.StandardHistory.as_view(),
        name="standard_history",
    ),
    path("<uuid:uid>/history/", registers.HomeHistory.as_view(), name="home_history"),
]

rooms.register(Room("homes:home_list", _("妇女之家"), "home-heart", 60))
rooms.register(Room("homes:kind_list", _("阵地类型"), "adjustments", 94, is_on_phone=False))
rooms.register(Room("homes:standard_list", _("五有标准"), "checklist", 95, is_on_phone=False))
record_pages.register(RecordPage("homes.Home", "homes:home_detail"))
record_pages.register(RecordPage("homes.HomeCheck", "homes:check_edit"))
